// The rows as the screen shows them: the hub's, with what this seat has just asked for laid over; told change by change.
import { patched, type Intent } from './overlay';
import type { Row } from '../wire/messages';

type Rows = ReadonlyMap<string, Row>;

/** One row before and after; undefined where there was or is none. */
export interface Change {
  id: string;
  before: Row | undefined;
  after: Row | undefined;
}

/** A window on a map that goes on changing: a new one at each change, so that whoever follows it by identity looks again. */
export class View implements ReadonlyMap<string, Row> {
  constructor(private readonly map: Rows) {}

  get size(): number {
    return this.map.size;
  }
  get(id: string): Row | undefined {
    return this.map.get(id);
  }
  has(id: string): boolean {
    return this.map.has(id);
  }
  keys(): MapIterator<string> {
    return this.map.keys();
  }
  values(): MapIterator<Row> {
    return this.map.values();
  }
  entries(): MapIterator<[string, Row]> {
    return this.map.entries();
  }
  forEach(each: (row: Row, id: string, map: Rows) => void): void {
    this.map.forEach(each);
  }
  [Symbol.iterator](): MapIterator<[string, Row]> {
    return this.map.entries();
  }
}

export class Laid {
  private rows = new Map<string, Row>();
  private intents: readonly Intent[] = [];

  view(): View {
    return new View(this.rows);
  }

  /** Take over all of the hub's rows. */
  all(hub: Rows, intents: Iterable<Intent>): void {
    this.intents = [...intents];
    this.rows = new Map(hub);
    for (const { incident_id } of this.intents) this.lay(incident_id, hub);
  }

  /** Take over these rows, and those under an intent that came or went. */
  some(ids: Iterable<string>, hub: Rows, intents: Iterable<Intent>): Change[] {
    const touched = new Set(ids);
    for (const intent of this.intents) touched.add(intent.incident_id);
    this.intents = [...intents];
    for (const intent of this.intents) touched.add(intent.incident_id);
    return Array.from(touched, (id) => {
      const before = this.rows.get(id);
      this.lay(id, hub);
      return { id, before, after: this.rows.get(id) };
    }).filter(({ before, after }) => before !== after);
  }

  private lay(id: string, hub: Rows): void {
    let row = hub.get(id);
    if (!row) {
      this.rows.delete(id);
      return;
    }
    for (const intent of this.intents) if (intent.incident_id === id) row = patched(row, intent);
    this.rows.set(id, row);
  }
}
