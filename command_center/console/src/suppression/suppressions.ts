// What is suppressed now, as the hub tells every seat, and the orders to suppress and to end.
import { computed, ref, shallowRef } from 'vue';
import { get, post, Problem } from '../api/client';
import { onMessage } from '../board/line';
import { tell } from '../incident/acting';
import { t } from '../words/language';
import type { Row, SuppressionView } from '../wire/messages';

export const suppressions = shallowRef<readonly SuppressionView[]>([]);
export const active = computed(() => suppressions.value.filter((one) => one.suppression.state === 'active'));

/** which window is open */
export const quietWindow = ref<'list' | 'new' | null>(null);

export function followSuppressions(): () => void {
  return onMessage((message) => {
    if (message.type === 'suppressions') suppressions.value = message.suppressions;
  });
}

/** The first of those that hide a row. */
export function hiderOf(row: Row): SuppressionView | undefined {
  return suppressions.value.find((one) => row.suppressed.includes(one.suppression.suppression_id));
}

interface Page {
  items: SuppressionView[];
}

export async function readPast(): Promise<SuppressionView[]> {
  return (await get<Page>('/api/suppressions?state=ended&limit=20')).items;
}

export async function endSuppression(id: string): Promise<void> {
  try {
    await post(`/api/suppressions/${encodeURIComponent(id)}/end`, {});
    tell(t('quiet_ended'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    tell(problem.message, true);
  }
}
