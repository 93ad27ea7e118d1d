import { describe, expect, it } from 'vitest';
import { healthOf, hear, hello, lost, NEW_FEED, timed, type Feed } from '../src/board/feed';
import type { Row, ServerMessage } from '../src/wire/messages';
import { row, T0 } from './rows';

const snapshot = (seq: number, ...incidents: Row[]): ServerMessage => ({ type: 'snapshot', seq, server_time: new Date(T0).toISOString(), incidents });
const changes = (from: number, to: number, ...incidents: Row[]): ServerMessage =>
  ({ type: 'changes', from, to, server_time: new Date(T0).toISOString(), incidents, gone: [] });
const pong = (seq: number): ServerMessage => ({ type: 'pong', n: 0, seq, server_time: new Date(T0).toISOString() });

function after(...messages: ServerMessage[]): Feed {
  return messages.reduce((feed, message) => hear(feed, message, T0).feed, NEW_FEED);
}

describe('a feed', () => {
  it('asks for a snapshot first and for what it missed later', () => {
    expect(hello(NEW_FEED)).toEqual({ type: 'hello', since: null });
    expect(hello(after(snapshot(41, row('a'))))).toEqual({ type: 'hello', since: 41 });
  });

  it('asks again at a hole, once, and heals when the missing numbers come', () => {
    const feed = after(snapshot(5, row('a')));
    const hole = hear(feed, changes(8, 8, row('c')), T0);
    expect(hole.say).toEqual([{ type: 'hello', since: 5 }]);
    expect(hole.feed).toMatchObject({ healing: true, gaps: 1 });
    expect(hear(hole.feed, changes(9, 9, row('d')), T0).say).toEqual([]);
    const healed = hear(hole.feed, changes(6, 9, row('b'), row('c'), row('d')), T0).feed;
    expect(healed).toMatchObject({ healing: false, gaps: 1 });
    expect(healed.board.seq).toBe(9);
    expect(healed.board.rows.size).toBe(4);
  });

  it('asks for everything when it is told to reload', () => {
    expect(hear(after(snapshot(5)), { type: 'reload', why: 'too far behind' }, T0).say).toEqual([{ type: 'hello', since: null }]);
  });

  it('comes back with a digest of what happened meanwhile', () => {
    const broken = lost(after(snapshot(5, row('a'), row('b'))), T0);
    const back = hear(broken, changes(6, 9, row('a', { state: 'closed' }), row('c', { severity: 1 })), T0 + 12_000).feed;
    expect(back).toMatchObject({ line: 'live', lostAt: null, digest: { seconds: 12, fresh: 1, ended: 1, changed: 0, highest: 1 } });
  });

  it('comes back without a digest when nothing happened', () => {
    expect(hear(lost(after(snapshot(5, row('a'))), T0), pong(5), T0 + 3000).feed).toMatchObject({ line: 'live', digest: null });
  });

  it('is not live before its first snapshot, whatever heartbeats say', () => {
    expect(after(pong(0)).line).toBe('connecting');
    expect(after(pong(0), snapshot(0)).line).toBe('live');
  });

  it('stays lost on a heartbeat that knows more than it does', () => {
    expect(hear(lost(after(snapshot(5, row('a'))), T0), pong(7), T0 + 3000).feed.line).toBe('lost');
  });

  it.each([
    [0, 'good'], [8_000, 'good'], [8_001, 'late'], [15_000, 'late'], [15_001, 'dead'],
  ])('silent for %i ms is %s', (silence, health) => {
    expect(healthOf(after(snapshot(1)), T0 + silence)).toBe(health);
  });

  it('is dead as soon as the line is lost', () => {
    expect(healthOf(lost(after(snapshot(1)), T0), T0)).toBe('dead');
  });

  it('knows the hub’s clock from half the round trip', () => {
    expect(timed(NEW_FEED, new Date(T0 + 5_100).toISOString(), T0, T0 + 200)).toMatchObject({ roundTrip: 200, skew: 5_000 });
  });
});
