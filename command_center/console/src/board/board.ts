// The wall's rows at one sequence number: a twin of the Python board; a hole in the numbers is never papered over.
// Changes are written into the board's own rows: to copy ten thousand of them for each change would cost more than all the rest.
import type { Row } from '../wire/messages';

export interface Board {
  readonly seq: number;
  readonly rows: ReadonlyMap<string, Row>;
}

export interface Changes {
  from: number;
  to: number;
  incidents: readonly Row[];
  /** ids that this seat may not see any more */
  gone?: readonly string[];
}

export type Outcome =
  | { kind: 'applied'; board: Board; changed: readonly string[] }
  | { kind: 'stale' }
  | { kind: 'gap'; missing: readonly [number, number] };

export const EMPTY: Board = { seq: 0, rows: new Map() };

export function fromSnapshot(seq: number, incidents: readonly Row[]): Board {
  return { seq, rows: new Map(incidents.map((row) => [row.incident_id, row])) };
}

/** The rows to write into; the empty board is shared and stays empty. */
function own(board: Board): Map<string, Row> {
  return board === EMPTY ? new Map() : (board.rows as Map<string, Row>);
}

/** Write a coalesced range of changes into the board. `from` may overlap what is held; it may not leave a hole. */
export function applyChanges(board: Board, changes: Changes): Outcome {
  if (changes.to <= board.seq) return { kind: 'stale' };
  if (changes.from > board.seq + 1) return { kind: 'gap', missing: [board.seq + 1, changes.from - 1] };
  const rows = own(board);
  for (const row of changes.incidents) rows.set(row.incident_id, row);
  for (const id of changes.gone ?? []) rows.delete(id);
  return {
    kind: 'applied',
    board: { seq: changes.to, rows },
    changed: [...changes.incidents.map((row) => row.incident_id), ...(changes.gone ?? [])],
  };
}

/** Put one row in, as an action's answer brings it, unless the wall already knows a newer one. */
export function withRow(board: Board, row: Row): Board {
  const held = board.rows.get(row.incident_id);
  if (held && held.revision > row.revision) return board;
  return { seq: board.seq, rows: own(board).set(row.incident_id, row) };
}
