// Rows in order of importance, kept in order row by row: a change costs a search by halves, not a sort.
import { byImportance, rank } from './importance';
import type { Row } from '../wire/messages';

export class Order {
  private ids: string[] = [];
  private readonly ranks = new Map<string, number>();

  /** The ids, most important first: a copy that stays as it is. */
  list(): readonly string[] {
    return this.ids.slice();
  }

  /** Begin anew with these rows. */
  fill(rows: readonly Row[]): void {
    this.ranks.clear();
    for (const row of rows) this.ranks.set(row.incident_id, rank(row));
    this.ids = byImportance(rows).map((row) => row.incident_id);
  }

  /** Put a row in, or where it belongs now. Returns whether anything moved. */
  put(row: Row): boolean {
    const id = row.incident_id;
    const at = rank(row);
    if (this.ranks.get(id) === at) return false;
    this.drop(id);
    this.ids.splice(this.placeOf(id, at), 0, id);
    this.ranks.set(id, at);
    return true;
  }

  drop(id: string): boolean {
    const at = this.ranks.get(id);
    if (at === undefined) return false;
    this.ids.splice(this.placeOf(id, at), 1);
    return this.ranks.delete(id);
  }

  /** The index at which `id` stands, or would stand, with that rank. */
  private placeOf(id: string, at: number): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.ids[middle] as string;
      const rankOther = this.ranks.get(other) as number;
      if (rankOther < at || (rankOther === at && other < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
