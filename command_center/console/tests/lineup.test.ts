import { describe, expect, it } from 'vitest';
import { byImportance, isUnacknowledged } from '../src/board/importance';
import { highestLevel, hold, neighbour, settle } from '../src/board/lineup';
import { inTab, matches } from '../src/board/tabs';
import { tally } from '../src/board/tally';
import type { Row } from '../src/wire/messages';
import { handling, later, row } from './rows';

const board = (...rows: Row[]) => new Map(rows.map((one) => [one.incident_id, one]));
const all = () => true;

describe('the order', () => {
  it('is level, then who still waits, then the newest', () => {
    const rows = [
      row('old-3', { observed_at: later(0) }), row('new-3', { observed_at: later(50) }), row('sent-2', { severity: 2, handling: handling({ state: 'dispatched' }) }),
      row('waits-2', { severity: 2 }), row('one', { severity: 1, handling: handling({ state: 'dispatched' }) }),
    ];
    expect(byImportance(rows).map((one) => one.incident_id)).toEqual(['one', 'waits-2', 'sent-2', 'new-3', 'old-3']);
  });

  it('does not change under a hand: what is new waits behind the bar', () => {
    const before = settle(board(row('a'), row('b', { severity: 4 })), all);
    const after = board(row('a', { severity: 4 }), row('b', { severity: 1 }), row('c', { severity: 2 }), row('d', { severity: 1 }));
    const held = hold(before, after, all);
    expect(held.shown).toEqual(['a', 'b']);
    expect(held.held).toEqual(['d', 'c']);
    expect(highestLevel(held.held, after)).toBe(1);
    expect(settle(after, all).shown).toEqual(['b', 'd', 'c', 'a']);
  });

  it('keeps a row that ended in its place while it is held', () => {
    const before = settle(board(row('a'), row('b')), all);
    expect(hold(before, board(row('a', { state: 'closed' }), row('b')), (one) => one.state === 'open').shown).toEqual(before.shown);
  });
});

describe('the neighbour', () => {
  it.each([
    [null, 1, 'a'], [null, -1, 'c'], ['a', 1, 'b'], ['a', -1, 'a'], ['c', 1, 'c'], ['gone', 1, 'a'],
  ])('of %s by %i is %s', (selected, step, expected) => {
    expect(neighbour(['a', 'b', 'c'], selected, step)).toBe(expected);
  });
  it('of nothing is nothing', () => expect(neighbour([], null, 1)).toBeNull());
});

describe('tabs and search', () => {
  it.each([
    ['wall', row('a'), true], ['wall', row('a', { state: 'closed' }), false], ['closed', row('a', { state: 'rejected' }), true],
    ['closed', row('a', { state: 'merged' }), false], ['mine', row('a', { handling: handling({ claimed_by: 'me' }) }), true], ['mine', row('a'), false],
    ['look', row('a', { state: 'tentative' }), true], ['look', row('a', { state: 'tentative', handling: handling({ state: 'dispatched' }) }), false],
  ] as const)('%s holds %j: %s', (tab, one, expected) => expect(inTab(tab, one, 'me')).toBe(expected));

  it.each([['广场', true], ['inc-a', true], ['人员聚集 广场', true], ['火情 广场', false], ['  ', true]])('«%s» finds it: %s', (query, found) => {
    expect(matches(row('a'), query, '人员聚集')).toBe(found);
  });
});

describe('the top line', () => {
  it('counts what is wrong now and nothing that ended', () => {
    const rows = [
      row('a', { severity: 1 }), row('b', { state: 'tentative' }), row('c', { state: 'closed', severity: 1 }), row('d', { kind: 'device' }),
      row('e', { provisional: 1, handling: handling({ state: 'dispatched', claimed_by: 'me' }) }),
    ];
    expect(tally(rows, 'me')).toEqual({ live: 4, level1: 1, unsent: 1, provisional: 1, look: 1, mine: 1, hidden: 0 });
  });
});

describe('an acknowledgement', () => {
  it.each([
    [{}, true], [{ handling: handling({ acknowledged_by: 'x', acknowledged_revision: 1 }) }, false],
    [{ revision: 4, resounded_revision: 3, handling: handling({ acknowledged_by: 'x', acknowledged_revision: 2 }) }, true],
    [{ revision: 4, resounded_revision: 3, handling: handling({ acknowledged_by: 'x', acknowledged_revision: 3 }) }, false],
    [{ handling: handling({ state: 'dispatched' as const }) }, false], [{ state: 'closed' as const }, false],
  ])('%j still asks for attention: %s', (more, expected) => expect(isUnacknowledged(row('a', more))).toBe(expected));
});
