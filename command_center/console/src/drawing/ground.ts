// From the picture to the ground: the plane that fits the marked spots best, and how far each spot is off. Pure.

export interface GroundPoint {
  /** fractions of the picture's width and height */
  x: number;
  y: number;
  lat: number;
  lon: number;
}

export interface Fit {
  /** metres that the plane misses each spot by, in the order given */
  off: number[];
  /** root of the mean square, metres; with four spots it is always zero and says nothing */
  rms: number;
  /** metres that each spot is missed by when it does not take part; null while there are but four */
  alone: (number | null)[];
}

export const LEAST = 4;
const METRES_PER_DEGREE = 111_320;
type Vector = number[];

/** Gauss elimination with pivoting; null when the spots do not fix a plane. */
function solved(rows: Vector[]): Vector | null {
  const n = rows.length;
  const a = rows.map((row) => [...row]);
  for (let i = 0; i < n; i += 1) {
    let pivot = i;
    for (let j = i + 1; j < n; j += 1) if (Math.abs(a[j]![i]!) > Math.abs(a[pivot]![i]!)) pivot = j;
    [a[i], a[pivot]] = [a[pivot]!, a[i]!];
    const lead = a[i]![i]!;
    if (Math.abs(lead) < 1e-9) return null;
    for (let j = 0; j < n; j += 1) {
      if (j === i) continue;
      const factor = a[j]![i]! / lead;
      for (let k = i; k <= n; k += 1) a[j]![k]! -= factor * a[i]![k]!;
    }
  }
  return a.map((row, i) => row[n]! / row[i]!);
}

interface Flat {
  x: number;
  y: number;
  east: number;
  north: number;
}

/** Eight numbers of a homography by least squares, in hundreds of metres so that they are of one size. */
function planeOf(spots: readonly Flat[]): Vector | null {
  const normal = Array.from({ length: 8 }, () => new Array<number>(9).fill(0));
  for (const { x, y, east, north } of spots) {
    for (const row of [[x, y, 1, 0, 0, 0, -x * east, -y * east, east], [0, 0, 0, x, y, 1, -x * north, -y * north, north]]) {
      for (let i = 0; i < 8; i += 1) for (let j = 0; j < 9; j += 1) normal[i]![j]! += row[i]! * row[j]!;
    }
  }
  return solved(normal);
}

function missed(plane: Vector, { x, y, east, north }: Flat): number {
  const depth = plane[6]! * x + plane[7]! * y + 1;
  if (depth <= 1e-6) return Infinity;
  const ground = [(plane[0]! * x + plane[1]! * y + plane[2]!) / depth, (plane[3]! * x + plane[4]! * y + plane[5]!) / depth];
  return Math.hypot(ground[0]! - east, ground[1]! - north) * 100;
}

/** About the middle of the spots, which lies this side of the horizon when the spots do. */
function flatten(points: readonly GroundPoint[]): Flat[] {
  const lat = points.reduce((sum, one) => sum + one.lat, 0) / points.length;
  const lon = points.reduce((sum, one) => sum + one.lon, 0) / points.length;
  const [x, y] = [points.reduce((sum, one) => sum + one.x, 0) / points.length, points.reduce((sum, one) => sum + one.y, 0) / points.length];
  const stretch = Math.cos((lat * Math.PI) / 180);
  return points.map((one) => ({
    x: one.x - x, y: one.y - y, east: ((one.lon - lon) * METRES_PER_DEGREE * stretch) / 100, north: ((one.lat - lat) * METRES_PER_DEGREE) / 100,
  }));
}

/** Null while there are too few spots, or when they fix no plane or fold it. */
export function fitOf(points: readonly GroundPoint[]): Fit | null {
  if (points.length < LEAST) return null;
  const spots = flatten(points);
  const plane = planeOf(spots);
  if (!plane) return null;
  const off = spots.map((spot) => missed(plane, spot));
  if (off.some((one) => !Number.isFinite(one))) return null;
  const alone = spots.map((spot, i) => {
    const rest = points.length > LEAST ? planeOf(spots.filter((_, j) => j !== i)) : null;
    return rest ? missed(rest, spot) : null;
  });
  return { off, alone, rms: Math.sqrt(off.reduce((sum, one) => sum + one * one, 0) / off.length) };
}
