// When something holds, as one line of text: «周1-5 07:30-08:30, 周六日 00:00-24:00, 2026-12-01+2026-12-02 08:00-12:00». Pure.
import type { RuleEntry } from '../wire/messages';

export type Hours = NonNullable<RuleEntry['hours']>[number];

const SPLIT = /[,，;；\n]+/;
const SPAN = /^(\d{1,2}:\d{2})\s*[-–~至到]\s*(\d{1,2}:\d{2})$/;
const DAYS = /^(?:周|星期|w)((?:[1-7一二三四五六日天](?:[-–~至到](?:周|星期)?[1-7一二三四五六日天])?)+)$/i;
const DATES = /^\d{4}-\d{2}-\d{2}(?:\+\d{4}-\d{2}-\d{2})*$/;
const CHINESE = '一二三四五六日';
const NAMED: Readonly<Record<string, readonly number[]>> = { 工作日: [1, 2, 3, 4, 5], 周末: [6, 7], 每天: [1, 2, 3, 4, 5, 6, 7] };
const ALL = 7;

function dayOf(sign: string): number {
  return Number(sign) || CHINESE.indexOf(sign === '天' ? '日' : sign) + 1;
}

/** «1-5», «一三五», «135», «五至日»; a range that begins late runs over the weekend. */
function daysOf(said: string): number[] {
  const days = new Set<number>();
  for (const [, from = '', to = ''] of said.matchAll(/([1-7一二三四五六日天])(?:[-–~至到](?:周|星期)?([1-7一二三四五六日天]))?/g)) {
    const [first, last] = [dayOf(from), dayOf(to || from)];
    for (let day = first; ; day = (day % ALL) + 1) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort();
}

function isTime(time: string): boolean {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return minute < 60 && (hour < 24 || (hour === 24 && minute === 0));
}

const written = (time: string): string => (time === '24:00' ? '00:00' : time.padStart(5, '0'));

/** One part of an entry folded in; false when it is none. */
function fold(into: Partial<Hours>, part: string): boolean {
  const days = NAMED[part] ?? (DAYS.test(part) ? daysOf(DAYS.exec(part)![1]!) : null);
  if (days) return Boolean(into.days === undefined && Object.assign(into, { days }));
  if (DATES.test(part)) return Boolean(into.dates === undefined && Object.assign(into, { dates: part.split('+') }));
  const span = SPAN.exec(part);
  if (!span || into.start !== undefined || !isTime(span[1]!) || !isTime(span[2]!)) return false;
  return Boolean(Object.assign(into, { start: written(span[1]!), until: written(span[2]!) }));
}

/** The entries of the text; what is every day and all day is left out. Null when a piece says no time. */
export function hoursOf(said: string): Hours[] | null {
  const found: Hours[] = [];
  for (const piece of said.split(SPLIT).map((one) => one.trim()).filter(Boolean)) {
    const entry: Partial<Hours> = {};
    // «08:00 - 12:00» is one part
    const parts = piece.replace(/\s*([-–~至到])\s*/g, '$1').split(/\s+/);
    if (!parts.every((part) => fold(entry, part))) return null;
    found.push(entry as Hours);
  }
  return found;
}

function daysText(days: readonly number[]): string {
  const sorted = [...days].sort();
  const first = sorted[0] ?? 1;
  const last = sorted.at(-1) ?? ALL;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `周${first}-${last}`;
  return `周${sorted.join('')}`;
}

const clock = (time: unknown): string => String(time ?? '00:00').slice(0, 5);

export function hoursText(hours: readonly Hours[]): string {
  return hours.map((one) => {
    const days = one.days?.length && one.days.length < ALL ? [daysText(one.days)] : [];
    const dates = one.dates?.length ? [one.dates.join('+')] : [];
    const all = clock(one.start) === clock(one.until);
    const span = all && days.length + dates.length > 0 ? [] : [`${clock(one.start)}-${all ? '24:00' : clock(one.until)}`];
    return [...days, ...dates, ...span].join(' ');
  }).join(', ');
}
