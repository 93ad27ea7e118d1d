// The top line: how many of what is wrong right now.
import { isLive, needsLook, needsUnit } from './importance';
import type { Row } from '../wire/messages';

export interface Tally {
  live: number;
  level1: number;
  unsent: number;
  provisional: number;
  look: number;
  mine: number;
}

export function tally(rows: Iterable<Row>, login: string): Tally {
  const sum: Tally = { live: 0, level1: 0, unsent: 0, provisional: 0, look: 0, mine: 0 };
  for (const row of rows) {
    if (!isLive(row)) continue;
    sum.live += 1;
    if (row.severity === 1) sum.level1 += 1;
    if (needsUnit(row)) sum.unsent += 1;
    if (row.provisional > 0) sum.provisional += 1;
    if (needsLook(row)) sum.look += 1;
    if (row.handling.claimed_by === login) sum.mine += 1;
  }
  return sum;
}
