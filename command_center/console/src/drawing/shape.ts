// Whether what was drawn can be meant, in the words of the registry: zones that cross themselves, lines of one point. Pure.
import type { Word } from '../words/language';

/** fractions of the picture's width and height */
export type Spot = readonly [x: number, y: number];

/** of the picture; less is a stroke, not an area. The registry refuses by the same figures. */
const LEAST_AREA = 1e-4;
const LEAST_LENGTH = 0.01;

export function area(corners: readonly Spot[]): number {
  return corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0) / 2;
}

function side(a: Spot, b: Spot, c: Spot): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function cross(a: Spot, b: Spot, c: Spot, d: Spot): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function crossesItself(corners: readonly Spot[]): boolean {
  const sides = corners.map((from, i): [Spot, Spot] => [from, corners[(i + 1) % corners.length] ?? from]);
  return sides.some(([a, b], i) => sides.some(([c, d], j) => j > i + 1 && !(i === 0 && j === sides.length - 1) && cross(a, b, c, d)));
}

const same = (a: Spot, b: Spot): boolean => a[0] === b[0] && a[1] === b[1];

/** What is wrong with a polygon; null when it can be kept. */
export function zoneProblem(corners: readonly Spot[]): Word | null {
  if (corners.length < 3) return 'draw_few';
  if (corners.some((one, i) => corners.some((other, j) => j > i && same(one, other)))) return 'draw_twice';
  if (crossesItself(corners)) return 'draw_crosses';
  return Math.abs(area(corners)) < LEAST_AREA ? 'draw_flat' : null;
}

export function lineProblem(ends: readonly Spot[]): Word | null {
  const [start, end] = ends;
  if (!start || !end) return 'draw_line_few';
  return Math.hypot(end[0] - start[0], end[1] - start[1]) < LEAST_LENGTH ? 'draw_short' : null;
}

const hundredth = (n: number): number => Math.round(Math.min(1, Math.max(0, n)) * 1e4) / 1e4;

/** Inside the picture, to a ten-thousandth. */
export function kept([x, y]: Spot): Spot {
  return [hundredth(x), hundredth(y)];
}

/** A new corner belongs into the side that it lies nearest to. */
export function placeFor(corners: readonly Spot[], spot: Spot): number {
  let best = corners.length;
  let nearest = Infinity;
  corners.forEach((from, i) => {
    const to = corners[(i + 1) % corners.length] ?? from;
    const length2 = (to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2;
    const along = length2 ? Math.min(1, Math.max(0, ((spot[0] - from[0]) * (to[0] - from[0]) + (spot[1] - from[1]) * (to[1] - from[1])) / length2)) : 0;
    const off = Math.hypot(spot[0] - from[0] - along * (to[0] - from[0]), spot[1] - from[1] - along * (to[1] - from[1]));
    if (off < nearest) [nearest, best] = [off, i + 1];
  });
  return best;
}
