// Geometry of what is drawn on the map: view cones and circles, as GeoJSON in WGS-84 degrees.
import type { CameraRow, Row } from '../wire/messages';

export type Position = [lon: number, lat: number];

interface Feature<G> {
  type: 'Feature';
  properties: Record<string, string | number | boolean>;
  geometry: G;
}
export type PointFeature = Feature<{ type: 'Point'; coordinates: Position }>;
export type PolygonFeature = Feature<{ type: 'Polygon'; coordinates: Position[][] }>;

export interface Collection<F> {
  type: 'FeatureCollection';
  features: F[];
}

export const METRES_PER_DEGREE = 111_320;

/** The point `metres` away from (lat, lon) on a compass bearing; a flat earth is exact enough within a town. */
export function away(lat: number, lon: number, bearingDeg: number, metres: number): Position {
  const angle = (bearingDeg * Math.PI) / 180;
  const north = (Math.cos(angle) * metres) / METRES_PER_DEGREE;
  const east = (Math.sin(angle) * metres) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
  return [lon + east, lat + north];
}

/** What a camera sees on the ground: a sector from its pole. */
export function cone(camera: CameraRow): Position[] {
  const { lat, lon } = camera;
  const steps = Math.max(4, Math.ceil(camera.view_angle_deg / 10));
  const from = camera.bearing_deg - camera.view_angle_deg / 2;
  const arc = Array.from({ length: steps + 1 }, (_, i) =>
    away(lat, lon, from + (camera.view_angle_deg * i) / steps, camera.view_range_m),
  );
  return [[lon, lat], ...arc, [lon, lat]];
}

export function circle(lat: number, lon: number, metres: number): Position[] {
  return Array.from({ length: 49 }, (_, i) => away(lat, lon, (i * 360) / 48, metres));
}

export function cameraPoints(cameras: Iterable<CameraRow>): Collection<PointFeature> {
  const features = Array.from(cameras, (camera): PointFeature => ({
    type: 'Feature',
    properties: { id: camera.camera_id, good: camera.health === 'online' },
    geometry: { type: 'Point', coordinates: [camera.lon, camera.lat] },
  }));
  return { type: 'FeatureCollection', features };
}

export function cameraCones(cameras: Iterable<CameraRow>): Collection<PolygonFeature> {
  const features = Array.from(cameras, (camera): PolygonFeature => ({
    type: 'Feature',
    properties: { id: camera.camera_id, good: camera.health === 'online' },
    geometry: { type: 'Polygon', coordinates: [cone(camera)] },
  }));
  return { type: 'FeatureCollection', features };
}

/** Changes when a camera has moved, died or come back. */
export function cameraSignature(cameras: Iterable<CameraRow>): string {
  return Array.from(cameras, (one) => [one.camera_id, one.lat, one.lon, one.bearing_deg, one.view_angle_deg, one.view_range_m, one.health].join()).join('|');
}

export function incidentPoints(rows: Iterable<Row>): Collection<PointFeature> {
  const features = Array.from(rows, (row): PointFeature => ({
    type: 'Feature',
    properties: { id: row.incident_id, level: row.severity },
    geometry: { type: 'Point', coordinates: [row.place.lon, row.place.lat] },
  }));
  return { type: 'FeatureCollection', features };
}

export function incidentCircle(row: Row | null): Collection<PolygonFeature> {
  if (!row) return { type: 'FeatureCollection', features: [] };
  const { lat, lon, radius_m } = row.place;
  const feature: PolygonFeature = {
    type: 'Feature',
    properties: { level: row.severity },
    geometry: { type: 'Polygon', coordinates: [circle(lat, lon, Math.max(radius_m, 8))] },
  };
  return { type: 'FeatureCollection', features: [feature] };
}
