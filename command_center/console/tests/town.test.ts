import { describe, expect, it } from 'vitest';
import { drawnOf, signatureOf, type Sight } from '../src/town/drawn';
import { cameraNames, namesIn, widthOf, written, type Frame, type Named } from '../src/town/names';
import { cameraSignature } from '../src/town/shapes';
import type { CameraRow, Level } from '../src/wire/messages';
import { row } from './rows';

const frame: Frame = { width: 400, height: 300, zoom: 16, scale: 1, project: ([x, y]) => ({ x, y }) };
const named = (zh: string, at: [number, number][], more: Partial<Named> = {}): Named => ({ zh, en: zh, at, layer: 'places', from: 14, priority: 4, ...more });

describe('names on the map', () => {
  it('never lie over each other, and the important one keeps the place', () => {
    const out = written([named('小店', [[200, 150]]), named('县人民医院', [[205, 152]], { priority: 2 }), named('学校', [[200, 250]])], false, frame);
    expect(out.map((one) => one.text)).toEqual(['县人民医院', '学校']);
  });
  it('are left out below their zoom and outside the pane', () => {
    expect(written([named('甲', [[100, 100]], { from: 16.1 }), named('乙', [[900, 100]])], false, frame)).toEqual([]);
  });
  it('of a road stand at the corner nearest to the middle', () => {
    expect(written([named('人民街', [[-50, 150], [180, 150], [390, 150]])], false, frame)[0]).toMatchObject({ x: 180, y: 150 });
  });
  it('stay inside the pane', () => expect(written([named('人民广场', [[2, 100]])], false, frame)[0]?.x).toBeGreaterThanOrEqual(widthOf('人民广场') / 2));
  it('come from polygons, lines and points', () => {
    const features = [
      { properties: { name: '湖' }, geometry: { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2]]] } },
      { properties: { name: '路', name_en: 'Road' }, geometry: { type: 'LineString', coordinates: [[0, 0], [1, 1]] } },
      { properties: null, geometry: { type: 'Point', coordinates: [0, 0] } },
    ];
    expect(namesIn('roads', features).map((one) => [one.zh, one.en, one.at.length])).toEqual([['湖', '湖', 1], ['路', 'Road', 2]]);
  });
  it('of a dead camera come first and say what is wrong', () => {
    const cameras = [{ name: '东', health: 'online', lat: 0, lon: 0 }, { name: '西', health: 'offline', lat: 0, lon: 0 }] as CameraRow[];
    const [good, dead] = cameraNames(cameras, () => '离线');
    expect(dead?.zh).toBe('西 · 离线');
    expect(dead?.priority).toBeLessThan(good?.priority ?? 0);
  });
});

describe('incidents on the map', () => {
  const sight: Sight = { west: 117.9, south: 34.2, east: 118.1, north: 34.4 };
  it('are the live ones in sight, the gravest painted last', () => {
    const far = row('far', { place: { lat: 35, lon: 118, radius_m: 10 } });
    const list = [row('a', { severity: 1 }), row('b', { severity: 4 }), far, row('over', { state: 'closed' })];
    expect(drawnOf(list, sight).map((one) => one.incident_id)).toEqual(['b', 'a']);
  });
  it('are no more than can be told apart, and the gravest are among them', () => {
    const list = Array.from({ length: 50 }, (_, i) => row(`r${i}`, { severity: i === 49 ? 1 : 4 }));
    const drawn = drawnOf(list, sight, 10);
    expect(drawn).toHaveLength(10);
    expect(drawn.at(-1)?.severity).toBe(1);
  });
  it('look the same while nothing that can be seen has changed', () => {
    const one = row('a');
    expect(signatureOf([{ ...one, revision: 9, count: 4 }])).toBe(signatureOf([one]));
    expect(signatureOf([{ ...one, severity: 1 as Level }])).not.toBe(signatureOf([one]));
  });
  it('are chosen among ten thousand in a few milliseconds', () => {
    const list = Array.from({ length: 10_000 }, (_, i) => row(`r${i}`, { severity: ((i % 4) + 1) as Level }));
    const times = Array.from({ length: 15 }, () => {
      const start = performance.now();
      signatureOf(drawnOf(list, sight));
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe('cameras on the map', () => {
  const camera = { camera_id: 'c', lat: 1, lon: 2, bearing_deg: 3, view_angle_deg: 4, view_range_m: 5, health: 'online', counters: { packets: 1 } } as unknown as CameraRow;
  it('are drawn again when one dies, not when it counts packets', () => {
    expect(cameraSignature([{ ...camera, counters: { packets: 2 } }])).toBe(cameraSignature([camera]));
    expect(cameraSignature([{ ...camera, health: 'offline' }])).not.toBe(cameraSignature([camera]));
  });
});
