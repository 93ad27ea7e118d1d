// Which live incidents are drawn: those in sight, the gravest first, never more than a screen can tell apart.
import { isShown } from '../board/importance';
import type { Row } from '../wire/messages';

export const MOST_DRAWN = 300;

export interface Sight {
  west: number;
  south: number;
  east: number;
  north: number;
}

function within({ place }: Row, { west, south, east, north }: Sight): boolean {
  return place.lon >= west && place.lon <= east && place.lat >= south && place.lat <= north;
}

/** Least grave first, so that the gravest is painted on top. */
export function drawnOf(rows: Iterable<Row>, sight: Sight, most = MOST_DRAWN): Row[] {
  const levels: Row[][] = [[], [], [], []];
  for (const row of rows) {
    const level = levels[row.severity - 1];
    if (level && level.length < most && isShown(row) && within(row, sight)) level.push(row);
  }
  return levels.flat().slice(0, most).reverse();
}

/** Two drawings with the same signature look the same. */
export function signatureOf(rows: readonly Row[]): string {
  return rows.map((row) => `${row.incident_id}${row.severity}${row.place.lat},${row.place.lon}`).join('|');
}
