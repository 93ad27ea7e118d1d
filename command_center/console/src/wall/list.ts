// What the list shows: tab, search, the order, and whether a hand is on it.
import { computed, ref, shallowRef, watch } from 'vue';
import { get, Problem } from '../api/client';
import { feed, rows } from '../board/line';
import { highestLevel, hold, neighbour, NO_LINEUP, settle, type Lineup } from '../board/lineup';
import { inTab, matches, type Tab } from '../board/tabs';
import { login } from '../session/session';
import { kindWord } from '../words/taxonomy';
import { select, selected } from './selection';
import type { Row } from '../wire/messages';

export const tab = ref<Tab>('wall');
export const query = ref('');
/** the list is scrolled away from its top */
export const scrolled = ref(false);
export const lineup = shallowRef<Lineup>(NO_LINEUP);
/** rises by one when the list should go back to its top */
export const toTop = ref(0);

const closed = shallowRef<readonly Row[]>([]);
export const closedNext = ref<string | null>(null);

export const shownRows = computed<ReadonlyMap<string, Row>>(() => {
  if (tab.value !== 'closed') return rows.value;
  const all = new Map(closed.value.map((row) => [row.incident_id, row]));
  for (const [id, row] of rows.value) if (inTab('closed', row, login.value)) all.set(id, row);
  return all;
});

function belongs(row: Row): boolean {
  return inTab(tab.value, row, login.value) && matches(row, query.value, kindWord(row.kind));
}

export const touched = computed(() => selected.value !== null || scrolled.value);
export const newsLevel = computed(() => highestLevel(lineup.value.held, shownRows.value));

/** Rows that ended under the hand and stay in their place until the list is settled. */
export const ended = computed(() => {
  let count = 0;
  for (const id of lineup.value.shown) {
    const row = shownRows.value.get(id);
    if (!row || !inTab(tab.value, row, login.value)) count += 1;
  }
  return count;
});

function refresh(force: boolean): void {
  const source = shownRows.value;
  const empty = lineup.value.shown.length === 0;
  lineup.value = force || empty || !touched.value ? settle(source, belongs) : hold(lineup.value, source, belongs);
}

export function showNews(): void {
  refresh(true);
  toTop.value += 1;
}

export function step(by: number): void {
  select(neighbour(lineup.value.shown, selected.value, by));
}

interface Page {
  items: Row[];
  next: string | null;
}

export async function readClosed(cursor: string | null): Promise<void> {
  try {
    const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await get<Page>(`/api/incidents?state=closed&limit=100${more}`);
    closed.value = cursor === null ? page.items : [...closed.value, ...page.items];
    closedNext.value = page.next;
    refresh(true);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

export function followList(): () => void {
  const stops = [
    watch([tab, query], () => {
      refresh(true);
      toTop.value += 1;
    }),
    watch(tab, (chosen) => {
      if (chosen === 'closed') void readClosed(null);
    }),
    watch(shownRows, () => refresh(false), { immediate: true }),
    watch(touched, (now) => {
      if (!now) refresh(true);
    }),
    watch(() => feed.value.line, () => refresh(false)),
  ];
  return () => stops.forEach((stop) => stop());
}
