// Which incident this seat looks at, and its detail, read again whenever the wall shows a newer revision.
import { computed, ref, shallowRef, watch } from 'vue';
import { get, Problem } from '../api/client';
import { intents, rows, say } from '../board/line';
import type { IncidentDetail, Row } from '../wire/messages';

export const selected = ref<string | null>(null);
export const detail = shallowRef<IncidentDetail | null>(null);
export const detailProblem = ref('');
/** rows that are not on the live wall: opened from the closed tab */
export const opened = shallowRef<Row | null>(null);

export const selectedRow = computed<Row | null>(() => {
  const id = selected.value;
  if (id === null) return null;
  return rows.value.get(id) ?? (opened.value?.incident_id === id ? opened.value : null);
});

/** the version on the wall: fusion's revision and the console's own steps */
const version = computed(() => {
  const row = selectedRow.value;
  if (!row) return '';
  const { handling } = row;
  return [row.incident_id, row.revision, row.state, handling.state, handling.claimed_by, handling.undo_action_id].join('|');
});

let turn = 0;

export async function readDetail(): Promise<void> {
  const id = selected.value;
  turn += 1;
  const mine = turn;
  if (id === null) return;
  try {
    const fresh = await get<IncidentDetail>(`/api/incidents/${encodeURIComponent(id)}`);
    if (mine !== turn) return;
    detail.value = fresh;
    detailProblem.value = '';
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (mine === turn) detailProblem.value = problem.message;
  }
}

export function select(id: string | null, row: Row | null = null): void {
  if (row) opened.value = row;
  if (id === selected.value) return;
  selected.value = id;
  if (detail.value?.incident_id !== id) detail.value = null;
  detailProblem.value = '';
  say({ type: 'presence', incident_id: id });
}

/** Start following the selection; returns how to stop. While an intent is under way the detail is not read: it would be old. */
export function followSelection(): () => void {
  return watch(
    [selected, version, () => [...intents.value.values()].some((one) => one.incident_id === selected.value)],
    ([, , busy]) => {
      if (!busy) void readDetail();
    },
    { immediate: true },
  );
}
