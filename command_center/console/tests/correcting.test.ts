import { describe, expect, it } from 'vitest';
import { metresBetween, othersOf, weighed } from '../src/correcting/others';
import { destination } from '../src/correcting/redirect';
import type { Decision, Row } from '../src/wire/messages';
import { row } from './rows';

const near = (id: string, north: number, more: Partial<Row> = {}): Row => row(id, { place: { lat: 34.33 + north / 111_320, lon: 118, radius_m: 30 }, ...more });
const decision = (incident_id: string, p: number) => ({ candidates: [{ incident_id, p }] }) as unknown as Decision;
const anywhere = (): null => null;

describe('the other incidents that a correction may mean', () => {
  const here = near('here', 0);
  it('are those that were weighed, then the nearest', () => {
    const detail = { decisions: [decision('far', 0.4), decision('far', 0.2)], never_with: [] };
    const others = othersOf(here, [here, near('b', 300), near('a', -100), near('far', 5000)], detail, anywhere);
    expect(others.map((one) => [one.row.incident_id, Math.round(one.metres), one.p])).toEqual([['far', 5000, 0.4], ['a', 100, null], ['b', 300, null]]);
  });
  it.each([
    ['itself', near('here', 0)], ['one that is closed', near('x', 10, { state: 'closed' })], ['one that was merged away', near('x', 10, { state: 'merged' })],
    ['the real beside a drill', near('x', 10, { exercise: false })], ['one far away that nobody weighed', near('x', 1600)],
  ])('are never %s', (_name, other) => expect(othersOf(here, [other], null, anywhere)).toEqual([]));
  it('are found far away by a search, which leaves out what is near', () => {
    const found = othersOf(here, [near('a', 10), near('x', 9000)], null, (other) => other.incident_id === 'x');
    expect(found.map((one) => one.row.incident_id)).toEqual(['x']);
  });
  it('say when a person set them apart', () => {
    expect(othersOf(here, [near('a', 10)], { decisions: [], never_with: ['a'] }, anywhere)[0]?.apart).toBe(true);
  });
  it('keep the best of several weighings', () => expect([...weighed({ decisions: [decision('a', 0.1), decision('a', 0.7)] })]).toEqual([['a', 0.7]]));
  it('are measured in metres', () => expect(Math.round(metresBetween({ lat: 34.33, lon: 118 }, { lat: 34.33, lon: 118.001 }))).toBe(92));
});

describe('an open panel', () => {
  const open = row('a');
  const merged = row('a', { state: 'merged', merged_into: 'b' });
  it.each([
    ['goes along when its incident is merged away', open, merged, 'b'],
    ['stays when it was opened as a merged one', merged, merged, null],
    ['stays when nothing was merged', open, row('a', { revision: 2 }), null],
    ['stays when another incident is chosen', open, row('c', { state: 'merged', merged_into: 'b' }), null],
    ['stays when nothing was open', null, merged, null],
    ['stays when it is closed', open, null, null],
  ])('%s', (_name, before, after, to) => expect(destination(before, after)).toBe(to));
});
