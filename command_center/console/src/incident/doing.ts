// What may be done to the selected incident now, and the small decisions behind one key.
import { ref } from 'vue';
import { now } from '../clock/clock';
import { may, me } from '../session/session';
import { detail, selectedRow } from '../wall/selection';
import { act } from './acting';
import { isLive } from '../board/importance';
import type { IncidentDetail, Level, Row } from '../wire/messages';

export type Mode = 'dispatch' | 'file' | 'dismiss' | 'split' | 'merge' | 'move' | 'never_merge' | 'kind' | 'relocate' | 'lower' | null;

/** which window of the incident is open */
export const mode = ref<Mode>(null);
/** the level asked for while `mode` is `lower` */
export const lowerTo = ref<Level>(4);

const RIGHT_OF: Record<string, string> = {
  dispatch: 'dispatch', file_and_dispatch: 'file', confirm: 'decide', dismiss: 'decide', close: 'decide', set_severity: 'decide',
  acknowledge: 'acknowledge', claim: 'claim', split: 'correct', merge: 'correct', move: 'correct', never_merge: 'correct',
  relocate: 'correct', accept: 'correct', refuse: 'correct', link: 'link',
};

/** The hub's own word when the detail is here; until then the seat's rights. */
export function can(action: string): boolean {
  const row = selectedRow.value;
  if (!row) return false;
  if (detail.value?.incident_id === row.incident_id) return detail.value.allowed.includes(action);
  return isLive(row) && may(RIGHT_OF[action] ?? 'none');
}

/** The member that waits for a decision: a nested call first. */
export function provisionalOf(row: Row, full: IncidentDetail | null): string | null {
  const nested = row.nested[0];
  if (nested) return nested.signal_id;
  const members = full?.incident_id === row.incident_id ? full.signals : row.signals;
  return members.find((member) => member.provisional)?.signal_id ?? null;
}

export interface Undo {
  action_id: string;
  action: string;
  secondsLeft: number;
}

/** The newest step that this seat can still take back: its own, or anybody's where the hub allows that (a duty leader). */
export function undoOf(row: Row): Undo | null {
  const { undo_action_id, undo_action, undo_by, undo_until } = row.handling;
  if (!undo_action_id || !undo_until || (undo_by !== me.value?.login && !can('undo'))) return null;
  const secondsLeft = Math.ceil((Date.parse(undo_until) - now.value) / 1000);
  return secondsLeft > 0 ? { action_id: undo_action_id, action: undo_action, secondsLeft } : null;
}

/** Raising is done at once; lowering asks for a reason first. */
export function setLevel(row: Row, level: Level): void {
  if (level === row.severity) return;
  if (level < row.severity) void act(row, 'set_severity', { severity: level });
  else {
    lowerTo.value = level;
    mode.value = 'lower';
  }
}
