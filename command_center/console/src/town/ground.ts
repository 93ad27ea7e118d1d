// The city's own map, read once: its frame, its layers, and what a grid is called.
import { shallowRef } from 'vue';
import { get } from '../api/client';

export type Pair = [lon: number, lat: number];

export interface GroundFeature {
  properties: Record<string, unknown> | null;
  geometry: { type: string; coordinates: unknown };
}

export interface Layer {
  type: 'FeatureCollection';
  features: GroundFeature[];
}

export interface Ground {
  center: Pair | null;
  bounds?: [number, number, number, number] | null;
  layers: string[];
}

const LAYERS = new Map<string, Promise<Layer>>();
const gridNames = shallowRef<ReadonlyMap<string, readonly [zh: string, en: string]>>(new Map());

export async function readGround(): Promise<Ground> {
  return get<Ground>('/api/map');
}

/** One layer; a failed reading is tried again by the next who asks. */
export async function readLayer(name: string): Promise<Layer> {
  const held = LAYERS.get(name) ?? get<Layer>(`/api/map/${encodeURIComponent(name)}.geojson`);
  LAYERS.set(name, held);
  try {
    return await held;
  } catch (problem) {
    LAYERS.delete(name);
    throw problem;
  }
}

export async function loadGridNames(): Promise<void> {
  const { layers } = await readGround();
  if (!layers.includes('grids')) return;
  const { features } = await readLayer('grids');
  gridNames.value = new Map(features.flatMap(({ properties }) => {
    const { grid_code: code, name: zh, name_en: en } = properties ?? {};
    if (typeof code !== 'string' || typeof zh !== 'string') return [];
    return [[code, [zh, typeof en === 'string' ? en : zh]] as const];
  }));
}

/** The grid's name; its code while the map does not know it. */
export function gridWord(code: string, language: 'zh' | 'en'): string {
  return gridNames.value.get(code)?.[language === 'zh' ? 0 : 1] ?? code;
}
