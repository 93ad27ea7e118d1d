// Which of the three sounds is due now. Pure: rows and a time in, sounds and the next state out.
import { isLive, isUnacknowledged } from '../board/importance';
import { isOver } from '../clock/durations';
import type { Row } from '../wire/messages';

export type Sound = 'level1' | 'level2' | 'overdue';

const REPEAT_1_MS = 5_000;
const AGAIN_2_MS = 20_000;
const APART_MS = 2_000;
const OLD_MS = 60_000;
const FLOOD_WINDOW_MS = 600_000;
const FLOOD_COUNT = 10;

interface Known {
  firstSeen: number;
  /** how often the level-2 sound was spent on it: at most twice */
  played: number;
  over: boolean;
}

export interface SoundState {
  known: ReadonlyMap<string, Known>;
  lastPlayed: Readonly<Partial<Record<Sound, number>>>;
  /** more than ten new rows in ten minutes: only level 1 and the first of each kind and grid sound */
  flood: boolean;
  /** times of arrival within the window */
  arrivals: readonly number[];
}

export const SILENT: SoundState = { known: new Map(), lastPlayed: {}, flood: false, arrivals: [] };

function groupOf(row: Row): string {
  return `${row.kind}|${row.grid_code ?? row.district}`;
}

function mayPlay(state: SoundState, sound: Sound, now: number, apart: number): boolean {
  const last = state.lastPlayed[sound];
  return last === undefined || now - last >= apart;
}

/** `first`: the snapshot at sign-in; old rows are then known, not news. */
export function listen(state: SoundState, rows: Iterable<Row>, now: number, first: boolean): [SoundState, Sound[]] {
  const known = new Map<string, Known>();
  const arrivals = state.arrivals.filter((at) => now - at < FLOOD_WINDOW_MS);
  const live = [...rows].filter(isLive);
  for (const row of live) if (!first && !state.known.has(row.incident_id)) arrivals.push(now);
  const flood = arrivals.length > FLOOD_COUNT;
  const heads = new Set<string>();
  const wanted = new Set<Sound>();
  for (const row of live) {
    const old = state.known.get(row.incident_id);
    const next = old ? { ...old } : newcomer(row, now, first);
    if (row.severity === 1 && row.sound && isUnacknowledged(row)) wanted.add('level1');
    if (row.severity === 2 && row.sound && isUnacknowledged(row)) ringTwice(next, now, flood, heads, groupOf(row), wanted);
    else if (row.severity === 2) heads.add(groupOf(row));
    crossing(next, row, now, old !== undefined && !flood, wanted);
    known.set(row.incident_id, next);
  }
  const played: Sound[] = [];
  const lastPlayed = { ...state.lastPlayed };
  for (const sound of ['level1', 'level2', 'overdue'] as const) {
    if (!wanted.has(sound) || !mayPlay(state, sound, now, sound === 'level1' ? REPEAT_1_MS : APART_MS)) continue;
    played.push(sound);
    lastPlayed[sound] = now;
  }
  return [{ known, lastPlayed, flood, arrivals }, played];
}

function newcomer(row: Row, now: number, first: boolean): Known {
  const old = first && now - Date.parse(row.observed_at) > OLD_MS;
  return { firstSeen: now, played: old ? 2 : 0, over: isOver(row, now) };
}

function ringTwice(
  next: Known, now: number, flood: boolean, heads: Set<string>, group: string, wanted: Set<Sound>,
): void {
  const member = flood && heads.has(group);
  heads.add(group);
  const due = next.played === 0 || (next.played === 1 && now - next.firstSeen >= AGAIN_2_MS);
  if (!due) return;
  next.played += 1;
  if (!member) wanted.add('level2');
}

function crossing(next: Known, row: Row, now: number, audible: boolean, wanted: Set<Sound>): void {
  const over = isOver(row, now);
  if (over && !next.over && audible) wanted.add('overdue');
  next.over = over;
}
