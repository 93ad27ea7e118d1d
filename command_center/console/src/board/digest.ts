// What happened while the line was down, in three numbers and a worst level.
import { isLive, isShown } from './importance';
import type { Level, Row } from '../wire/messages';

export interface Digest {
  seconds: number;
  fresh: number;
  changed: number;
  ended: number;
  highest: Level | null;
}

type Rows = ReadonlyMap<string, Row>;

/** Compare the wall before the break with the wall after it. Null: nothing happened. */
export function digestOf(before: Rows, after: Rows, seconds: number): Digest | null {
  const digest: Digest = { seconds, fresh: 0, changed: 0, ended: 0, highest: null };
  for (const [id, row] of after) {
    const old = before.get(id);
    if (old === row) continue;
    if (!old) {
      if (!isShown(row)) continue;
      digest.fresh += 1;
      if (digest.highest === null || row.severity < digest.highest) digest.highest = row.severity;
    } else if (isLive(old) && !isLive(row)) digest.ended += 1;
    else if (old.revision !== row.revision || old.handling.state !== row.handling.state) digest.changed += 1;
  }
  for (const [id, row] of before) if (isLive(row) && !after.has(id)) digest.ended += 1;
  return digest.fresh + digest.changed + digest.ended > 0 ? digest : null;
}
