// A silent decision that a person is asked about. It never comes while something waits for a decision: N means one thing.
import { computed, ref } from 'vue';
import { post, Problem } from '../api/client';
import { detail, readDetail, selectedRow } from '../wall/selection';
import { t } from '../words/language';
import { tell } from './acting';
import { provisionalOf } from './doing';
import type { Question } from '../wire/messages';

const given = ref<ReadonlySet<string>>(new Set());

export const question = computed<Question | null>(() => {
  const [full, row] = [detail.value, selectedRow.value];
  if (!full || full.incident_id !== row?.incident_id || provisionalOf(row, full)) return null;
  return full.questions.find((one) => !given.value.has(one.decision_id)) ?? null;
});

/** True when there was a question to answer. */
export function answer(right: boolean): boolean {
  const asked = question.value;
  if (!asked) return false;
  given.value = new Set(given.value).add(asked.decision_id);
  void send(asked, right);
  return true;
}

async function send(asked: Question, right: boolean): Promise<void> {
  try {
    await post(`/api/decisions/${encodeURIComponent(asked.decision_id)}/answer`, { right });
    tell(t(right ? 'audit_kept' : 'audit_kept_wrong'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    tell(problem.message, true);
    if (problem.status === 0) given.value = new Set([...given.value].filter((id) => id !== asked.decision_id));
    else void readDetail();
  }
}
