// The incident in a few lines of plain text, to be pasted into a message. No caller, no phone.
import { stateWord } from '../wall/state';
import { t } from '../words/language';
import { eventTypeWord, kindWord, levelWord, sourceWord } from '../words/taxonomy';
import { timeOfDay } from '../clock/durations';
import { now } from '../clock/clock';
import type { IncidentDetail, Row } from '../wire/messages';

export function summaryOf(row: Row, detail: IncidentDetail | null): string {
  const head = `${row.exercise ? `【${t('exercise')}】` : ''}${levelWord(row.severity)} ${kindWord(row.kind)} · ${row.place_text} · ${row.label}`;
  const where = `${row.place.lat.toFixed(5)}, ${row.place.lon.toFixed(5)} (±${Math.round(row.place.radius_m)} m)`;
  const state = `${t('first_seen', { time: timeOfDay(row.observed_at, now.value) })} · ${stateWord(row)} ${row.handling.unit}`.trim();
  const views = detail?.incident_id === row.incident_id ? detail.views : [];
  const lines = views.map((one) => `${timeOfDay(one.observed_at, now.value)} ${sourceWord(one.source)} ${one.text || eventTypeWord(one.event_type)}`);
  return [head, state, where, ...lines].join('\n');
}
