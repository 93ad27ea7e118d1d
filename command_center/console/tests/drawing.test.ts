// Drawing on a picture: what cannot be meant is refused in words, points go where they belong, the ground fits.
import { describe, expect, it } from 'vitest';
import { added, drawingsOf, freeName, moved, problemsOf, withDrawings, without, type Drawing } from '../src/drawing/drawn';
import { fitOf, type GroundPoint } from '../src/drawing/ground';
import { lineProblem, placeFor, zoneProblem, type Spot } from '../src/drawing/shape';
import type { CameraEntry } from '../src/wire/messages';

const SQUARE: Spot[] = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]];

describe('a zone', () => {
  it.each<[string, Spot[], string | null]>([
    ['is fine as a square', SQUARE, null],
    ['is fine the other way round', [...SQUARE].reverse(), null],
    ['is fine with a dent', [[0, 0], [1, 0], [1, 1], [0.5, 0.2], [0, 1]], null],
    ['needs three points', SQUARE.slice(0, 2), 'draw_few'],
    ['on one line is no area', [[0, 0], [0.5, 0.5], [1, 1]], 'draw_flat'],
    ['almost on one line is no area', [[0, 0], [1, 0], [0.5, 0.0001]], 'draw_flat'],
    ['that crosses itself is refused', [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]], 'draw_crosses'],
    ['with a point twice is refused', [[0, 0], [1, 0], [1, 1], [0, 0]], 'draw_twice'],
  ])('%s', (_, corners, problem) => {
    expect(zoneProblem(corners)).toBe(problem);
  });

  it('takes a new corner into the side that it lies nearest to', () => {
    expect(placeFor(SQUARE, [0.5, 0.05])).toBe(1);
    expect(placeFor(SQUARE, [0.95, 0.5])).toBe(2);
    expect(placeFor(SQUARE, [0.05, 0.5])).toBe(4);
  });
});

describe('a line', () => {
  it('has two ends that are not one', () => {
    expect(lineProblem([[0.1, 0.1]])).toBe('draw_line_few');
    expect(lineProblem([[0.1, 0.1], [0.1, 0.1099]])).toBe('draw_short');
    expect(lineProblem([[0.1, 0.1], [0.1, 0.12]])).toBeNull();
  });
});

const ENTRY = {
  id: 'a', name: 'A', url: 'rtsp://x', place: { lat: 1, lon: 2, datum: null }, priority: 2,
  zones: [{ name: '广场', points: SQUARE.map(([x, y]): [number, number] => [x, y]) }], lines: [{ name: '门', start: [0, 0], end: [1, 1] }],
} as unknown as CameraEntry;

describe('drawings', () => {
  it('come from an entry and go back into it, all else untouched', () => {
    const drawings = drawingsOf(ENTRY);
    expect(drawings.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['zone 广场', 'line 门']);
    expect(withDrawings(ENTRY, drawings)).toEqual(ENTRY);
    const { zones, lines, ...bare } = ENTRY;
    expect([zones, lines].every(Boolean) && withDrawings(ENTRY, [])).toEqual(bare);
  });

  it('are named, once among their kind', () => {
    const one: Drawing = { kind: 'zone', name: '区域1', spots: SQUARE };
    expect(freeName([one], 'zone', '区域')).toBe('区域2');
    expect(freeName([one], 'mask', '区域')).toBe('区域1');
    expect(problemsOf([one, one, { ...one, name: ' ' }, { ...one, kind: 'mask' }])).toEqual([null, 'draw_name_twice', 'draw_nameless', null]);
  });

  it('take points, move them inside the picture, and lose them', () => {
    const line: Drawing = { kind: 'line', name: 'l', spots: [] };
    const both = added(added(line, [0.1, 0.1]).drawing, [0.9, 0.9]).drawing;
    expect(both.spots).toHaveLength(2);
    expect(added(both, [0.5, 0.5]).at).toBe(-1);
    expect(moved(both, 1, [1.4, -0.2]).spots[1]).toEqual([1, 0]);
    expect(without(both, 0).spots).toEqual([[0.9, 0.9]]);
    const zone: Drawing = { kind: 'zone', name: 'z', spots: SQUARE };
    expect(added(zone, [0.5, 0.02]).drawing.spots[1]).toEqual([0.5, 0.02]);
  });
});

/** a camera five metres up that looks north: what it sees of a point on the ground */
function seen(east: number, north: number): GroundPoint {
  const depth = north * 0.9 + 2;
  return { x: 0.5 + (east * 0.6) / depth, y: 0.2 + 4 / depth, lat: 34 + north / 111_320, lon: 118 + east / (111_320 * Math.cos((34 * Math.PI) / 180)) };
}

describe('the ground', () => {
  const four = [seen(-5, 8), seen(5, 8), seen(6, 30), seen(-6, 30)];

  it('needs four points, and of four it says nothing', () => {
    expect(fitOf(four.slice(0, 3))).toBeNull();
    expect(fitOf(four)?.rms).toBeCloseTo(0, 3);
    expect(fitOf(four)?.alone).toEqual([null, null, null, null]);
  });

  it('fits more exactly, and names the one that was clicked wrong', () => {
    const five = [...four, seen(0, 15)];
    expect(fitOf(five)?.rms).toBeCloseTo(0, 3);
    const wrong = five.map((one, i) => (i === 4 ? { ...one, lon: one.lon + 5e-5 } : one));
    const fit = fitOf(wrong)!;
    expect(fit.rms).toBeGreaterThan(0.2);
    expect(fit.alone[4]).toBeGreaterThan(4);
  });

  it('is refused when the points lie on one line or fold it', () => {
    expect(fitOf([seen(0, 5), seen(0, 10), seen(0, 15), seen(0, 20)])).toBeNull();
    const [a, b, c, d] = four as [GroundPoint, GroundPoint, GroundPoint, GroundPoint];
    expect(fitOf([{ ...a, lat: b.lat, lon: b.lon }, { ...b, lat: a.lat, lon: a.lon }, c, d])).toBeNull();
  });
});
