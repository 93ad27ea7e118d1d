import { describe, expect, it } from 'vitest';
import { listen, SILENT, type Sound, type SoundState } from '../src/sound/decide';
import type { Row } from '../src/wire/messages';
import { handling, later, row, T0 } from './rows';

/** Listen once a second from `from` to `to`; the sounds with their second. */
function hearing(rows: (second: number) => Row[], to: number, state: SoundState = SILENT, first = true): [number, Sound][] {
  const heard: [number, Sound][] = [];
  for (let second = 0; second <= to; second += 1) {
    const [next, due] = listen(state, rows(second), T0 + second * 1000, first && second === 0);
    state = next;
    due.forEach((sound) => heard.push([second, sound]));
  }
  return heard;
}
const level2 = (id: string, second: number, more: Partial<Row> = {}): Row => row(id, { severity: 2, sound: true, state: 'tentative', observed_at: later(second), ...more });

describe('level 1', () => {
  it('sounds every five seconds until a person takes note', () => {
    const one = row('a', { severity: 1, sound: true, state: 'tentative' });
    const noted = { ...one, handling: handling({ acknowledged_by: 'x', acknowledged_revision: 1 }) };
    expect(hearing((s) => [s < 12 ? one : noted], 30)).toEqual([[0, 'level1'], [5, 'level1'], [10, 'level1']]);
  });
  it('is silent while its type may not sound before a person confirms', () => {
    expect(hearing(() => [row('a', { severity: 1, state: 'tentative' })], 10)).toEqual([]);
  });
});

describe('level 2', () => {
  it('sounds once and again after twenty seconds', () => {
    expect(hearing((s) => (s < 1 ? [] : [level2('a', 1)]), 60)).toEqual([[1, 'level2'], [21, 'level2']]);
  });
  it('does not sound for what was old when the seat was taken', () => {
    expect(hearing(() => [level2('a', -61)], 60)).toEqual([]);
    expect(hearing(() => [level2('a', -59)], 5)).toEqual([[0, 'level2']]);
  });
  it('never sounds twice within two seconds', () => {
    const heard = hearing((s) => [level2('a', 0), ...(s >= 1 ? [level2('b', 1)] : []), ...(s >= 2 ? [level2('c', 2)] : [])], 4);
    expect(heard).toEqual([[0, 'level2'], [2, 'level2']]);
  });
});

describe('an overdue row', () => {
  it('ticks once at the crossing', () => {
    expect(hearing(() => [row('a', { severity: 3 })], 300)).toEqual([[121, 'overdue']]);
  });
});

describe('levels 3 and 4', () => {
  it('are silent', () => {
    expect(hearing(() => [row('a', { sound: true, state: 'tentative' }), row('b', { severity: 4, sound: true, state: 'tentative' })], 60)).toEqual([]);
  });
});

describe('a flood', () => {
  it('begins at the eleventh within ten minutes, and then only the head of a place sounds', () => {
    const rows = (s: number): Row[] => Array.from({ length: Math.min(s, 14) }, (_, i) => level2(`r${i}`, i, { handling: handling() }));
    let state = SILENT;
    const heard: number[] = [];
    for (let s = 0; s <= 16; s += 1) {
      const [next, due] = listen(state, rows(s), T0 + s * 3000, s === 0);
      state = next;
      if (due.includes('level2')) heard.push(s);
    }
    expect(state.flood).toBe(true);
    expect(heard.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(heard.filter((s) => s > 10).length).toBeLessThan(3);
  });
});
