// What the screen shows of the wall: taken over from the feed once a frame, and told to all that must keep in step.
import { shallowRef, watch } from 'vue';
import { login } from '../session/session';
import { Laid, type Change } from './laid';
import type { Intent } from './overlay';
import { count, NOTHING, tally, type Tally } from './tally';
import type { Row } from '../wire/messages';

type Rows = ReadonlyMap<string, Row>;
/** null: any row may have changed */
type Follower = (changes: readonly Change[] | null) => void;

const laid = new Laid();
/** the rows as the hub has them, with what this seat has just asked for laid over them */
export const rows = shallowRef<Rows>(laid.view());
export const sums = shallowRef<Readonly<Tally>>(NOTHING);
export const intents = shallowRef<ReadonlyMap<string, Intent>>(new Map());

const followers = new Set<Follower>();
let hub: Rows = new Map();
let pending = new Set<string>();
let everything = false;
let asked = false;

/** a tab that is out of sight has no frames, yet its sounds must ring */
const NO_FRAME_MS = 100;

/** Hear of every change of `rows`, once `rows` has it. */
export function onRows(follower: Follower): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}

/** The hub's rows have these changes (null: any); the next frame shows them. */
export function takeOver(from: Rows, ids: readonly string[] | null): void {
  hub = from;
  if (ids === null) everything = true;
  else for (const id of ids) pending.add(id);
  if (asked || !(everything || pending.size > 0)) return;
  asked = true;
  const timer = window.setTimeout(show, NO_FRAME_MS);
  requestAnimationFrame(() => {
    window.clearTimeout(timer);
    if (asked) show();
  });
}

/** Show at once what has come so far. */
export function show(): void {
  asked = false;
  let changes: readonly Change[] | null = null;
  if (everything) {
    laid.all(hub, intents.value.values());
    sums.value = tally(laid.view().values(), login.value);
  } else {
    changes = laid.some(pending, hub, intents.value.values());
    if (changes.length > 0) sums.value = recounted(sums.value, changes);
  }
  everything = false;
  pending = new Set();
  if (changes?.length === 0) return;
  rows.value = laid.view();
  for (const follower of followers) follower(changes);
}

function recounted(old: Readonly<Tally>, changes: readonly Change[]): Tally {
  const sum = { ...old };
  for (const { before, after } of changes) {
    if (before) count(sum, before, login.value, -1);
    if (after) count(sum, after, login.value, 1);
  }
  return sum;
}

watch(login, () => {
  sums.value = tally(rows.value.values(), login.value);
});

export function lay(intent: Intent): void {
  intents.value = new Map(intents.value).set(intent.action_id, intent);
  show();
}

export function lift(...actionIds: string[]): void {
  const next = new Map(intents.value);
  for (const id of actionIds) next.delete(id);
  if (next.size === intents.value.size) return;
  intents.value = next;
  show();
}

/** A new revision of a row takes off the patches over it: fusion has spoken. What else changes on a row says nothing of them. */
export function settleIntents(fresh: readonly Row[]): void {
  if (intents.value.size === 0) return;
  const revisions = new Map(fresh.map((row) => [row.incident_id, row.revision]));
  lift(...[...intents.value.values()].filter((one) => (revisions.get(one.incident_id) ?? 0) > one.expected_revision).map((one) => one.action_id));
}

/** Fusion took the step: its patch stays until the row comes that has it, for the answer may be faster. */
export function answered(actionId: string, revision: number): void {
  const intent = intents.value.get(actionId);
  const row = intent && hub.get(intent.incident_id);
  if (!row || row.revision >= revision) lift(actionId);
}
