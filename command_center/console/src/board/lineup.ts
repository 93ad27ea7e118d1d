// The order on the screen. It follows the news while nobody touches it, and stands still under a hand.
import { byImportance } from './importance';
import type { Level, Row } from '../wire/messages';

export interface Lineup {
  /** ids as shown, top to bottom */
  readonly shown: readonly string[];
  /** ids that came while the list was held, most important first */
  readonly held: readonly string[];
}

export const NO_LINEUP: Lineup = { shown: [], held: [] };

type Rows = ReadonlyMap<string, Row>;
type Belongs = (row: Row) => boolean;

/** Everything that belongs, in order of importance; nothing is held back. */
export function settle(rows: Rows, belongs: Belongs): Lineup {
  const chosen: Row[] = [];
  for (const row of rows.values()) if (belongs(row)) chosen.push(row);
  return { shown: byImportance(chosen).map((row) => row.incident_id), held: [] };
}

/** While the list is held no row moves and none leaves; what is new waits behind the bar. */
export function hold(lineup: Lineup, rows: Rows, belongs: Belongs): Lineup {
  const known = new Set(lineup.shown);
  const fresh: Row[] = [];
  for (const row of rows.values()) if (!known.has(row.incident_id) && belongs(row)) fresh.push(row);
  return { shown: lineup.shown, held: byImportance(fresh).map((row) => row.incident_id) };
}

export function highestLevel(ids: readonly string[], rows: Rows): Level | null {
  let highest: Level | null = null;
  for (const id of ids) {
    const level = rows.get(id)?.severity;
    if (level && (highest === null || level < highest)) highest = level;
  }
  return highest;
}

/** The neighbour `step` rows away, inside the list; the first row when nothing is selected yet. */
export function neighbour(shown: readonly string[], selected: string | null, step: number): string | null {
  if (shown.length === 0) return null;
  const at = selected === null ? -1 : shown.indexOf(selected);
  if (at < 0) return shown[step > 0 ? 0 : shown.length - 1] ?? null;
  return shown[Math.min(Math.max(at + step, 0), shown.length - 1)] ?? null;
}
