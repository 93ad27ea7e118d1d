import { describe, expect, it } from 'vitest';
import { countText, itemNames, spotNames, spotShapes } from '../src/prevention/prevention';
import type { GridCounts, Spot } from '../src/wire/messages';

const SPOT: Spot = {
  kind: 'crowd', lat: 34, lon: 118, radius_m: 100, count: 5, first_at: '2026-11-01T00:00:00Z', last_at: '2026-11-24T00:00:00Z', place_text: '广场',
  incident_ids: ['a'],
};
const square = (code: string, lon: number) => ({
  properties: { grid_code: code, name: code }, geometry: { type: 'Polygon', coordinates: [[[lon, 34], [lon + 0.01, 34], [lon + 0.01, 34.01], [lon, 34.01]]] },
});

describe('a count of disputes or petitions', () => {
  it.each([[null, '<3'], [3, '3'], [12, '12']])('%s is written %s', (count, text) => expect(countText(count, 3)).toBe(text));

  it('stands in the middle of its grid, a small one without its figure', () => {
    const counts: GridCounts = { least: 3, grids: [{ grid_code: 'g1', counts: { dispute: 5, petition: null } }, { grid_code: 'nowhere', counts: { dispute: 9 } }] };
    const [one, ...others] = itemNames(counts, [square('g1', 118), square('g2', 119)], (source) => [source === 'dispute' ? '纠纷' : '信访', source]);
    expect(others).toEqual([]);
    expect(one?.zh).toBe('纠纷 5 · 信访 <3');
    expect(one?.at[0]?.[0]).toBeCloseTo(118.005, 6);
  });
});

describe('a recurring place', () => {
  it('is written with its kind and count, and drawn as a circle', () => {
    expect(spotNames([SPOT], () => ['人员聚集', 'Crowd'])[0]?.zh).toBe('人员聚集 ×5');
    expect(spotShapes([SPOT]).features[0]?.properties['count']).toBe(5);
  });
});
