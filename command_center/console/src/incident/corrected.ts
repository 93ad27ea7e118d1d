// A correction of an incident on whose order somebody is out: whoever holds it is told where it went. Pure.
import type { Change } from '../board/laid';
import { METRES_PER_DEGREE } from '../town/shapes';
import type { Row } from '../wire/messages';

export interface Correction {
  id: string;
  what: 'merged' | 'rejected' | 'moved';
  label: string;
  /** the incident that its order follows now */
  goesOn: string;
  order: string;
  metres: number;
}

export interface Holder {
  login: string;
  unit: string;
}

/** a place that moves less is no news to who drives there */
const FAR_M = 100;

function held({ handling }: Row, me: Holder): boolean {
  return handling.claimed_by === me.login || handling.acknowledged_by === me.login || (handling.unit !== '' && handling.unit === me.unit);
}

function metresBetween(a: Row, b: Row): number {
  const north = (b.place.lat - a.place.lat) * METRES_PER_DEGREE;
  const east = (b.place.lon - a.place.lon) * METRES_PER_DEGREE * Math.cos((a.place.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

function whatOf(before: Row, after: Row, sent: boolean): Correction['what'] | null {
  if (before.state !== after.state && (after.state === 'merged' || after.state === 'rejected')) return after.state;
  return sent && after.state !== 'closed' && metresBetween(before, after) >= FAR_M ? 'moved' : null;
}

/** What this seat must hear of a change; null: nothing, or it was its own doing. */
export function correctionOf({ id, before, after }: Change, me: Holder): Correction | null {
  if (!before || !after || before.revision === after.revision || !held(before, me)) return null;
  const sent = before.handling.state === 'dispatched' || before.handling.state === 'filed';
  const what = whatOf(before, after, sent);
  const own = after.handling.undo_by === me.login && ['merge', 'dismiss', 'relocate'].includes(after.handling.undo_action);
  if (!what || own) return null;
  const order = [before.handling.unit, before.handling.order_no].filter(Boolean).join(' ');
  return { id, what, label: after.label, goesOn: after.merged_into ?? id, order, metres: Math.round(metresBetween(before, after)) };
}
