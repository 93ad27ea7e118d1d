// The few that stand highest, without sorting ten thousand.
import { rank } from '../board/importance';
import type { Row } from '../wire/messages';

export function gravest(rows: Iterable<Row>, most: number, wanted: (row: Row) => boolean): Row[] {
  const top: { row: Row; at: number }[] = [];
  for (const row of rows) {
    const last = top.length === most ? top[most - 1] : undefined;
    if ((last && row.severity > last.row.severity) || !wanted(row)) continue;
    const at = rank(row);
    if (last && at >= last.at) continue;
    const place = top.findIndex((one) => at < one.at);
    top.splice(place < 0 ? top.length : place, 0, { row, at });
    top.length = Math.min(top.length, most);
  }
  return top.map(({ row }) => row);
}
