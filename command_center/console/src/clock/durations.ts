// Times as a dispatcher reads them: 02:41, 1 时 05 分, 18 小时, 08:30:12.
import type { Row } from '../wire/messages';
import { isWaiting } from '../board/importance';

export type Language = 'zh' | 'en';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Seconds → «02:41» under an hour, «1:05:20» under a day, days after it. */
export function stopwatch(seconds: number, language: Language): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < HOUR) return `${two(Math.floor(s / MINUTE))}:${two(s % MINUTE)}`;
  if (s < DAY) return `${Math.floor(s / HOUR)}:${two(Math.floor((s % HOUR) / MINUTE))}:${two(s % MINUTE)}`;
  return language === 'zh' ? `${Math.floor(s / DAY)} 天` : `${Math.floor(s / DAY)} d`;
}

/** Seconds in one or two words: «12 秒», «6 分钟», «18 小时», «3 天». */
export function spoken(seconds: number, language: Language): string {
  const s = Math.max(0, Math.round(seconds));
  const zh = language === 'zh';
  if (s < MINUTE) return zh ? `${s} 秒` : `${s} s`;
  if (s < HOUR) return zh ? `${Math.floor(s / MINUTE)} 分钟` : `${Math.floor(s / MINUTE)} min`;
  if (s < 2 * DAY) return zh ? `${Math.floor(s / HOUR)} 小时` : `${Math.floor(s / HOUR)} h`;
  return zh ? `${Math.floor(s / DAY)} 天` : `${Math.floor(s / DAY)} d`;
}

/** «08:30:12», with the date when it was not today. */
export function timeOfDay(iso: string, now: number): string {
  const at = new Date(iso);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const sameDay = new Date(now).toDateString() === at.toDateString();
  return sameDay ? time : `${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** Seconds a person may take before the row turns red: while only a machine spoke, and once it is believed. */
const LOOK_LIMIT_S = { 1: 600, 2: 600, 3: 3600, 4: 86_400 } as const;
const SEND_LIMIT_S = { 1: 60, 2: 60, 3: 120, 4: 600 } as const;

export function limitOf(row: Row): number | null {
  if (!isWaiting(row) || row.kind === 'device') return null;
  return (row.state === 'tentative' ? LOOK_LIMIT_S : SEND_LIMIT_S)[row.severity];
}

export function isOver(row: Row, now: number): boolean {
  const limit = limitOf(row);
  return limit !== null && now - Date.parse(row.observed_at) > limit * 1000;
}
