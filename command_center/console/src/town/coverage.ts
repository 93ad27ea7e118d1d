// The coverage of the town: the ground that usable cameras see, and the holes where a registered one has no picture.
import { get } from '../api/client';
import type { Collection, Position } from './shapes';
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
