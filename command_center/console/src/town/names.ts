// Names on the map as small pieces of page, because drawn text would need font files that a closed network has not.

export interface Named {
  zh: string;
  en: string;
  at: [number, number];
  /** roads, places, water: how it is written */
  layer: string;
  /** shown from this zoom on */
  from: number;
}

interface Feature {
  properties: Record<string, unknown> | null;
  geometry: { type: string; coordinates: unknown };
}

type Pair = [number, number];

function middle(feature: Feature): Pair | null {
  const { type, coordinates } = feature.geometry;
  if (type === 'Point') return coordinates as Pair;
  if (type === 'LineString') return (coordinates as Pair[])[Math.floor((coordinates as Pair[]).length / 2)] ?? null;
  if (type !== 'Polygon') return null;
  const ring = (coordinates as Pair[][])[0] ?? [];
  if (ring.length === 0) return null;
  const sum = ring.reduce<Pair>(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}

function fromZoom(layer: string, properties: Record<string, unknown>): number {
  if (layer === 'water') return 11;
  if (layer === 'roads') return properties['class'] === 'arterial' ? 13 : 14.8;
  return 14.2;
}

export function namesIn(layer: string, features: readonly Feature[]): Named[] {
  return features.flatMap((feature) => {
    const properties = feature.properties ?? {};
    const at = middle(feature);
    const zh = properties['name'];
    if (typeof zh !== 'string' || !at) return [];
    const en = typeof properties['name_en'] === 'string' ? properties['name_en'] : zh;
    return [{ zh, en, at, layer, from: fromZoom(layer, properties) }];
  });
}
