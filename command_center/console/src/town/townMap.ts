// The map itself: loaded only when shown, fed with our own shapes, drawn only when something changed. Needs WebGL.
import * as maplibre from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Theme } from '../session/comfort';
import type { Sight } from './drawn';
import type { Ground, Layer, Pair } from './ground';
import { written, type Named } from './names';
import { hatch, HOLE, styleOf, type SourceName } from './style';
import type { Collection } from './shapes';

maplibre.setWorkerUrl(new URL(workerUrl, location.href).href);

/** Where the map looks: at the whole town, or at a place so many metres across. */
export type Aim = { at: Pair; across: number } | null;

/** metres of a pixel at zoom 0 on the equator, with tiles of 512 pixels */
const METRES_AT_ZOOM_0 = 78_271.5;
const WHOLE_ZOOM = 13.4;

/** What a hand does on the map. */
export interface Hands {
  picked?: (incidentId: string) => void;
  moved?: () => void;
  clicked?: (at: Pair) => void;
}

export class TownMap {
  private readonly map: maplibre.Map;
  private readonly data = new Map<SourceName, Collection<unknown>>();
  private readonly sheet = document.createElement('div');
  private names: readonly Named[] = [];
  private english = false;
  private theme: Theme;
  private covered = false;
  private aim: Aim = null;
  /** a hand has moved the map: it is left alone until the next selection */
  private held = false;

  constructor(
    private readonly holder: HTMLElement, private readonly ground: Ground, private readonly layers: ReadonlyMap<string, Layer>, theme: Theme,
    hands: Hands,
  ) {
    this.theme = theme;
    this.map = new maplibre.Map({
      container: holder, style: styleOf(theme, layers), center: ground.center ?? [0, 0], zoom: WHOLE_ZOOM, attributionControl: false, dragRotate: false,
      pitchWithRotate: false, keyboard: false, fadeDuration: 0, trackResize: false, renderWorldCopies: false, maxPitch: 0,
    });
    this.sheet.className = 'map-names';
    this.map.getCanvasContainer().append(this.sheet);
    this.map.touchZoomRotate.disableRotation();
    this.map.on('style.load', () => this.fill());
    this.map.on('move', () => this.write());
    this.map.on('moveend', () => hands.moved?.());
    this.map.on('click', ({ lngLat }) => hands.clicked?.([lngLat.lng, lngLat.lat]));
    this.map.on('movestart', (event) => {
      if (event.originalEvent) this.held = true;
    });
    this.map.on('click', 'incidents', (event) => {
      const id: unknown = event.features?.[0]?.properties['id'];
      if (typeof id === 'string') hands.picked?.(id);
    });
    this.look(null);
  }

  set(source: SourceName, data: Collection<unknown>): void {
    this.data.set(source, data);
    this.put(source, data);
  }

  /** With the coverage the single views are left out: they would hide it. */
  cover(on: boolean): void {
    this.covered = on;
    for (const layer of ['cones', 'cone-edges']) if (this.map.getLayer(layer)) this.map.setLayoutProperty(layer, 'visibility', on ? 'none' : 'visible');
  }

  paint(theme: Theme): void {
    this.theme = theme;
    this.map.setStyle(styleOf(theme, this.layers), { diff: false });
  }

  call(names: readonly Named[], english: boolean): void {
    this.names = names;
    this.english = english;
    this.write();
  }

  /** At once: an animation would be a dozen drawings that explain nothing. */
  look(aim: Aim): void {
    this.aim = aim;
    this.held = false;
    const { bounds, center } = this.ground;
    if (aim) this.map.jumpTo({ center: aim.at, zoom: this.zoomFor(aim) });
    else if (bounds) this.map.fitBounds(bounds, { padding: 10, animate: false });
    else if (center) this.map.jumpTo({ center, zoom: WHOLE_ZOOM });
  }

  /** After the pane has changed its size: what was looked at stays in the middle. */
  resize(): void {
    this.map.resize();
    if (this.held) this.write();
    else this.look(this.aim);
  }

  sight(): Sight {
    const bounds = this.map.getBounds();
    return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  }

  remove(): void {
    this.map.remove();
  }

  private zoomFor({ at, across }: { at: Pair; across: number }): number {
    const pixels = Math.max(120, Math.min(this.holder.clientWidth, this.holder.clientHeight * 1.25));
    return Math.log2((METRES_AT_ZOOM_0 * Math.cos((at[1] * Math.PI) / 180) * pixels) / across);
  }

  private fill(): void {
    if (!this.map.hasImage(HOLE)) this.map.addImage(HOLE, hatch(this.theme), { pixelRatio: 2 });
    this.cover(this.covered);
    for (const [source, data] of this.data) this.put(source, data);
  }

  private put(source: SourceName, data: Collection<unknown>): void {
    const held = this.map.getSource(source);
    if (held instanceof maplibre.GeoJSONSource) void held.setData(data as never);
  }

  private write(): void {
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 14;
    const shown = written(this.names, this.english, {
      width: this.holder.clientWidth, height: this.holder.clientHeight, zoom: this.map.getZoom(), scale, project: (at) => this.map.project(at),
    });
    this.sheet.replaceChildren(...shown.map(({ text, layer, x, y }) => {
      const element = document.createElement('span');
      element.className = `map-name ${layer}`;
      element.textContent = text;
      element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -50%)`;
      return element;
    }));
  }
}
