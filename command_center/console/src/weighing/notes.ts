// What each term was made of, in words and numbers.
import { t } from '../words/language';
import { kindWord } from '../words/taxonomy';
import { inUnit, type Unit } from './waterfall';
import type { Candidate } from '../wire/messages';

const LEAST_SHARE = 0.02;
const MOST_KINDS = 3;
const LEAST_REST = 0.005;

type Note = (candidate: Candidate, unit: Unit) => (string | false)[];

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const kindOf = (kind: string): string => (kind === 'false_alarm' ? t('note_false_alarm') : kindWord(kind));

function kinds({ details }: Candidate): (string | false)[] {
  const claim = details.claim.replace(/\?$/, '');
  // The database keeps the members of an object in an order of its own.
  const likely = Object.entries(details.kinds).filter(([, share]) => share >= LEAST_SHARE).sort(([, a], [, b]) => b - a).slice(0, MOST_KINDS);
  return [
    claim !== '' && t(details.claim.endsWith('?') ? 'note_guess' : 'note_claim', { kind: kindOf(claim) }),
    likely.length > 0 && t('note_kinds', { kinds: likely.map(([kind, share]) => `${kindOf(kind)} ${percent(share)}`).join('、') }),
  ];
}

function words({ details, terms }: Candidate, unit: Unit): (string | false)[] {
  const rest = (terms['words'] ?? 0) - details.shared.reduce((sum, [, nats]) => sum + nats, 0);
  if (!details.shared.length && !details.only_here.length) return [Math.abs(terms['words'] ?? 0) < LEAST_REST && t('note_no_words')];
  return [
    details.shared.length > 0 && t('note_shared', { words: details.shared.map(([word, nats]) => `${word} ${inUnit(nats, unit)}`).join('、') }),
    details.only_here.length > 0 && t('note_only_here', { words: details.only_here.join('、') }),
    Math.abs(rest) >= LEAST_REST && t('note_words_rest', { n: inUnit(rest, unit) }),
  ];
}

/** As fusion's own sentence says it. */
function span(seconds: number): string {
  if (seconds < 90) return t('span_seconds', { n: Math.round(seconds) });
  return seconds < 5400 ? t('span_minutes', { n: Math.round(seconds / 60) }) : t('span_hours', { n: Math.round(seconds / 3600) });
}

function rate(perKm2Hour: number): string {
  return perKm2Hour >= 0.1 ? perKm2Hour.toFixed(2) : perKm2Hour.toPrecision(2);
}

const NOTES: Record<string, Note> = {
  space: ({ distance_m, sigma_m, details }) => [
    t('note_distance', { n: Math.round(distance_m) }), t('note_sigma', { n: Math.round(sigma_m) }), details.outlier && t('note_outlier'),
    details.barrier !== '' && t('note_barrier', { name: details.barrier }),
  ],
  time: ({ lag_s, details }) => [
    t(lag_s < 0 ? 'note_earlier' : 'note_later', { span: span(Math.abs(lag_s)) }),
    details.source_median_s > 0 && t('note_median', { span: span(details.source_median_s) }),
  ],
  kind: kinds,
  words,
  prior: ({ details }) => [
    details.new_rate_km2_h > 0 && t('note_rate', { n: rate(details.new_rate_km2_h) }),
    details.activity.toFixed(1) !== '1.0' && t('note_activity', { n: details.activity.toFixed(1) }),
    details.coverage > 0 && t('note_coverage', { n: details.coverage.toFixed(1) }),
  ],
  bias: () => [t('note_bias')],
};

export function noteOf(term: string, candidate: Candidate, unit: Unit): string {
  return (NOTES[term]?.(candidate, unit) ?? []).filter(Boolean).join(' · ');
}
