// How a buffered film stays at the live edge: catch up gently, jump when far behind, forget what was shown.

/** seconds between what is shown and what has arrived: enough to hide the network's unevenness */
export const TARGET_S = 0.1;
const WIDEST_S = 0.35;
const GENTLE_S = 0.04;
const BRISK_S = 0.15;
const JUMP_S = 1;
const KEPT_S = 10;
const FORGET_AFTER_S = 20;
const CALM_MS = 5_000;

export interface Span {
  start: number;
  end: number;
}

export interface Course {
  /** where to jump, or null to play on */
  seek: number | null;
  rate: number;
  /** seconds from the start of the buffer that may be removed up to, or null */
  forget: number | null;
  /** seconds behind the newest frame */
  lag: number;
}

/** `spans`: what is buffered, in order; more than one after frames were lost. */
export function courseFor(spans: readonly Span[], at: number, target = TARGET_S): Course | null {
  const first = spans[0];
  const last = spans.at(-1);
  if (!first || !last) return null;
  const lag = last.end - at;
  const edge = Math.max(last.start, last.end - target);
  const forget = last.end - first.start > FORGET_AFTER_S ? last.end - KEPT_S : null;
  const outside = at < last.start || lag < -target;
  if (outside || lag > target + JUMP_S) return { seek: edge, rate: 1, forget, lag };
  const over = lag - target;
  return { seek: null, rate: over > BRISK_S ? 1.1 : over > GENTLE_S ? 1.05 : 1, forget, lag };
}

/** How much is held back: a little more after each stall, a little less after each calm while. */
export class Margin {
  private changedAt = -Infinity;
  target = TARGET_S;

  stalled(nowMs: number): void {
    this.target = Math.min(WIDEST_S, this.target + 0.05);
    this.changedAt = nowMs;
  }

  /** `nowMs` passes; what is to be held back now. */
  at(nowMs: number): number {
    if (this.target > TARGET_S && nowMs - this.changedAt > CALM_MS) {
      this.target = Math.max(TARGET_S, this.target - 0.05);
      this.changedAt = nowMs;
    }
    return this.target;
  }
}
