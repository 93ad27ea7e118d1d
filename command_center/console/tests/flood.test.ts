import { describe, expect, it } from 'vitest';
import { floodKey, floods, gather, groupOf, headOf } from '../src/board/flood';
import type { Row } from '../src/wire/messages';
import { handling, later, row, T0 } from './rows';

const RULES = { count: 3, windowMs: 60_000 };
const NONE: ReadonlySet<string> = new Set();
const many = (n: number, more: Partial<Row> = {}, name = 'r'): Row[] => Array.from({ length: n }, (_, i) => row(`${name}${i}`, { observed_at: later(i), ...more }));
const board = (rows: readonly Row[]) => new Map(rows.map((one) => [one.incident_id, one]));
const ids = (rows: readonly Row[]): string[] => rows.map((one) => one.incident_id);
const now = T0 + 10_000;
const KEY = groupOf(row('x'));

describe('a flood', () => {
  it.each([[3, 0], [4, 1]])('of %i of a kind in a place is %i', (n, found) => expect(floods(many(n), now, NONE, RULES).size).toBe(found));

  it.each([
    ['two kinds', [...many(2), ...many(2, { kind: 'fire' }, 'f')]], ['two grids', [...many(2), ...many(2, { grid_code: 'other' }, 'g')]],
    ['level 1', many(9, { severity: 1 })], ['what somebody claimed', many(9, { handling: handling({ claimed_by: 'x' }) })],
    ['what was sent', many(9, { handling: handling({ state: 'dispatched' }) })], ['what is over', many(9, { state: 'closed' })],
    ['a drill beside the real', [...many(2, { exercise: true }), ...many(2, { exercise: false }, 'real')]], ['what is hidden', many(9, { suppressed: ['q'] })],
  ])('is not made of %s', (_, rows) => expect(floods(rows as Row[], now, NONE, RULES).size).toBe(0));

  it('goes on until no more than half as many come, then ends by itself', () => {
    const on = floods(many(4), now, NONE, RULES);
    expect(floods(many(2), now, on, RULES)).toBe(on);
    expect(floods(many(1), now, on, RULES).size).toBe(0);
    expect(floods(many(4), T0 + 64_000, on, RULES).size).toBe(0);
  });
});

describe('the list in a flood', () => {
  const flood = new Set([KEY]);
  const rows = [row('grave', { severity: 1 }), ...many(5), row('other', { kind: 'fire' }), row('mine', { handling: handling({ claimed_by: 'me' }) })];

  it('shows one head where the first of them stood, and everything else as it was', () => {
    const { entries, floods: found } = gather(ids(rows), board(rows), flood, NONE);
    expect(entries).toEqual(['grave', headOf(KEY), 'other', 'mine']);
    expect(found.get(headOf(KEY))).toEqual({ key: KEY, ids: ['r0', 'r1', 'r2', 'r3', 'r4'], highest: 3 });
  });
  it('opens to all of them', () => {
    expect(gather(ids(rows), board(rows), flood, flood).entries).toEqual(['grave', headOf(KEY), 'r0', 'r1', 'r2', 'r3', 'r4', 'other', 'mine']);
  });
  it('is the very same array without a flood, and a lone row needs no head', () => {
    const shown = ids(rows);
    expect(gather(shown, board(rows), NONE, NONE).entries).toBe(shown);
    expect(gather(['r0'], board(rows), flood, NONE).entries).toEqual(['r0']);
  });
  it.each([1, 2, 3, 4, 5, 6])('loses none, whatever comes (%i)', (seed) => {
    let state = seed * 7919;
    const roll = (n: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * n);
    };
    const any = Array.from({ length: 80 }, (_, i) => row(`r${i}`, {
      severity: (1 + roll(4)) as Row['severity'], kind: roll(2) ? 'crowd' : 'fire', grid_code: `g${roll(3)}`, exercise: roll(4) > 0,
      handling: handling({ claimed_by: roll(5) ? null : 'me' }), observed_at: later(roll(20)),
    }));
    const held = floods(any, now, NONE, RULES);
    const { entries, floods: found } = gather(ids(any), board(any), held, NONE);
    const reached = entries.flatMap((entry) => found.get(entry)?.ids ?? [entry]);
    expect([...reached].sort()).toEqual(ids(any).sort());
    for (const one of any) if (one.severity === 1) expect(entries).toContain(one.incident_id);
    expect(entries.filter((entry) => floodKey(entry) !== null)).toHaveLength(found.size);
  });
});
