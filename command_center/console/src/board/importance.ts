// Which row stands above which: level first, then who still waits for a person, then the newest.
import type { Row } from '../wire/messages';

const LIVE = new Set(['tentative', 'open', 'confirmed', 'cooling']);

export function isLive(row: Row): boolean {
  return LIVE.has(row.state) && row.handling.state !== 'closed';
}

/** Kept off the wall by suppressions: no row, no sound; one key shows it. */
export function isHidden(row: Row): boolean {
  return row.suppressed.length > 0 && isLive(row);
}

/** Live and on the wall. */
export function isShown(row: Row): boolean {
  return isLive(row) && row.suppressed.length === 0;
}

export function isWaiting(row: Row): boolean {
  return isShown(row) && row.handling.state === 'waiting';
}

/** Only a machine has spoken: a person must look first. */
export function needsLook(row: Row): boolean {
  return isWaiting(row) && row.state === 'tentative';
}

/** Believed, and nobody sent yet. A dead camera is for maintenance, not for a patrol. */
export function needsUnit(row: Row): boolean {
  return isWaiting(row) && row.state !== 'tentative' && row.kind !== 'device';
}

/** Nobody has taken note of this revision: it may sound and, at level 1, pulse. */
export function isUnacknowledged(row: Row): boolean {
  const { handling } = row;
  if (!isShown(row)) return false;
  if (row.resounded_revision > handling.acknowledged_revision) return true;
  return handling.acknowledged_by === null && handling.state === 'waiting' && handling.claimed_by === null;
}

const AGE_SPAN = 1e13; // milliseconds since 1970 stay below this for three centuries

/** A number per row; smaller stands higher. Exact in a double: at most 9 × 10¹³. */
export function rank(row: Row): number {
  const calm = isWaiting(row) ? 0 : 1;
  return (row.severity * 2 + calm) * AGE_SPAN - Date.parse(row.observed_at);
}

/** Ids of the wall from the top; the twin of the hub's board. */
export function shown(rows: Iterable<Row>): string[] {
  return byImportance([...rows].filter(isShown)).map((row) => row.incident_id);
}

export function byImportance(rows: Iterable<Row>): Row[] {
  const ranked = Array.from(rows, (row) => ({ row, at: rank(row) }));
  ranked.sort((a, b) => a.at - b.at || (a.row.incident_id < b.row.incident_id ? -1 : 1));
  return ranked.map(({ row }) => row);
}
