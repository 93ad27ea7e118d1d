// A camera's rules as the form shows them: thresholds, hours and labels as one line of text each. Pure.
import type { RuleEntry } from '../wire/messages';

const PAIR = /^\s*([a-z][a-z0-9_]*)\s*[=:：＝]\s*(-?\d+(?:\.\d+)?)\s*$/i;
const SPAN = /^\s*(\d{1,2}:\d{2})\s*[-–~至到]\s*(\d{1,2}:\d{2})\s*$/;
const SPLIT = /[,，;；\n]+/;

function pieces(said: string): string[] {
  return said.split(SPLIT).map((one) => one.trim()).filter(Boolean);
}

export function thresholdsText(rule: RuleEntry): string {
  return Object.entries(rule.thresholds ?? {}).map(([name, n]) => `${name}=${n}`).join(', ');
}

/** Null when a piece is no «name=number». */
export function thresholdsOf(said: string): Record<string, number> | null {
  const found = pieces(said).map((one) => PAIR.exec(one));
  if (found.some((one) => one === null)) return null;
  return Object.fromEntries(found.map((one) => [one![1]!, Number(one![2])]));
}

const clock = (time: unknown): string => String(time ?? '00:00').slice(0, 5);

export function hoursText(rule: RuleEntry): string {
  return (rule.hours ?? []).map((one) => `${clock(one.start)}-${clock(one.until)}`).join(', ');
}

/** The hours by their text; days and dates of an entry stay with the hours at the same place. Null when it is no time. */
export function hoursOf(said: string, before: RuleEntry): RuleEntry['hours'] | null {
  const found = pieces(said).map((one) => SPAN.exec(one));
  if (found.some((one) => one === null)) return null;
  return found.map((one, i) => ({ ...before.hours?.[i], start: one![1]!, until: one![2]! })) as RuleEntry['hours'];
}

export function labelsOf(said: string): string[] {
  return pieces(said);
}

/** Without what is empty, so that the file says only what it means. */
export function tidy(rule: RuleEntry): RuleEntry {
  const kept = Object.entries(rule).filter(([key, value]) => {
    if (key === 'rule') return true;
    if (key === 'direction') return value !== 'both';
    if (value === null || value === undefined || value === '') return false;
    return typeof value !== 'object' || Object.keys(value).length > 0;
  });
  return Object.fromEntries(kept) as unknown as RuleEntry;
}
