// The coverage of the town: the ground that usable cameras see, and the holes where a registered one has no picture.
import { get } from '../api/client';
import { METRES_PER_DEGREE, type Collection, type Position } from './shapes';
import type { Aim } from './townMap';
import type { CameraRow } from '../wire/messages';

export interface ViewFeature {
  type: 'Feature';
  properties: { camera_id: string };
  geometry: { type: 'Polygon'; coordinates: Position[][] };
}

export interface Coverage {
  seen: Collection<ViewFeature>;
  holes: Collection<ViewFeature>;
}

export function readViews(): Promise<Collection<ViewFeature>> {
  return get<Collection<ViewFeature>>('/api/cameras/coverage.geojson');
}

/** By the health that the feed tells now; a camera that is not registered any more is left out. */
export function coverageOf(views: Collection<ViewFeature>, cameras: ReadonlyMap<string, CameraRow>): Coverage {
  const known = views.features.filter((one) => cameras.has(one.properties.camera_id));
  const good = (one: ViewFeature): boolean => cameras.get(one.properties.camera_id)?.health === 'online';
  return {
    seen: { type: 'FeatureCollection', features: known.filter(good) },
    holes: { type: 'FeatureCollection', features: known.filter((one) => !good(one)) },
  };
}

const ROOM = 1.15;
const LEAST_M = 400;

/** Where all cameras are in sight: their views are too small to be seen from further off. */
export function aimAt(cameras: Iterable<CameraRow>): Aim {
  const all = [...cameras];
  if (!all.length) return null;
  const [lats, lons] = [all.map((one) => one.lat), all.map((one) => one.lon)];
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const reach = Math.max(...all.map((one) => one.view_range_m));
  const wide = (east - west) * METRES_PER_DEGREE * Math.cos((south * Math.PI) / 180);
  const high = (north - south) * METRES_PER_DEGREE;
  return { at: [(west + east) / 2, (south + north) / 2], across: Math.max(LEAST_M, (Math.max(wide, high) + 2 * reach) * ROOM) };
}
