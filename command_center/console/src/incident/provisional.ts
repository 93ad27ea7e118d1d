// Why a signal waits for a person: a call beside a call always does; anything else only because the hub is not sure enough.
import type { IncidentDetail, Member, NestedRow, Row } from '../wire/messages';

const CALL = 'police_110';
const BESIDE = 'call_beside_call';

/** On the wall, without the decisions: another call stood in the incident before this one. */
export function nestedBesideCall(row: Pick<Row, 'signals'>, nested: Pick<NestedRow, 'signal_id' | 'source'>): boolean {
  if (nested.source !== CALL) return false;
  const at = row.signals.findIndex((one) => one.signal_id === nested.signal_id);
  return row.signals.some((one, i) => one.source === CALL && one.signal_id !== nested.signal_id && (!one.provisional || i < at));
}

/** In the detail: by the newest decision about the signal, or because a call was in the incident already. */
export function besideCall(detail: Pick<IncidentDetail, 'signals' | 'decisions'>, member: Pick<Member, 'signal_id' | 'source'>): boolean {
  if (member.source !== CALL) return false;
  const decision = [...detail.decisions].reverse().find((one) => one.signal_id === member.signal_id);
  return decision?.constraints.includes(BESIDE) || nestedBesideCall({ signals: detail.signals as never }, member as NestedRow);
}

/** The term that speaks loudest against it, in nats; null when none does. */
export function weakest(terms: Record<string, number>): [term: string, nats: number] | null {
  const worst = Object.entries(terms).sort(([, a], [, b]) => a - b)[0];
  return worst && worst[1] < 0 ? worst : null;
}
