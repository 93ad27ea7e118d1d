import { describe, expect, it } from 'vitest';
import { waitBefore } from '../src/board/backoff';
import { patched, type Intent } from '../src/board/overlay';
import { isOver, spoken, stopwatch } from '../src/clock/durations';
import { onlineRate, worstFirst } from '../src/points/worst';
import { usualUnit } from '../src/queue/queue';
import { away, cone } from '../src/town/shapes';
import { rowAt, scrollTo, topsOf, visible } from '../src/wall/layout';
import { WORDS } from '../src/words/language';
import type { CameraRow, Row } from '../src/wire/messages';
import { handling, row, T0 } from './rows';

describe('durations', () => {
  it.each([[0, '00:00'], [161, '02:41'], [3599, '59:59'], [3600, '1:00:00'], [86_400, '1 天'], [-4, '00:00']])('%i s reads %s', (s, text) => expect(stopwatch(s, 'zh')).toBe(text));
  it.each([[12, '12 秒', '12 s'], [380, '6 分钟', '6 min'], [64_800, '18 小时', '18 h'], [259_200, '3 天', '3 d']])('%i s is said %s / %s', (s, zh, en) => {
    expect([spoken(s, 'zh'), spoken(s, 'en')]).toEqual([zh, en]);
  });
  it.each([
    [{ severity: 2 as const }, 60, false], [{ severity: 2 as const }, 61, true], [{ severity: 3 as const }, 120, false], [{ severity: 3 as const }, 121, true],
    [{ severity: 2 as const, state: 'tentative' as const }, 600, false], [{ severity: 2 as const, state: 'tentative' as const }, 601, true],
    [{ kind: 'device' }, 9999, false], [{ handling: handling({ state: 'dispatched' }) }, 9999, false],
  ])('%j is over its time after %i s: %s', (more, seconds, over) => expect(isOver(row('a', more as Partial<Row>), T0 + seconds * 1000)).toBe(over));
});

describe('waiting before the next try', () => {
  it.each([[0, 0, 250], [0, 1, 500], [3, 1, 4000], [30, 1, 10_000], [30, 0, 5000]])('try %i with jitter %d is %i ms', (attempt, random, ms) => expect(waitBefore(attempt, random)).toBe(ms));
});

describe('the virtual list', () => {
  const heights = { row: 50, nested: 20 };
  const tops = topsOf(['a', 'b', 'c', 'd'], (id) => (id === 'b' ? 2 : 0), heights);
  it('places rows under each other, with the nested ones', () => expect([...tops]).toEqual([0, 50, 140, 190, 240]));
  it.each([[0, 0], [49, 0], [50, 1], [139, 1], [140, 2], [9999, 3], [-5, 0]])('at %i px lies row %i', (y, i) => expect(rowAt(tops, y)).toBe(i));
  it('draws what can be seen and a little more', () => expect(visible(tops, 60, 70, 0)).toEqual([1, 2]));
  it('draws nothing of an empty list', () => expect(visible(topsOf([], () => 0, heights), 0, 100)).toEqual([0, 0]));
  it.each([[0, 100, 0], [3, 0, 140], [1, 50, 50], [1, 60, 50]])('row %i from scroll %i is shown at %i', (i, top, expected) => expect(scrollTo(tops, i, top, 100)).toBe(expected));
  it('lays out ten thousand rows in a few milliseconds', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => `r${i}`);
    expect(topsOf(ids, () => 0, heights)[10_000]).toBe(500_000);
  });
});

describe('what a key shows at once', () => {
  const intent = (action: string, given = {}): Intent =>
    ({ action_id: 'x', incident_id: 'a', action, arguments: given, expected_revision: 1, by: { login: 'me', name: '接警员', unit: 'u' }, at: 0 });
  const one = row('a', { provisional: 1, nested: [{ signal_id: 's', source: 'police_110', event_type: 'call_dispute', severity: 3, observed_at: '', p: 0.7, text: '' }] });
  it.each([
    ['dispatch', { unit: '城关派出所' }, { handling: { state: 'dispatched', unit: '城关派出所' } }], ['claim', {}, { handling: { claimed_by: 'me', claimed_name: '接警员' } }],
    ['dismiss', {}, { state: 'rejected' }], ['confirm', {}, { state: 'confirmed' }], ['accept', { signal_id: 's' }, { nested: [], provisional: 0 }],
    ['set_severity', { severity: 1 }, { severity: 1 }], ['acknowledge', {}, { handling: { acknowledged_by: 'me', acknowledged_revision: 1 } }],
  ])('%s', (action, given, expected) => expect(patched(one, intent(action, given))).toMatchObject(expected));
  it('changes nothing for what only fusion can do', () => expect(patched(one, intent('split'))).toBe(one));
});

const camera = (id: string, more: Partial<CameraRow>): CameraRow =>
  ({ camera_id: id, health: 'online', since: null, counters: {}, lat: 34, lon: 118, bearing_deg: 90, view_angle_deg: 60, view_range_m: 100, ...more }) as CameraRow;

describe('cameras', () => {
  it('come worst first: the longest dead before all', () => {
    const list = [camera('ok', {}), camera('new', { health: 'offline', since: '2026-11-24T02:00:00Z' }), camera('old', { health: 'offline', since: '2026-11-23T02:00:00Z' }),
      camera('shaky', { counters: { reconnects: 4 } }), camera('stale', { health: 'stale' })];
    expect(worstFirst(list).map((one) => one.camera_id)).toEqual(['old', 'new', 'stale', 'shaky', 'ok']);
    expect(onlineRate(list)).toEqual({ good: 2, all: 5, percent: '40.0' });
  });
  it('have no rate when there are none', () => expect(onlineRate([]).percent).toBeNull());
  it('look east with a bearing of 90 degrees', () => {
    const [lon, lat] = away(34, 118, 90, 100);
    expect(lat).toBeCloseTo(34, 6);
    expect((lon - 118) * 111_320 * Math.cos((34 * Math.PI) / 180)).toBeCloseTo(100, 1);
    expect(cone(camera('a', {}))[0]).toEqual([118, 34]);
  });
});

describe('the unit that is filled in', () => {
  const units = [{ code: '1', name: '城管一中队', side: 'grid' as const }, { code: '2', name: '环卫所', side: 'grid' as const }];
  it.each([['sanitation', '环卫所'], ['street_order', '城管一中队'], ['none', '城管一中队']])('for %s is %s', (kind, name) => expect(usualUnit(kind, units)?.name).toBe(name));
  it('is nobody when there are no units', () => expect(usualUnit('dust', [])).toBeNull());
});

describe('the words', () => {
  it('are there in both languages, with the same holes', () => {
    const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort();
    for (const [word, [zh, en]] of Object.entries(WORDS)) {
      expect(zh, word).not.toBe('');
      expect(holes(en), word).toEqual(holes(zh));
    }
  });
});
