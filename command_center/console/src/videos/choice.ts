// Which cameras the wall shows: those picked by hand, else all that fit the filter, screen by screen. Pure.
import type { Bureau, CameraRow } from '../wire/messages';

export const LAYOUTS = [1, 4, 9, 16] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface Filter {
  bureau: Bureau | '';
  /** good: with a picture now; bad: without one */
  state: 'good' | 'bad' | '';
  text: string;
}

function fits(camera: CameraRow, { bureau, state, text }: Filter): boolean {
  if (bureau && camera.bureau !== bureau) return false;
  if (state && (camera.health === 'online') !== (state === 'good')) return false;
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const told = [camera.name, camera.camera_id, camera.landmark_no ?? '', camera.grid_code ?? ''].join(' ').toLowerCase();
  return words.every((word) => told.includes(word));
}

/** By name, so that a camera keeps its place in the list while its health changes. */
export function found(cameras: Iterable<CameraRow>, filter: Filter): CameraRow[] {
  return [...cameras].filter((one) => fits(one, filter)).sort((a, b) => a.name.localeCompare(b.name, 'zh') || a.camera_id.localeCompare(b.camera_id));
}

export interface Screens {
  shown: readonly CameraRow[];
  /** from 0; brought back into range */
  at: number;
  all: number;
}

export function screen(cameras: readonly CameraRow[], picked: readonly string[], layout: Layout, wanted: number): Screens {
  const chosen = picked.length ? cameras.filter((one) => picked.includes(one.camera_id)) : cameras;
  const all = Math.max(1, Math.ceil(chosen.length / layout));
  const at = Math.min(Math.max(0, wanted), all - 1);
  return { shown: chosen.slice(at * layout, (at + 1) * layout), at, all };
}
