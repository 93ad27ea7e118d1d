// How the town is drawn: our own GeoJSON and nothing else; no glyphs, no sprites, no tiles from elsewhere.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../session/comfort';
import type { Layer } from './ground';

interface Inks {
  land: string;
  road: string;
  lane: string;
  grid: string;
  water: string;
  shore: string;
  place: string;
  edge: string;
  camera: string;
  dead: string;
  seen: string;
  levels: [string, string, string, string];
}

const INKS: Record<Theme, Inks> = {
  dark: {
    land: '#11161d', road: '#39465a', lane: '#28323f', grid: '#3a4656', water: '#14283a', shore: '#1d3a54', place: '#1b2a24', edge: '#2c4438',
    camera: '#7cc4ff', dead: '#ff9f43', seen: '#173a52', levels: ['#ff6b63', '#ff9f43', '#f2d13b', '#6cb3ff'],
  },
  light: {
    land: '#e9eef3', road: '#ffffff', lane: '#ffffff', grid: '#b3becb', water: '#c3dcf0', shore: '#9cc1de', place: '#d8e8dc', edge: '#b6d0bd',
    camera: '#1763b5', dead: '#b85c00', seen: '#bcd6f0', levels: ['#c4231b', '#c96400', '#8f7200', '#1763b5'],
  },
};

/** The layers that the console knows how to draw; others that the hub offers are left out. */
export const DRAWN = ['grids', 'water', 'places', 'roads'] as const;

/** The image that fills a hole of the coverage: hatched, so that it does not live by its colour alone. */
export const HOLE = 'hole';
const OWN = ['cones', 'circle', 'cameras', 'incidents', 'seen', 'holes', 'quiet', 'spots', 'marks'] as const;
const OURS: ReadonlySet<string> = new Set(OWN);
export type SourceName = (typeof OWN)[number];

export function hatch(theme: Theme): ImageData {
  const size = 16;
  const [red, green, blue] = theme === 'dark' ? [255, 159, 67] : [184, 92, 0];
  const image = new ImageData(size, size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const on = (x + y) % 8 < 2;
      image.data.set([red, green, blue, on ? 190 : 24], (y * size + x) * 4);
    }
  }
  return image;
}

function byLevel({ levels }: Inks): ExpressionSpecification {
  return ['match', ['get', 'level'], 1, levels[0], 2, levels[1], 3, levels[2], levels[3]];
}

function layers(inks: Inks, has: ReadonlySet<string>): LayerSpecification[] {
  const level = byLevel(inks);
  const cone: ExpressionSpecification = ['case', ['get', 'good'], inks.camera, inks.dead];
  const town: LayerSpecification[] = [
    { id: 'water', type: 'fill', source: 'water', paint: { 'fill-color': inks.water, 'fill-outline-color': inks.shore } },
    { id: 'places', type: 'fill', source: 'places', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': inks.place, 'fill-outline-color': inks.edge } },
    { id: 'holes', type: 'fill', source: 'holes', paint: { 'fill-pattern': HOLE } },
    { id: 'seen', type: 'fill', source: 'seen', paint: { 'fill-color': inks.seen } },
    { id: 'grids', type: 'line', source: 'grids', paint: { 'line-color': inks.grid, 'line-width': 0.7, 'line-dasharray': [3, 3], 'line-opacity': 0.7 } },
    {
      id: 'lanes', type: 'line', source: 'roads', filter: ['!=', ['get', 'class'], 'arterial'], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': inks.lane, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 12, 1.2, 17, 10] },
    },
    {
      id: 'roads', type: 'line', source: 'roads', filter: ['==', ['get', 'class'], 'arterial'], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': inks.road, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 12, 2, 17, 16] },
    },
  ];
  const ours: LayerSpecification[] = [
    { id: 'hole-edges', type: 'line', source: 'holes', paint: { 'line-color': inks.dead, 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'seen-edges', type: 'line', source: 'seen', minzoom: 13.5, paint: { 'line-color': inks.camera, 'line-width': 1, 'line-opacity': 0.6 } },
    { id: 'cones', type: 'fill', source: 'cones', minzoom: 13.5, paint: { 'fill-color': cone, 'fill-opacity': 0.16 } },
    { id: 'cone-edges', type: 'line', source: 'cones', minzoom: 13.5, paint: { 'line-color': cone, 'line-width': 1, 'line-opacity': 0.6 } },
    { id: 'spots', type: 'fill', source: 'spots', paint: { 'fill-color': inks.camera, 'fill-opacity': ['interpolate', ['linear'], ['get', 'count'], 3, 0.07, 20, 0.22] } },
    { id: 'spot-edges', type: 'line', source: 'spots', paint: { 'line-color': inks.camera, 'line-width': 1.5 } },
    { id: 'quiet', type: 'fill', source: 'quiet', paint: { 'fill-color': inks.levels[2], 'fill-opacity': 0.08 } },
    { id: 'quiet-edge', type: 'line', source: 'quiet', paint: { 'line-color': inks.levels[2], 'line-width': 1.5, 'line-dasharray': [2, 2] } },
    { id: 'circle', type: 'fill', source: 'circle', paint: { 'fill-color': level, 'fill-opacity': 0.16 } },
    { id: 'circle-edge', type: 'line', source: 'circle', paint: { 'line-color': level, 'line-width': 1.5 } },
    {
      id: 'cameras', type: 'circle', source: 'cameras',
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 12, 2.5, 17, 6], 'circle-color': cone, 'circle-stroke-width': 1.5, 'circle-stroke-color': inks.land },
    },
    {
      id: 'dead', type: 'circle', source: 'cameras', filter: ['!', ['get', 'good']],
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 12, 7, 17, 12], 'circle-opacity': 0, 'circle-stroke-width': 2, 'circle-stroke-color': inks.dead },
    },
    {
      id: 'incidents', type: 'circle', source: 'incidents',
      paint: { 'circle-radius': ['match', ['get', 'level'], 1, 7, 2, 6, 3, 5, 4], 'circle-color': level, 'circle-stroke-width': 1.5, 'circle-stroke-color': inks.land },
    },
    {
      id: 'marks', type: 'circle', source: 'marks',
      paint: { 'circle-radius': ['case', ['get', 'on'], 8, 6], 'circle-color': ['case', ['get', 'on'], inks.camera, inks.land], 'circle-stroke-width': 2.5, 'circle-stroke-color': inks.camera },
    },
  ];
  return [...town.filter((layer) => 'source' in layer && (OURS.has(layer.source) || has.has(layer.source))), ...ours];
}

const EMPTY = { type: 'FeatureCollection' as const, features: [] };

export function styleOf(theme: Theme, town: ReadonlyMap<string, Layer>): StyleSpecification {
  const inks = INKS[theme];
  const sources: StyleSpecification['sources'] = {};
  for (const [name, data] of town) sources[name] = { type: 'geojson', data: data as never };
  for (const name of OWN) sources[name] = { type: 'geojson', data: EMPTY };
  const ground: LayerSpecification = { id: 'land', type: 'background', paint: { 'background-color': inks.land } };
  return { version: 8, sources, layers: [ground, ...layers(inks, new Set(town.keys()))] };
}
