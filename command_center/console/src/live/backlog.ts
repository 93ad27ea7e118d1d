// Frames that the browser has not taken yet. When it falls behind, everything before the newest keyframe is dropped.
import { startsWithKeyframe } from './fragment';

/** a second of 1080p is about half a megabyte: this is a stall of many seconds */
const MOST_BYTES = 12_000_000;
/** frames that may wait before a new keyframe makes the older ones useless */
const MOST_WAITING = 30;

export class Backlog {
  private waiting: ArrayBuffer[] = [];
  private bytes = 0;
  private broken = true;
  /** frames that were never shown */
  dropped = 0;

  constructor(private readonly isKey: (frame: ArrayBuffer) => boolean = startsWithKeyframe) {}

  /** The picture begins anew: nothing is taken before a keyframe. */
  clear(): void {
    this.waiting = [];
    this.bytes = 0;
    this.broken = true;
  }

  push(frame: ArrayBuffer): void {
    const key = this.isKey(frame);
    if (key && this.waiting.length > MOST_WAITING) this.drop();
    if (!key && this.bytes + frame.byteLength > MOST_BYTES) {
      this.drop();
      this.broken = true;
    }
    if (key) this.broken = false;
    if (this.broken) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(frame);
    this.bytes += frame.byteLength;
  }

  /** All that waits, as one piece; null when nothing does. */
  take(): Uint8Array<ArrayBuffer> | null {
    if (this.waiting.length === 0) return null;
    const whole = new Uint8Array(this.bytes);
    let at = 0;
    for (const frame of this.waiting) {
      whole.set(new Uint8Array(frame), at);
      at += frame.byteLength;
    }
    this.waiting = [];
    this.bytes = 0;
    return whole;
  }

  private drop(): void {
    this.dropped += this.waiting.length;
    this.waiting = [];
    this.bytes = 0;
  }
}
