// Which other incidents a correction may mean: what was weighed for its signals first, then the nearest alive.
import { isLive } from '../board/importance';
import { METRES_PER_DEGREE } from '../town/shapes';
import type { IncidentDetail, Row } from '../wire/messages';

export type Purpose = 'merge' | 'move' | 'never_merge';

export interface Other {
  row: Row;
  metres: number;
  /** the best probability with which one of the signals was weighed against it; null: it never was */
  p: number | null;
  /** a person said that it is not the same */
  apart: boolean;
}

const MOST = 60;
/** a correction rarely reaches farther; a search does */
const NEAR_M = 1_500;

export function metresBetween(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const north = (b.lat - a.lat) * METRES_PER_DEGREE;
  const east = (b.lon - a.lon) * METRES_PER_DEGREE * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** Incident → the best probability that a decision about these signals gave it. */
export function weighed(detail: Pick<IncidentDetail, 'decisions'> | null): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (const decision of detail?.decisions ?? []) {
    for (const { incident_id, p } of decision.candidates) best.set(incident_id, Math.max(p, best.get(incident_id) ?? 0));
  }
  return best;
}

/** `found`: what the person looks for: it is looked for everywhere; empty: what lies near. */
export function othersOf(
  row: Row, rows: Iterable<Row>, detail: Pick<IncidentDetail, 'decisions' | 'never_with'> | null, found: (other: Row) => boolean | null,
): Other[] {
  const odds = weighed(detail);
  const apart = new Set(detail?.never_with ?? []);
  const others: Other[] = [];
  for (const other of rows) {
    if (other.incident_id === row.incident_id || !isLive(other) || other.exercise !== row.exercise) continue;
    const metres = metresBetween(row.place, other.place);
    const p = odds.get(other.incident_id) ?? null;
    const wanted = found(other) ?? (p !== null || metres <= NEAR_M);
    if (wanted) others.push({ row: other, metres, p, apart: apart.has(other.incident_id) });
  }
  return others.sort((a, b) => (b.p ?? -1) - (a.p ?? -1) || a.metres - b.metres).slice(0, MOST);
}
