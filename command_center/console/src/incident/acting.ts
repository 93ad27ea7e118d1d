// Doing something about an incident: shown at once, sent once, taken back when the hub says no.
import { shallowRef } from 'vue';
import { newActionId, post, Problem } from '../api/client';
import { answered, lay, lift, onMessage, rows, takeRow } from '../board/line';
import { browserTime } from '../clock/clock';
import { me } from '../session/session';
import { readDetail } from '../wall/selection';
import { t } from '../words/language';
import { actionWord } from '../words/taxonomy';
import type { ActionAnswer, ActionArguments, ActionRequest, Row } from '../wire/messages';

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

export const notice = shallowRef<Notice | null>(null);
let noticeNo = 0;
const NOTICE_MS = 6_000;

export function tell(text: string, bad = false): void {
  noticeNo += 1;
  const mine = noticeNo;
  notice.value = { id: mine, text, bad };
  window.setTimeout(() => {
    if (notice.value?.id === mine) notice.value = null;
  }, NOTICE_MS);
}

/** How long an accepted step stays on the screen if fusion's answer never comes. */
const INTENT_MS = 8_000;

export async function act(row: Row, action: string, given: ActionArguments = {}, reason = ''): Promise<boolean> {
  const who = me.value;
  if (!who) return false;
  const request: ActionRequest = {
    action_id: newActionId(),
    action,
    expected_revision: (rows.value.get(row.incident_id) ?? row).revision,
    reason,
    arguments: given,
  };
  const by = { login: who.login, name: who.display_name, unit: who.unit };
  lay({ ...request, incident_id: row.incident_id, by, at: browserTime() });
  try {
    const path = `/api/incidents/${encodeURIComponent(row.incident_id)}/actions`;
    const answer = await post<ActionAnswer>(path, request);
    finish(request, answer);
    return true;
  } catch (problem) {
    lift(request.action_id);
    if (!(problem instanceof Problem)) throw problem;
    refuse(problem);
    return false;
  }
}

function finish(request: ActionRequest, answer: ActionAnswer): void {
  if (answer.row) takeRow(answer.row);
  if (answer.status === 'done') {
    lift(request.action_id);
    void readDetail();
  } else window.setTimeout(() => lift(request.action_id), INTENT_MS);
  const word = actionWord(request.action === 'undo' ? 'last' : request.action);
  if (request.action === 'undo') tell(`${word}: ${t('undone')}`);
  else if (request.action !== 'acknowledge') tell(t('done_undo', { action: word }));
}

function refuse(problem: Problem): void {
  if (problem.status === 409) tell(problem.detail || t('outdated'), true);
  else if (problem.status === 0) tell(t('failed', { why: problem.message }), true);
  else tell(t('refused', { why: problem.message }), true);
  void readDetail();
}

/** Fusion's own refusals arrive on the feed. */
export function followResults(): () => void {
  return onMessage((message) => {
    if (message.type !== 'action_result') return;
    if (message.accepted) return answered(message.action_id, message.revision);
    lift(message.action_id);
    tell(t('refused', { why: message.why }), true);
  });
}
