// What the list shows: tab, search, the order, and whether a hand is on it.
import { computed, ref, shallowRef, watch } from 'vue';
import { get, Problem } from '../api/client';
import { floodKey, floods, gather } from '../board/flood';
import { Keeper, type Rules } from '../board/keeper';
import type { Change } from '../board/laid';
import { feed, onRows, rows } from '../board/line';
import { highestLevel, neighbour, type Lineup } from '../board/lineup';
import { inTab, matches, type Tab } from '../board/tabs';
import { login } from '../session/session';
import { now } from '../clock/clock';
import { floodRules, kindWord } from '../words/taxonomy';
import { select, selected } from './selection';
import type { Row } from '../wire/messages';

export const tab = ref<Tab>('wall');
export const query = ref('');
/** the list is scrolled away from its top */
export const scrolled = ref(false);
const keeper = new Keeper();
export const lineup = shallowRef<Lineup>(keeper.lineup);
/** rows that ended under the hand and stay in their place until the list is settled */
export const ended = ref(0);
/** how many calls are nested under a row, of the rows that have any */
export const nested = shallowRef<ReadonlyMap<string, number>>(new Map());
/** rises by one when the list should go back to its top */
export const toTop = ref(0);

/** groups of kind and place that the list shows as one row now */
const inFlood = shallowRef<ReadonlySet<string>>(new Set());
/** of those the ones that a hand has opened */
const openFloods = shallowRef<ReadonlySet<string>>(new Set());
/** the head of a flood that the keys stand on */
export const onHead = ref<string | null>(null);

const closed = shallowRef<readonly Row[]>([]);
export const closedNext = ref<string | null>(null);

export const shownRows = computed<ReadonlyMap<string, Row>>(() => {
  if (tab.value !== 'closed') return rows.value;
  const all = new Map(closed.value.map((row) => [row.incident_id, row]));
  for (const [id, row] of rows.value) if (inTab('closed', row, login.value)) all.set(id, row);
  return all;
});

const RULES: Rules = {
  belongs: (row) => RULES.stays(row) && (query.value === '' || matches(row, query.value, kindWord(row.kind))),
  stays: (row) => inTab(tab.value, row, login.value),
};

/** What is drawn: rows, and the heads of floods. */
export const gathered = computed(() => gather(lineup.value.shown, shownRows.value, tab.value === 'closed' || tab.value === 'hidden' ? new Set<string>() : inFlood.value, openFloods.value));
export const isOpen = (entry: string): boolean => openFloods.value.has(floodKey(entry) ?? '');

export function toggleFlood(entry: string): void {
  const next = new Set(openFloods.value);
  const key = floodKey(entry) ?? '';
  if (!next.delete(key)) next.add(key);
  openFloods.value = next;
}

/** With a snapshot and once a second, and not under a hand: a flood that begins or ends moves rows. */
function watchFloods(force: boolean): void {
  if (touched.value && !force) return;
  const next = floods(rows.value.values(), now.value, inFlood.value, floodRules.value);
  if (next === inFlood.value) return;
  inFlood.value = next;
  openFloods.value = new Set([...openFloods.value].filter((key) => next.has(key)));
}

export const touched = computed(() => selected.value !== null || scrolled.value || onHead.value !== null);
export const newsLevel = computed(() => highestLevel(lineup.value.held, shownRows.value));

function publish(): void {
  lineup.value = keeper.lineup;
  ended.value = keeper.ended.size;
}

function refresh(force: boolean): void {
  keeper.all(shownRows.value, RULES, touched.value && !force);
  nested.value = new Map(Array.from(shownRows.value.values()).filter((row) => row.nested.length > 0).map((row) => [row.incident_id, row.nested.length]));
  publish();
}

/** The closed tab mixes in what was read page by page: it is looked at whole, as is a new snapshot. */
function follow(changes: readonly Change[] | null): void {
  if (changes === null) watchFloods(false);
  if (changes === null || tab.value === 'closed') return refresh(false);
  keeper.some(changes.map(({ id }) => id), rows.value, RULES, touched.value);
  const taller = changes.filter(({ before, after }) => (before?.nested.length ?? 0) !== (after?.nested.length ?? 0));
  if (taller.length > 0) {
    const next = new Map(nested.value);
    for (const { id, after } of taller) next.set(id, after?.nested.length ?? 0);
    nested.value = next;
  }
  publish();
}

export function showNews(): void {
  watchFloods(true);
  refresh(true);
  toTop.value += 1;
}

export function step(by: number): void {
  const next = neighbour(gathered.value.entries, onHead.value ?? selected.value, by);
  stand(next);
}

/** Stand on a row, or on the head of a flood. */
export function stand(entry: string | null): void {
  const head = entry !== null && floodKey(entry) !== null;
  onHead.value = head ? entry : null;
  select(head ? null : entry, entry === null || head ? null : (shownRows.value.get(entry) ?? null));
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
    onRows(follow),
    watch(touched, (held) => {
      if (!held) refresh(true);
    }),
    watch(now, () => watchFloods(false)),
    watch(selected, (id) => {
      if (id !== null) onHead.value = null;
    }),
    watch(() => feed.value.line, () => refresh(false)),
  ];
  refresh(false);
  return () => stops.forEach((stop) => stop());
}
