// Flood mode (告警高峰): when too many of one kind come from one place at once, the wall shows them as one row that opens.
// Nothing is lost by it: level 1, and whatever a person has in hand, keeps its own row; the rest is counted and one key away.
import { isLive } from './importance';
import type { Level, Row } from '../wire/messages';

export interface FloodRules {
  /** more than so many of one kind in one place … */
  count: number;
  /** … within so many milliseconds */
  windowMs: number;
}

export const USUAL: FloodRules = { count: 10, windowMs: 600_000 };

/** Kind and place: what floods together. Drills never with the real. */
export function groupOf(row: Row): string {
  return `${row.kind}|${row.grid_code ?? row.district}|${row.exercise ? 'drill' : 'real'}`;
}

function groupable(row: Row): boolean {
  return row.severity !== 1 && isLive(row) && row.suppressed.length === 0 && row.handling.state === 'waiting' && row.handling.claimed_by === null;
}

/** The groups that are in flood now. One that was goes on until no more than half as many come: it does not flicker. */
export function floods(rows: Iterable<Row>, now: number, before: ReadonlySet<string>, rules: FloodRules): ReadonlySet<string> {
  const fresh = new Map<string, number>();
  for (const row of rows) {
    const age = now - Date.parse(row.observed_at);
    if (age >= rules.windowMs || !groupable(row)) continue;
    const key = groupOf(row);
    fresh.set(key, (fresh.get(key) ?? 0) + 1);
  }
  const found = [...fresh].filter(([key, n]) => n > rules.count || (before.has(key) && n > rules.count / 2)).map(([key]) => key);
  return found.length === before.size && found.every((key) => before.has(key)) ? before : new Set(found);
}

export interface Flood {
  key: string;
  ids: readonly string[];
  highest: Level;
}

export interface Gathered {
  /** what the list shows from the top: incidents, and the heads of floods */
  entries: readonly string[];
  floods: ReadonlyMap<string, Flood>;
}

const HEAD = 'flood:';
export const headOf = (key: string): string => HEAD + key;
export const floodKey = (entry: string): string | null => (entry.startsWith(HEAD) ? entry.slice(HEAD.length) : null);

/** Put the rows of each flood under one head, where the most important of them stands; those of an opened one follow it. */
export function gather(shown: readonly string[], rows: ReadonlyMap<string, Row>, inFlood: ReadonlySet<string>, opened: ReadonlySet<string>): Gathered {
  if (inFlood.size === 0) return { entries: shown, floods: new Map() };
  const members = new Map<string, string[]>();
  for (const id of shown) {
    const row = rows.get(id);
    if (!row || !groupable(row) || !inFlood.has(groupOf(row))) continue;
    const held = members.get(groupOf(row));
    if (held) held.push(id);
    else members.set(groupOf(row), [id]);
  }
  const found = new Map<string, Flood>();
  for (const [key, ids] of members) {
    if (ids.length < 2) continue;
    const levels = ids.map((id) => rows.get(id)?.severity ?? 4);
    found.set(headOf(key), { key, ids, highest: Math.min(...levels) as Level });
  }
  const of = new Map([...found.values()].flatMap(({ key, ids }) => ids.map((id) => [id, key] as const)));
  const told = new Set<string>();
  const entries = shown.flatMap((id) => {
    const key = of.get(id);
    if (key === undefined) return [id];
    if (told.has(key)) return [];
    told.add(key);
    return opened.has(key) ? [headOf(key), ...(found.get(headOf(key))?.ids ?? [])] : [headOf(key)];
  });
  return { entries, floods: found };
}
