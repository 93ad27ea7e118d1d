// The score as a waterfall: each term starts where the last one ended. What is printed adds up to the printed sum exactly.

export type Unit = 'nats' | 'db';

/** space, time, kind, words, prior, then whatever a later model adds; calibration last */
const ORDER = ['space', 'time', 'kind', 'words', 'prior'];
const LAST = 'bias';
const PER_NAT: Record<Unit, number> = { nats: 1, db: 10 / Math.LN10 };
const DIGITS: Record<Unit, number> = { nats: 2, db: 1 };

export interface Step {
  term: string;
  /** where the bar starts and ends, in the unit, rounded as printed */
  from: number;
  to: number;
  printed: string;
}

export interface Waterfall {
  steps: Step[];
  sum: number;
  printed: string;
}

const place = (term: string): number => (term === LAST ? ORDER.length + 1 : (ORDER.indexOf(term) + ORDER.length + 1) % (ORDER.length + 1));

export function inUnit(nats: number, unit: Unit): string {
  return signed(rounded(nats * PER_NAT[unit], DIGITS[unit]), DIGITS[unit]);
}

export function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** Running totals are rounded, and a bar is the difference of two of them: so the bars add up, each within one last digit. */
export function waterfall(terms: Record<string, number>, unit: Unit): Waterfall {
  const digits = DIGITS[unit];
  const named = Object.entries(terms).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
  let exact = 0;
  let shown = 0;
  const steps = named.map(([term, nats]): Step => {
    exact += nats;
    const from = shown;
    shown = rounded(exact * PER_NAT[unit], digits);
    return { term, from, to: shown, printed: signed(rounded(shown - from, digits), digits) };
  });
  return { steps, sum: shown, printed: signed(shown, digits) };
}

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
}

const MOST_TICKS = 7;
const STEPS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** One axis for all bars, zero on it, round ticks. */
export function axisOf({ steps, sum }: Waterfall): Axis {
  const ends = [0, sum, ...steps.flatMap(({ from, to }) => [from, to])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const span = Math.max(most - least, 1);
  const step = STEPS.find((one) => span / one <= MOST_TICKS) ?? 1000;
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  const count = Math.round((high - low) / step);
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, i) => low + i * step) };
}

/** Percent of the axis. */
export function at(axis: Axis, value: number): number {
  return ((value - axis.low) / (axis.high - axis.low)) * 100;
}
