// The area of a suppression: a ring of (lat, lon) corners around a place or drawn by hand, and how it is drawn. Pure.
import { away, type Collection, type PolygonFeature, type Position } from '../town/shapes';
import type { Pair } from '../town/ground';

export type Corner = readonly [lat: number, lon: number];
export const RADII = [50, 100, 200, 500] as const;
const CORNERS = 24;

/** A circle with corners: each lies on the radius. */
export function ringAround(lat: number, lon: number, metres: number): Corner[] {
  return Array.from({ length: CORNERS }, (_, i) => {
    const [east, north] = away(lat, lon, (i * 360) / CORNERS, metres);
    return [north, east] as const;
  });
}

export const cornerAt = ([lon, lat]: Pair): Corner => [lat, lon];

/** GeoJSON of rings; one of fewer than three corners is no area yet. */
export function drawn(rings: readonly (readonly (readonly number[])[])[]): Collection<PolygonFeature> {
  const features = rings.filter((ring) => ring.length >= 3).map((ring): PolygonFeature => {
    const positions = ring.map(([lat, lon]): Position => [lon ?? 0, lat ?? 0]);
    return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[...positions, positions[0] ?? [0, 0]]] } };
  });
  return { type: 'FeatureCollection', features };
}

export interface Draft {
  ring: readonly Corner[];
  kinds: readonly string[];
  sources: readonly string[];
  /** milliseconds since 1970; null: now */
  from: number | null;
  until: number;
  reason: string;
}

const LEAST_REASON = 4;

/** What a draft still lacks, by the words of its fields. */
export function lacks(draft: Draft, now: number): ('quiet_area' | 'quiet_kinds' | 'quiet_sources' | 'quiet_for' | 'quiet_why')[] {
  return ([
    ['quiet_area', draft.ring.length >= 3],
    ['quiet_kinds', draft.kinds.length > 0],
    ['quiet_sources', draft.sources.length > 0],
    ['quiet_for', draft.until > Math.max(now, draft.from ?? now)],
    ['quiet_why', draft.reason.trim().length >= LEAST_REASON],
  ] as const).flatMap(([word, there]) => (there ? [] : [word]));
}
