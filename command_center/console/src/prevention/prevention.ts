// Where the same kind recurs, and the counts of disputes and petitions per grid, as the map writes them. Pure but for reading.
import { get } from '../api/client';
import { circle, type Collection, type PolygonFeature } from '../town/shapes';
import type { GroundFeature, Pair } from '../town/ground';
import { namesIn, type Named } from '../town/names';
import type { GridCounts, Spot } from '../wire/messages';

export interface Recurrence {
  items: Spot[];
  definition_zh: string;
  definition_en: string;
}

export const readRecurrence = (): Promise<Recurrence> => get('/api/prevention/recurrence');
export const readItemCounts = async (): Promise<GridCounts> => (await get<{ counts: GridCounts }>('/api/prevention/work-items')).counts;

export function spotShapes(spots: readonly Spot[]): Collection<PolygonFeature> {
  const features = spots.map((one): PolygonFeature => ({
    type: 'Feature', properties: { count: one.count }, geometry: { type: 'Polygon', coordinates: [circle(one.lat, one.lon, one.radius_m)] },
  }));
  return { type: 'FeatureCollection', features };
}

/** «人员聚集 ×5» at each spot; `word` in both languages. */
export function spotNames(spots: readonly Spot[], word: (kind: string) => readonly [zh: string, en: string]): Named[] {
  return spots.map((one) => {
    const [zh, en] = word(one.kind);
    return { zh: `${zh} ×${one.count}`, en: `${en} ×${one.count}`, at: [[one.lon, one.lat]], layer: 'spot', from: 11, priority: 0 };
  });
}

/** What is written for a count: a null one is one or two, and no more is known of it here either. */
export function countText(count: number | null, least: number): string {
  return count === null ? `<${least}` : String(count);
}

/** «纠纷 5 · 信访 <3» in the middle of each grid that has any. */
export function itemNames(counts: GridCounts, grids: readonly GroundFeature[], word: (source: string) => readonly [zh: string, en: string]): Named[] {
  const middles = new Map<string, Pair>();
  for (const feature of grids) {
    const code = feature.properties?.['grid_code'];
    const at = namesIn('grids', [{ ...feature, properties: { name: '·' } }])[0]?.at[0];
    if (typeof code === 'string' && at) middles.set(code, at);
  }
  return counts.grids.flatMap(({ grid_code, counts: of }): Named[] => {
    const at = middles.get(grid_code);
    if (!at) return [];
    const said = (language: 0 | 1): string => Object.entries(of).map(([source, n]) => `${word(source)[language]} ${countText(n, counts.least)}`).join(' · ');
    return [{ zh: said(0), en: said(1), at: [at], layer: 'items', from: 12, priority: 1 }];
  });
}
