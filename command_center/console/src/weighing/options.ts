// What a signal was weighed against: the incidents that passed the gate, a new one, and near ones that never came to it.
import { isLive } from '../board/importance';
import { metresBetween } from '../correcting/others';
import type { Candidate, Decision, IncidentDetail, Row } from '../wire/messages';

export type Why =
  | 'chosen' | 'provisional' | 'call_rule' | 'not_never' | 'not_closed' | 'not_silent' | 'not_other' | 'not_new' | 'not_gate';

export type Option =
  | { kind: 'candidate'; incident_id: string; candidate: Candidate; taken: boolean; here: boolean; why: Why; worst: [term: string, nats: number] | null }
  | { kind: 'new'; p: number; taken: boolean }
  | { kind: 'outside'; incident_id: string; metres: number };

/** The newest decision in which the machine weighed the signal; null when nothing was ever near it. */
export function weighing(detail: Pick<IncidentDetail, 'decisions'>, signalId: string): Decision | null {
  const own = detail.decisions.filter((one) => one.signal_id === signalId);
  return own.findLast((one) => one.candidates.length > 0) ?? own.findLast((one) => !byPerson(one)) ?? null;
}

/** What moved the signal after that: a person's action, or the machine that knew more; null: nothing. */
export function movedBy(detail: Pick<IncidentDetail, 'decisions'>, signalId: string): { who: 'person' | 'machine'; how: string } | null {
  const newest = detail.decisions.findLast((one) => one.signal_id === signalId);
  const said = newest?.constraints.map((one) => one.split(':')).find(([who]) => who === 'person' || who === 'machine');
  return said ? { who: said[0] as 'person' | 'machine', how: said[1] ?? '' } : null;
}

/** What else is told about a decision: sources that were silent, what was mended in the signal: [what, of which]. */
export function remarks(decision: Decision): [what: string, of: string][] {
  return decision.constraints.map((one) => one.split(':')).filter(([what]) => what === 'source_silent' || what === 'odd').map(([what, of]) => [what ?? '', of ?? '']);
}

const byPerson = (decision: Decision): boolean => decision.constraints.some((one) => one.startsWith('person:'));

const BARRED: [prefix: string, why: Why][] = [['never_merge', 'not_never'], ['closed_by_person', 'not_closed'], ['closed_by_silence', 'not_silent']];

function whyOf(decision: Decision, candidate: Candidate, taken: boolean): Why {
  if (taken) return decision.chosen === 'provisional' ? (decision.constraints.includes('call_beside_call') ? 'call_rule' : 'provisional') : 'chosen';
  const barred = BARRED.find(([prefix]) => decision.constraints.includes(`${prefix}:${candidate.incident_id}`));
  if (barred) return barred[1];
  return decision.chosen === 'new' ? 'not_new' : 'not_other';
}

export function worstOf(terms: Record<string, number>): [term: string, nats: number] | null {
  const worst = Object.entries(terms).sort(([, a], [, b]) => a - b)[0];
  return worst && worst[1] < 0 ? worst : null;
}

export function optionsOf(decision: Decision, detail: Pick<IncidentDetail, 'incident_id' | 'redirects'>): Option[] {
  const same = new Set([detail.incident_id, ...detail.redirects]);
  const taken = decision.chosen === 'join' || decision.chosen === 'provisional' ? decision.incident_id : null;
  const candidates = decision.candidates.map((candidate): Option => {
    const chosen = candidate.incident_id === taken;
    return {
      kind: 'candidate', incident_id: candidate.incident_id, candidate, taken: chosen, here: same.has(candidate.incident_id),
      why: whyOf(decision, candidate, chosen), worst: worstOf(candidate.terms),
    };
  });
  if (candidates.length === 0) return [];
  const left = decision.chosen === 'new' ? decision.p : Math.max(0, 1 - decision.candidates.reduce((sum, one) => sum + one.p, 0));
  return [...candidates, { kind: 'new', p: left, taken: decision.chosen === 'new' }];
}

const OUTSIDE_M = 800;
const MOST_OUTSIDE = 2;

/** Incidents that live, lie near and were there then, yet were not among those that passed the gate. */
export function outsideOf(decision: Decision, here: Row, rows: Iterable<Row>): Option[] {
  if (decision.gate['candidates'] !== decision.candidates.length) return [];
  const weighed = new Set(decision.candidates.map((one) => one.incident_id));
  const found: { incident_id: string; metres: number }[] = [];
  for (const row of rows) {
    if (row.incident_id === here.incident_id || weighed.has(row.incident_id) || !isLive(row) || row.exercise !== here.exercise) continue;
    if (row.observed_at >= decision.decided_at) continue;
    const metres = metresBetween(here.place, row.place);
    if (metres <= OUTSIDE_M) found.push({ incident_id: row.incident_id, metres });
  }
  return found.sort((a, b) => a.metres - b.metres).slice(0, MOST_OUTSIDE).map((one) => ({ kind: 'outside', ...one }));
}
