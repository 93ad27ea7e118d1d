import { describe, expect, it } from 'vitest';
import { correctionOf } from '../src/incident/corrected';
import type { Row } from '../src/wire/messages';
import { handling, row } from './rows';

const ME = { login: 'me', unit: '城关派出所' };
const sent = handling({ state: 'dispatched', acknowledged_by: 'me', unit: '人民路中队', order_no: 'PJ-1' });
const before = row('a', { handling: sent });
const change = (after: Partial<Row>, first: Row = before) => correctionOf({ id: 'a', before: first, after: { ...first, revision: 2, ...after } }, ME);

describe('who is out on an order', () => {
  it('is told that its incident was merged, and into which', () => {
    expect(change({ state: 'merged', merged_into: 'b' })).toEqual({ id: 'a', what: 'merged', label: 'INC-a', goesOn: 'b', order: '人民路中队 PJ-1', metres: 0 });
  });
  it('is told that it is false', () => expect(change({ state: 'rejected' })?.what).toBe('rejected'));
  it.each([[0.0008, null], [0.001, 'moved']])('is told of a place that moved far (%f°)', (north, what) => {
    expect(change({ place: { ...before.place, lat: before.place.lat + north } })?.what ?? null).toBe(what);
  });
  it.each([
    ['claims it', handling({ claimed_by: 'me' })], ['is of the unit that was sent', handling({ state: 'dispatched', unit: '城关派出所' })],
    ['took note of it', handling({ acknowledged_by: 'me' })],
  ])('holds it when it %s', (_, mine) => expect(change({ state: 'rejected' }, row('a', { handling: mine }))?.what).toBe('rejected'));
});

describe('nobody is told', () => {
  it.each([
    ['of another seat’s', change({ state: 'rejected' }, row('a', { handling: handling({ claimed_by: 'x' }) }))],
    ['of its own doing', change({ state: 'rejected', handling: { ...sent, undo_by: 'me', undo_action: 'dismiss' } })],
    ['of a signal more', change({})], ['of an end by silence', change({ state: 'closed' })],
    ['of a place that moved while nobody is out', change({ place: { lat: 35, lon: 118, radius_m: 9 } }, row('a', { handling: handling({ claimed_by: 'me' }) }))],
    ['of what is new', correctionOf({ id: 'a', before: undefined, after: before }, ME)],
  ])('%s', (_, found) => expect(found).toBeNull());
});
