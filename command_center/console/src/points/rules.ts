// A camera's rules as the form shows them: thresholds and labels as one line of text each. Pure.
import type { RuleEntry } from '../wire/messages';

const PAIR = /^\s*([a-z][a-z0-9_]*)\s*[=:：＝]\s*(-?\d+(?:\.\d+)?)\s*$/i;
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
