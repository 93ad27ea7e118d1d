// Which incidents wait for a grid operator, and which unit usually takes such a thing.
import { byImportance, isWaiting } from '../board/importance';
import type { Row, Unit } from '../wire/messages';

/** kinds that the grid side handles by itself */
const GRID_KINDS = new Set([
  'parking', 'street_order', 'sanitation', 'dust', 'work_safety', 'road_hazard', 'flooding', 'noise', 'dispute', 'congestion', 'crowd',
  'intrusion', 'hazard_object',
]);
const GRID_LEVEL = 3;

export function forGrid(row: Row): boolean {
  return isWaiting(row) && row.severity >= GRID_LEVEL && (GRID_KINDS.has(row.kind) || (row.sources['grid'] ?? 0) > 0);
}

export function queueOf(rows: Iterable<Row>): Row[] {
  return byImportance([...rows].filter(forGrid));
}

/** words in a unit's name that tell it takes this kind */
const TAKES: Record<string, RegExp> = {
  parking: /城管|交警|交通/, street_order: /城管/, sanitation: /环卫/, dust: /住建|质安/, work_safety: /住建|质安|安监/,
  road_hazard: /市政|养护/, flooding: /市政|水务/, congestion: /交通|交警/, dispute: /综治|司法/, noise: /城管|环保/, crowd: /综治|城管/,
};

/** The unit to fill in: by the kind; the first one when none says so. */
export function usualUnit(kind: string, units: readonly Unit[]): Unit | null {
  const wanted = TAKES[kind];
  return units.find((unit) => wanted?.test(unit.name)) ?? units[0] ?? null;
}
