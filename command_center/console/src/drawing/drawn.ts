// The drawings of one camera while they are edited: zones, lines and masks by name, each with its corners. Pure.
import { kept, lineProblem, placeFor, zoneProblem, type Spot } from './shape';
import type { Word } from '../words/language';
import type { CameraEntry } from '../wire/messages';

export type Kind = 'zone' | 'line' | 'mask';

export interface Drawing {
  kind: Kind;
  name: string;
  spots: readonly Spot[];
}

export function drawingsOf(entry: Pick<CameraEntry, 'zones' | 'lines' | 'masks'>): Drawing[] {
  const spots = (points: readonly (readonly number[])[]): Spot[] => points.map((one) => [one[0] ?? 0, one[1] ?? 0]);
  return [
    ...(entry.zones ?? []).map(({ name, points }): Drawing => ({ kind: 'zone', name, spots: spots(points) })),
    ...(entry.lines ?? []).map(({ name, start, end }): Drawing => ({ kind: 'line', name, spots: spots([start, end]) })),
    ...(entry.masks ?? []).map(({ name, points }): Drawing => ({ kind: 'mask', name, spots: spots(points) })),
  ];
}

type Pair = [number, number];

/** The entry with these drawings instead of its own. */
export function withDrawings(entry: CameraEntry, drawings: readonly Drawing[]): CameraEntry {
  const pair = ([x, y]: Spot): Pair => [x, y];
  const polygons = (kind: Kind) => drawings.filter((one) => one.kind === kind).map(({ name, spots }) => ({ name, points: spots.map(pair) }));
  const lines = drawings.filter((one) => one.kind === 'line').map(({ name, spots }) => ({
    name, start: pair(spots[0] ?? [0, 0]), end: pair(spots[1] ?? [0, 0]),
  }));
  const next: Partial<CameraEntry> = { zones: polygons('zone'), masks: polygons('mask'), lines };
  // what is empty is left out, so that the file says only what it means
  const all = Object.entries({ ...entry, ...next }).filter(([key, value]) => !(key in next) || (value as unknown[]).length > 0);
  return Object.fromEntries(all) as unknown as CameraEntry;
}

/** What is wrong with each, by its place; a name is used once among its kind. */
export function problemsOf(drawings: readonly Drawing[]): (Word | null)[] {
  return drawings.map(({ kind, name, spots }, i) => {
    if (!name.trim()) return 'draw_nameless';
    if (drawings.some((other, j) => j < i && other.kind === kind && other.name === name)) return 'draw_name_twice';
    return kind === 'line' ? lineProblem(spots) : zoneProblem(spots);
  });
}

/** A spot clicked on the picture: the next end of a line, or a corner in the nearest side. */
export function added(one: Drawing, spot: Spot): { drawing: Drawing; at: number } {
  if (one.kind === 'line') {
    if (one.spots.length >= 2) return { drawing: one, at: -1 };
    return { drawing: { ...one, spots: [...one.spots, kept(spot)] }, at: one.spots.length };
  }
  const at = one.spots.length < 3 ? one.spots.length : placeFor(one.spots, spot);
  return { drawing: { ...one, spots: [...one.spots.slice(0, at), kept(spot), ...one.spots.slice(at)] }, at };
}

export function moved(one: Drawing, at: number, spot: Spot): Drawing {
  return { ...one, spots: one.spots.map((old, i) => (i === at ? kept(spot) : old)) };
}

export function without(one: Drawing, at: number): Drawing {
  return { ...one, spots: one.spots.filter((_, i) => i !== at) };
}

/** A name that no drawing of the kind has: the word with the smallest free number. */
export function freeName(drawings: readonly Drawing[], kind: Kind, word: string): string {
  const taken = new Set(drawings.filter((one) => one.kind === kind).map((one) => one.name));
  let n = 1;
  while (taken.has(`${word}${n}`)) n += 1;
  return `${word}${n}`;
}
