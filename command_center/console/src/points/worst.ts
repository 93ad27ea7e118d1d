// Cameras worst first, and the online rate with what it counts.
import type { CameraHealth, CameraRow } from '../wire/messages';

const BADNESS: Record<CameraHealth, number> = { offline: 0, stale: 1, starting: 2, online: 3 };

function trouble(camera: CameraRow): number {
  return (camera.counters['corrupt'] ?? 0) + (camera.counters['reconnects'] ?? 0);
}

/** Dead longest first; among the well ones those with the most trouble. */
export function worstFirst(cameras: Iterable<CameraRow>): CameraRow[] {
  return [...cameras].sort(
    (a, b) =>
      BADNESS[a.health] - BADNESS[b.health] ||
      (a.health === 'online' ? 0 : (a.since ?? '').localeCompare(b.since ?? '')) ||
      trouble(b) - trouble(a) ||
      a.camera_id.localeCompare(b.camera_id),
  );
}

export interface Rate {
  good: number;
  all: number;
  /** percent with one decimal; null when there is no camera */
  percent: string | null;
}

export function onlineRate(cameras: Iterable<CameraRow>): Rate {
  let good = 0;
  let all = 0;
  for (const camera of cameras) {
    all += 1;
    if (camera.health === 'online') good += 1;
  }
  return { good, all, percent: all ? ((good / all) * 100).toFixed(1) : null };
}
