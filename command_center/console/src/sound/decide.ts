// Which of the three sounds is due now: rows and a time in, sounds and the next state out.
// What is known of the rows is carried on from state to state, not copied: it is asked each second about ten thousand of them.
import { groupOf } from '../board/flood';
import { isShown, isUnacknowledged } from '../board/importance';
import { limitOf } from '../clock/durations';
import type { Row } from '../wire/messages';

export type Sound = 'level1' | 'level2' | 'overdue';

const REPEAT_1_MS = 5_000;
const AGAIN_2_MS = 20_000;
const APART_MS = 2_000;
const OLD_MS = 60_000;
const FLOOD_WINDOW_MS = 600_000;
const FLOOD_COUNT = 10;

interface Known {
  row: Row;
  /** the number of the last look that met it */
  look: number;
  firstSeen: number;
  /** how often the level-2 sound was spent on it: at most twice */
  played: number;
  /** kind and place: in a flood one of each group speaks for the others */
  group: string;
  /** it asks for attention and may sound */
  bell: boolean;
  /** milliseconds: from when on it is overdue; infinite when it never is */
  dueAt: number;
  over: boolean;
}

export interface SoundState {
  known: ReadonlyMap<string, Known>;
  looks: number;
  lastPlayed: Readonly<Partial<Record<Sound, number>>>;
  /** more than ten new rows in ten minutes: only level 1 and the first of each kind and grid sound */
  flood: boolean;
  /** times of arrival within the window */
  arrivals: readonly number[];
}

export const SILENT: SoundState = { known: new Map(), looks: 0, lastPlayed: {}, flood: false, arrivals: [] };

/** `first`: the snapshot at sign-in; old rows are then known, not news. */
export function listen(state: SoundState, rows: Iterable<Row>, now: number, first: boolean): [SoundState, Sound[]] {
  const known = state === SILENT ? new Map<string, Known>() : (state.known as Map<string, Known>);
  const looks = state.looks + 1;
  const arrivals = state.arrivals.filter((at) => now - at < FLOOD_WINDOW_MS);
  const wanted = new Set<Sound>();
  const second: Known[] = [];
  let crossed = false;
  let live = 0;
  for (const row of rows) {
    const old = known.get(row.incident_id);
    const one = old?.row === row ? old : study(row, old, now, first);
    if (!one) continue;
    if (!old && !first) arrivals.push(now);
    if (one !== old) known.set(row.incident_id, one);
    one.look = looks;
    live += 1;
    if (row.severity === 1 && one.bell) wanted.add('level1');
    if (row.severity === 2) second.push(one);
    const over = now > one.dueAt;
    if (over && !one.over && old) crossed = true;
    one.over = over;
  }
  if (known.size > live) for (const [id, one] of known) if (one.look !== looks) known.delete(id);
  const flood = arrivals.length > FLOOD_COUNT;
  if (crossed && !flood) wanted.add('overdue');
  if (ringSecond(second, now, flood)) wanted.add('level2');
  const [played, lastPlayed] = spaced(wanted, state.lastPlayed, now);
  return [{ known, looks, lastPlayed, flood, arrivals }, played];
}

/** What matters of a row that is new or has changed; null once it is over. */
function study(row: Row, old: Known | undefined, now: number, first: boolean): Known | null {
  if (!isShown(row)) return null;
  const limit = limitOf(row);
  const dueAt = limit === null ? Infinity : Date.parse(row.observed_at) + limit * 1000;
  const bell = row.severity <= 2 && row.sound && isUnacknowledged(row);
  const group = groupOf(row);
  if (old) return { ...old, row, bell, dueAt, group };
  const played = first && now - Date.parse(row.observed_at) > OLD_MS ? 2 : 0;
  return { row, look: 0, firstSeen: now, played, bell, dueAt, group, over: now > dueAt };
}

/** Each level 2 rings when it comes and once again; in a flood only the head of a place does. */
function ringSecond(second: readonly Known[], now: number, flood: boolean): boolean {
  const heads = new Set<string>();
  let rings = false;
  for (const one of second) {
    const member = flood && heads.has(one.group);
    if (flood) heads.add(one.group);
    const due = one.bell && (one.played === 0 || (one.played === 1 && now - one.firstSeen >= AGAIN_2_MS));
    if (!due) continue;
    one.played += 1;
    if (!member) rings = true;
  }
  return rings;
}

/** Of the sounds that are wanted those for which it is time again. */
function spaced(wanted: ReadonlySet<Sound>, before: SoundState['lastPlayed'], now: number): [Sound[], SoundState['lastPlayed']] {
  const due = (['level1', 'level2', 'overdue'] as const).filter((sound) => {
    const last = before[sound];
    return wanted.has(sound) && (last === undefined || now - last >= (sound === 'level1' ? REPEAT_1_MS : APART_MS));
  });
  return [due, { ...before, ...Object.fromEntries(due.map((sound) => [sound, now])) }];
}
