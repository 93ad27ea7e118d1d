// An open panel goes along when its incident is merged away, and says so until another one is looked at.
import { ref, watch } from 'vue';
import { rows } from '../board/line';
import { get, Problem } from '../api/client';
import { isLive } from '../board/importance';
import { select, selected, selectedRow } from '../wall/selection';
import type { Row } from '../wire/messages';

export interface Followed {
  /** the label of what was open */
  from: string;
  /** the id of what is open now */
  to: string;
}

export const followed = ref<Followed | null>(null);

/** Where to go when the row that is looked at changes; null: stay. An incident that was opened as a merged one stays open. */
export function destination(before: Row | null, after: Row | null): string | null {
  if (!before || after?.incident_id !== before.incident_id) return null;
  return isLive(before) ? (after.merged_into ?? null) : null;
}

async function go(from: Row, to: string): Promise<void> {
  try {
    const known = rows.value.get(to) ?? (await get<Row>(`/api/incidents/${encodeURIComponent(to)}`));
    if (selected.value !== from.incident_id) return;
    select(to, known);
    followed.value = { from: from.label, to };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

export function followRedirects(): () => void {
  const stops = [
    watch(selectedRow, (after, before) => {
      const to = destination(before, after);
      if (before && to) void go(before, to);
    }),
    watch(selected, (id) => {
      if (followed.value && followed.value.to !== id) followed.value = null;
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
