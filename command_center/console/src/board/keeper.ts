// Keeps the line-up in step with the rows, change by change; says the same as `settle` and `hold` say from nothing.
import { hold, NO_LINEUP, settle, type Lineup } from './lineup';
import { Order } from './order';
import type { Row } from '../wire/messages';

type Rows = ReadonlyMap<string, Row>;

export interface Rules {
  /** the row is one of this tab and search */
  belongs: (row: Row) => boolean;
  /** the row is still one of this tab, whatever is searched for */
  stays: (row: Row) => boolean;
}

export class Keeper {
  lineup: Lineup = NO_LINEUP;
  /** shown ids whose rows ended under the hand; empty while nothing is held */
  readonly ended = new Set<string>();
  private readonly order = new Order();
  /** the ids that stand still under a hand; null while the list follows the news */
  private still: ReadonlySet<string> | null = null;

  /** Look at every row: after a snapshot, another tab or search, a hand that came or went. */
  all(rows: Rows, rules: Rules, held: boolean): void {
    this.ended.clear();
    if (!held || this.lineup.shown.length === 0) {
      this.still = null;
      this.lineup = settle(rows, rules.belongs);
      this.order.fill(rowsOf(this.lineup.shown, rows));
      return;
    }
    this.lineup = hold(this.lineup, rows, rules.belongs);
    this.still = new Set(this.lineup.shown);
    this.order.fill(rowsOf(this.lineup.held, rows));
    for (const id of this.still) this.judge(id, rows.get(id), rules);
  }

  /** Look at these rows only. */
  some(ids: readonly string[], rows: Rows, rules: Rules, held: boolean): void {
    if (held !== (this.still !== null) || this.lineup.shown.length === 0) return this.all(rows, rules, held);
    let moved = false;
    for (const id of ids) {
      const row = rows.get(id);
      if (this.still?.has(id)) this.judge(id, row, rules);
      else moved = (row && rules.belongs(row) ? this.order.put(row) : this.order.drop(id)) || moved;
    }
    if (!moved) return;
    const list = this.order.list();
    this.lineup = this.still ? { shown: this.lineup.shown, held: list } : { shown: list, held: [] };
  }

  private judge(id: string, row: Row | undefined, rules: Rules): void {
    if (row && rules.stays(row)) this.ended.delete(id);
    else this.ended.add(id);
  }
}

function rowsOf(ids: readonly string[], rows: Rows): Row[] {
  return ids.flatMap((id) => rows.get(id) ?? []);
}
