import { describe, expect, it } from 'vitest';
import { isLive } from '../src/board/importance';
import { Keeper, type Rules } from '../src/board/keeper';
import { Laid } from '../src/board/laid';
import { hold, settle } from '../src/board/lineup';
import type { Intent } from '../src/board/overlay';
import { count, NOTHING, tally } from '../src/board/tally';
import type { Level, Row } from '../src/wire/messages';
import { handling, later, row } from './rows';

const RULES: Rules = { belongs: isLive, stays: isLive };

/** Always the same numbers below `n`, one after another. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * n);
  };
}

function anyRow(roll: (n: number) => number): Row {
  return row(`r${roll(40)}`, {
    revision: roll(1000), severity: (1 + roll(4)) as Level, observed_at: later(roll(5)), state: roll(4) ? 'open' : 'closed',
    handling: handling({ state: roll(3) ? 'waiting' : 'dispatched', claimed_by: roll(3) ? null : 'me' }),
  });
}

describe('the line-up kept change by change', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the line-up made from nothing (%i)', (seed) => {
    const roll = dice(seed);
    const rows = new Map<string, Row>();
    const keeper = new Keeper();
    let plain = settle(rows, isLive);
    let held = false;
    for (let step = 0; step < 400; step += 1) {
      if (roll(20) === 0) held = !held;
      const ids = Array.from({ length: 1 + roll(3) }, () => {
        const one = anyRow(roll);
        if (roll(6)) rows.set(one.incident_id, one);
        else rows.delete(one.incident_id);
        return one.incident_id;
      });
      keeper.some(ids, rows, RULES, held);
      plain = held && plain.shown.length > 0 ? hold(plain, rows, isLive) : settle(rows, isLive);
      expect(keeper.lineup).toEqual(plain);
      const over = held ? plain.shown.filter((id) => !rows.has(id) || !isLive(rows.get(id) as Row)) : [];
      expect([...keeper.ended].sort()).toEqual(over.sort());
    }
  });

  it('is the same array while no row moves, so that nothing is laid out anew', () => {
    const rows = new Map([['a', row('a')], ['b', row('b')]]);
    const keeper = new Keeper();
    keeper.all(rows, RULES, false);
    const before = keeper.lineup;
    rows.set('a', row('a', { revision: 2 }));
    keeper.some(['a'], rows, RULES, false);
    expect(keeper.lineup).toBe(before);
  });
});

describe('the rows on the screen', () => {
  const claim = (id: string): Intent => ({
    action_id: `claim-${id}`, incident_id: id, action: 'claim', arguments: {}, expected_revision: 1, by: { login: 'me', name: 'Me', unit: '' }, at: 0,
  });

  it('hold what was just asked for until the intent is lifted, and tell each change once', () => {
    const hub = new Map([['a', row('a')], ['b', row('b')]]);
    const laid = new Laid();
    laid.all(hub, []);
    expect(laid.some([], hub, [claim('a')]).map(({ id, after }) => [id, after?.handling.claimed_by])).toEqual([['a', 'me']]);
    expect(laid.view().get('a')?.handling.claimed_by).toBe('me');
    expect(laid.some([], hub, []).map(({ id, after }) => [id, after])).toEqual([['a', hub.get('a')]]);
    expect(laid.some(['b'], hub, [])).toEqual([]);
  });

  it('lose what the hub has no more, and are counted the same row by row as all at once', () => {
    const roll = dice(9);
    const hub = new Map<string, Row>();
    const laid = new Laid();
    laid.all(hub, []);
    const sum = { ...NOTHING };
    for (let step = 0; step < 300; step += 1) {
      const one = anyRow(roll);
      if (roll(5)) hub.set(one.incident_id, one);
      else hub.delete(one.incident_id);
      for (const { before, after } of laid.some([one.incident_id], hub, [])) {
        if (before) count(sum, before, 'me', -1);
        if (after) count(sum, after, 'me', 1);
      }
      expect(sum).toEqual(tally(hub.values(), 'me'));
      expect([...laid.view()]).toHaveLength(hub.size);
    }
  });
});
