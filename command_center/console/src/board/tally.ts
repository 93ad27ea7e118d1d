// The top line: how many of what is wrong right now.
import { isHidden, isShown, needsLook, needsUnit } from './importance';
import type { Row } from '../wire/messages';

export interface Tally {
  live: number;
  level1: number;
  unsent: number;
  provisional: number;
  look: number;
  mine: number;
  /** kept off the wall by suppressions, and counted nowhere else */
  hidden: number;
}

export const NOTHING: Readonly<Tally> = { live: 0, level1: 0, unsent: 0, provisional: 0, look: 0, mine: 0, hidden: 0 };

/** Add a row to the sum, or with `by` -1 take it out again. */
export function count(sum: Tally, row: Row, login: string, by: 1 | -1): void {
  if (isHidden(row)) sum.hidden += by;
  if (!isShown(row)) return;
  sum.live += by;
  if (row.severity === 1) sum.level1 += by;
  if (needsUnit(row)) sum.unsent += by;
  if (row.provisional > 0) sum.provisional += by;
  if (needsLook(row)) sum.look += by;
  if (row.handling.claimed_by === login) sum.mine += by;
}

export function tally(rows: Iterable<Row>, login: string): Tally {
  const sum = { ...NOTHING };
  for (const row of rows) count(sum, row, login, 1);
  return sum;
}
