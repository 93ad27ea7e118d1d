// The map itself: loaded only when shown, fed with our own shapes. Needs WebGL.
import * as maplibre from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Theme } from '../session/comfort';
import type { Named } from './names';
import { styleOf } from './style';
import type { Collection } from './shapes';

maplibre.setWorkerUrl(new URL(workerUrl, location.href).href);

export interface Ground {
  center: [number, number] | null;
  bounds?: [number, number, number, number] | null;
  layers: string[];
}

export type SourceName = 'cones' | 'circle' | 'cameras' | 'incidents';

const NEAR_ZOOM = 16.4;
const MOVE_MS = 150;

export class TownMap {
  private readonly map: maplibre.Map;
  private readonly data = new Map<SourceName, Collection<unknown>>();
  private markers: { marker: maplibre.Marker; from: number }[] = [];

  constructor(holder: HTMLElement, private readonly ground: Ground, theme: Theme, picked: (incidentId: string) => void) {
    this.map = new maplibre.Map({
      container: holder, style: styleOf(theme, ground.layers), center: ground.center ?? [0, 0], zoom: 13.4, attributionControl: false,
      dragRotate: false, pitchWithRotate: false, keyboard: false, fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.on('style.load', () => this.fill());
    this.map.on('zoom', () => this.thin());
    this.map.on('click', 'incidents', (event) => {
      const id: unknown = event.features?.[0]?.properties['id'];
      if (typeof id === 'string') picked(id);
    });
    this.whole(0);
  }

  set(source: SourceName, data: Collection<unknown>): void {
    this.data.set(source, data);
    this.put(source, data);
  }

  paint(theme: Theme): void {
    this.map.setStyle(styleOf(theme, this.ground.layers), { diff: false });
  }

  write(names: readonly Named[], english: boolean): void {
    this.markers.forEach(({ marker }) => marker.remove());
    this.markers = names.map((name) => {
      const element = document.createElement('span');
      element.className = `map-name ${name.layer}`;
      element.textContent = english ? name.en : name.zh;
      return { marker: new maplibre.Marker({ element }).setLngLat(name.at).addTo(this.map), from: name.from };
    });
    this.thin();
  }

  near(lon: number, lat: number): void {
    this.map.easeTo({ center: [lon, lat], zoom: NEAR_ZOOM, duration: MOVE_MS });
  }

  whole(duration = MOVE_MS): void {
    const { bounds, center } = this.ground;
    if (bounds) this.map.fitBounds(bounds, { padding: 12, duration });
    else if (center) this.map.easeTo({ center, zoom: 13.4, duration });
  }

  resize(): void {
    this.map.resize();
  }

  remove(): void {
    this.map.remove();
  }

  private fill(): void {
    for (const [source, data] of this.data) this.put(source, data);
  }

  private put(source: SourceName, data: Collection<unknown>): void {
    const held = this.map.getSource(source);
    if (held instanceof maplibre.GeoJSONSource) void held.setData(data as never);
  }

  private thin(): void {
    const zoom = this.map.getZoom();
    for (const { marker, from } of this.markers) marker.getElement().style.display = zoom >= from ? '' : 'none';
  }
}
