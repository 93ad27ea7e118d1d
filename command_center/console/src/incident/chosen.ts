// Which of the incident's signals is looked at: the one clicked on or stepped to, else the last that had to be weighed.
import { computed, ref, watch } from 'vue';
import { detail, selected } from '../wall/selection';
import type { IncidentDetail, Member } from '../wire/messages';

const picked = ref<string | null>(null);
watch(selected, () => { picked.value = null; }, { flush: 'sync' });

export function inOrder(full: Pick<IncidentDetail, 'signals'>): Member[] {
  return [...full.signals].sort((a, b) => (a.observed_at < b.observed_at ? -1 : a.observed_at > b.observed_at ? 1 : 0));
}

/** What made the incident: weighed against nothing that was taken. */
export function isFounder(member: Member): boolean {
  return member.joined_by === 'machine' && Object.keys(member.terms).length === 0;
}

export function defaultOf(members: readonly Member[]): Member | null {
  return members.filter((one) => !isFounder(one)).at(-1) ?? members[0] ?? null;
}

export const chosen = computed<Member | null>(() => {
  if (!detail.value) return null;
  const members = inOrder(detail.value);
  return members.find((one) => one.signal_id === picked.value) ?? defaultOf(members);
});

export function choose(signalId: string): void {
  picked.value = signalId;
}

/** ← and →: the signal before or after. */
export function stepSignal(by: number): void {
  if (!detail.value) return;
  const members = inOrder(detail.value);
  const at = members.findIndex((one) => one.signal_id === chosen.value?.signal_id);
  const next = members[Math.min(Math.max(at + by, 0), members.length - 1)];
  if (next) picked.value = next.signal_id;
}
