// Names on the map: which are written, where, and which give way, so that no two lie over each other.
import type { CameraRow } from '../wire/messages';
import type { GroundFeature, Pair } from './ground';

export interface Named {
  zh: string;
  en: string;
  /** where it may be written: one point, or the corners of a line of which the one nearest to the middle is taken */
  at: readonly Pair[];
  /** roads, places, water, grids, camera, dead: how it is written */
  layer: string;
  /** shown from this zoom on */
  from: number;
  /** smaller wins the place */
  priority: number;
}

export interface Written {
  text: string;
  layer: string;
  x: number;
  y: number;
}

const IMPORTANT = new Set(['square', 'hospital', 'school', 'government', 'station', 'market']);

function cornersOf({ geometry }: GroundFeature): Pair[] {
  const { type, coordinates } = geometry;
  if (type === 'Point') return [coordinates as Pair];
  if (type === 'LineString') return coordinates as Pair[];
  if (type !== 'Polygon') return [];
  const ring = (coordinates as Pair[][])[0] ?? [];
  if (ring.length === 0) return [];
  const sum = ring.reduce<Pair>(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [[sum[0] / ring.length, sum[1] / ring.length]];
}

function standing(layer: string, properties: Record<string, unknown>): { from: number; priority: number } {
  if (layer === 'water') return { from: 11, priority: 1 };
  if (layer === 'places') return IMPORTANT.has(String(properties['kind'])) ? { from: 11.8, priority: 2 } : { from: 14.2, priority: 4 };
  if (layer === 'roads') return properties['class'] === 'arterial' ? { from: 12.6, priority: 3 } : { from: 14.8, priority: 6 };
  return { from: 15.6, priority: 8 };
}

export function namesIn(layer: string, features: readonly GroundFeature[]): Named[] {
  return features.flatMap((feature) => {
    const properties = feature.properties ?? {};
    const at = cornersOf(feature);
    const zh = properties['name'];
    if (typeof zh !== 'string' || at.length === 0) return [];
    const en = typeof properties['name_en'] === 'string' ? properties['name_en'] : zh;
    return [{ zh, en, at, layer, ...standing(layer, properties) }];
  });
}

/** Cameras have names at street scale; a dead one is named before a good one, with what is wrong. */
export function cameraNames(cameras: Iterable<CameraRow>, state: (camera: CameraRow) => string): Named[] {
  return Array.from(cameras, (camera) => {
    const good = camera.health === 'online';
    const text = good ? camera.name : `${camera.name} · ${state(camera)}`;
    return { zh: text, en: text, at: [[camera.lon, camera.lat]], layer: good ? 'camera' : 'dead', from: 15.4, priority: good ? 5 : 0 };
  });
}

const GLYPH_PX = 11.5;
const NARROW_PX = 6.3;
const LINE_PX = 16;
const GAP_PX = 4;
/** a camera's name stands below its dot */
const BELOW_PX = 13;

export function widthOf(text: string): number {
  let width = 0;
  for (const glyph of text) width += glyph > '\u2e7f' ? GLYPH_PX : NARROW_PX;
  return width;
}

export interface Frame {
  width: number;
  height: number;
  zoom: number;
  scale: number;
  project: (at: Pair) => { x: number; y: number };
}

function middlemost(at: readonly Pair[], { width, height, project }: Frame): { x: number; y: number } | null {
  let best: { x: number; y: number } | null = null;
  let least = Infinity;
  for (const one of at) {
    const { x, y } = project(one);
    const far = Math.hypot(x - width / 2, y - height / 2);
    if (x < 0 || y < 0 || x > width || y > height || far >= least) continue;
    best = { x, y };
    least = far;
  }
  return best;
}

/** The names that fit, the most important first; what would lie over another is left out. */
export function written(names: readonly Named[], english: boolean, frame: Frame): Written[] {
  const taken: [number, number, number, number][] = [];
  const out: Written[] = [];
  for (const name of [...names].sort((a, b) => a.priority - b.priority)) {
    if (frame.zoom < name.from) continue;
    const at = middlemost(name.at, frame);
    if (!at) continue;
    const text = english ? name.en : name.zh;
    const half = ((widthOf(text) + GAP_PX) / 2) * frame.scale;
    const tall = ((LINE_PX + GAP_PX) / 2) * frame.scale;
    const y = at.y + (name.layer === 'camera' || name.layer === 'dead' ? BELOW_PX : 0);
    const x = Math.min(Math.max(at.x, half), Math.max(half, frame.width - half));
    if (taken.some(([l, t, r, b]) => x - half < r && x + half > l && y - tall < b && y + tall > t)) continue;
    taken.push([x - half, y - tall, x + half, y + tall]);
    out.push({ text, layer: name.layer, x, y });
  }
  return out;
}
