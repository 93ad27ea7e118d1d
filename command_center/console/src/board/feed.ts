// The feed's protocol as a pure step: what a message does to the board, and what must be said back.
import { applyChanges, EMPTY, fromSnapshot, withRow, type Board } from './board';
import { digestOf, type Digest } from './digest';
import type { ClientMessage, Row, ServerMessage } from '../wire/messages';

export type Line = 'connecting' | 'live' | 'lost';

export interface Feed {
  board: Board;
  line: Line;
  /** holes that were found and asked for again since the page was opened */
  gaps: number;
  /** a hole is being filled right now */
  healing: boolean;
  /** milliseconds: when anything was last heard, by the browser's clock */
  heardAt: number;
  /** milliseconds: when the line broke; null while it holds */
  lostAt: number | null;
  /** milliseconds to add to the browser's clock to get the hub's */
  skew: number;
  roundTrip: number | null;
  digest: Digest | null;
  /** the rows before the break, until the first news after it */
  before: ReadonlyMap<string, Row> | null;
}

export interface Step {
  feed: Feed;
  say: ClientMessage[];
  /** ids whose rows changed; null: all of them */
  changed: readonly string[] | null;
}

export const NEW_FEED: Feed = {
  board: EMPTY,
  line: 'connecting',
  gaps: 0,
  healing: false,
  heardAt: 0,
  lostAt: null,
  skew: 0,
  roundTrip: null,
  digest: null,
  before: null,
};

export function hello(feed: Feed): ClientMessage {
  return { type: 'hello', since: feed.board.seq > 0 ? feed.board.seq : null };
}

export function lost(feed: Feed, now: number): Feed {
  if (feed.line === 'lost') return feed;
  const known = feed.board.seq > 0;
  return { ...feed, line: 'lost', lostAt: feed.lostAt ?? now, before: feed.before ?? (known ? new Map(feed.board.rows) : null) };
}

/** First news after a break: say what happened meanwhile, then go on. */
function caughtUp(feed: Feed, board: Board, now: number): Feed {
  const seconds = feed.lostAt === null ? 0 : Math.round((now - feed.lostAt) / 1000);
  const digest = feed.before ? (digestOf(feed.before, board.rows, seconds) ?? feed.digest) : feed.digest;
  return { ...feed, board, line: 'live', lostAt: null, before: null, healing: false, digest };
}

export function hear(feed: Feed, message: ServerMessage, now: number): Step {
  const heard = { ...feed, heardAt: now };
  switch (message.type) {
    case 'snapshot': {
      const board = fromSnapshot(message.seq, message.incidents);
      return { feed: withSkew(caughtUp(heard, board, now), message.server_time, now), say: [], changed: null };
    }
    case 'changes':
      return hearChanges(heard, message, now);
    case 'pong': {
      // A heartbeat before the first snapshot, or one that knows more than we do, is no sign of being up to date.
      const whole = heard.line === 'lost' && heard.board.seq > 0 && message.seq <= heard.board.seq;
      return { feed: whole ? caughtUp(heard, heard.board, now) : heard, say: [], changed: [] };
    }
    case 'reload':
      return { feed: { ...heard, healing: true }, say: [{ type: 'hello', since: null }], changed: [] };
    default:
      return { feed: heard, say: [], changed: [] };
  }
}

function hearChanges(feed: Feed, message: Extract<ServerMessage, { type: 'changes' }>, now: number): Step {
  const outcome = applyChanges(feed.board, message);
  if (outcome.kind === 'stale') return { feed: caughtUp(feed, feed.board, now), say: [], changed: [] };
  if (outcome.kind === 'gap') {
    const say: ClientMessage[] = feed.healing ? [] : [hello(feed)];
    return { feed: { ...feed, healing: true, gaps: feed.gaps + (feed.healing ? 0 : 1) }, say, changed: [] };
  }
  const next = withSkew(caughtUp(feed, outcome.board, now), message.server_time, now);
  return { feed: next, say: [], changed: outcome.changed };
}

/** An action's answer may be ahead of the feed. */
export function hearRow(feed: Feed, row: Row): Feed {
  return { ...feed, board: withRow(feed.board, row) };
}

function withSkew(feed: Feed, serverTime: string, now: number): Feed {
  return feed.roundTrip === null ? { ...feed, skew: Date.parse(serverTime) - now } : feed;
}

/** A ping sent at `sentAt` came back: the best estimate of the hub's clock halves the round trip. */
export function timed(feed: Feed, serverTime: string, sentAt: number, now: number): Feed {
  const roundTrip = now - sentAt;
  return { ...feed, roundTrip, skew: Date.parse(serverTime) - (sentAt + roundTrip / 2) };
}

const LATE_MS = 8_000;
const DEAD_MS = 15_000;

export type Health = 'good' | 'late' | 'dead';

/** The hub speaks at least every 5 s; silence is judged, never waited out in hope. */
export function healthOf(feed: Feed, now: number): Health {
  const silence = now - feed.heardAt;
  if (feed.line === 'lost' || silence > DEAD_MS) return 'dead';
  return silence > LATE_MS ? 'late' : 'good';
}
