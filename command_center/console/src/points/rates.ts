// Days and figures of the rates. Pure.

/** Local midnight of the first day to that after the last; null when a day is missing or they are turned round. */
export function daysQuery(from: string, to: string): string | null {
  const start = new Date(`${from}T00:00:00`);
  const end = new Date(`${to}T00:00:00`);
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime()) || end < start) return null;
  end.setDate(end.getDate() + 1);
  return `from=${encodeURIComponent(start.toISOString())}&to=${encodeURIComponent(end.toISOString())}`;
}

export function dayOf(ms: number): string {
  const day = new Date(ms);
  return [day.getFullYear(), String(day.getMonth() + 1).padStart(2, '0'), String(day.getDate()).padStart(2, '0')].join('-');
}

/** «99.8%»; never rounded up to a hundred. */
export function percent(share: number | null): string {
  if (share === null) return '—';
  const rounded = share < 1 ? Math.min(99.9, Math.round(share * 1000) / 10) : 100;
  return `${rounded.toFixed(1)}%`;
}
