// Which pictures a decoder is given and which of its pictures are drawn, so that it stays at the newest. Pure.

/** pictures that may wait for the decoder when a keyframe comes; with more, it begins anew with the keyframe */
const MOST_WAITING = 12;
/** pictures after which nothing more is taken until a keyframe comes: ten seconds */
const FULL = 250;
/** while so many wait, the decoder catches up: not every picture is drawn */
const BEHIND = 2;
const CATCHING_UP_MS = 80;

export type Turn = 'decode' | 'anew' | 'drop';

export class Pace {
  private broken = true;
  private drawnAt = -Infinity;
  /** pictures that were never decoded */
  dropped = 0;

  /** The stream begins anew: nothing is taken before a keyframe. */
  begin(): void {
    this.broken = true;
  }

  /** What becomes of a picture that has come, while `waiting` are not decoded yet. */
  take(key: boolean, waiting: number): Turn {
    if (!key && waiting >= FULL) this.broken = true;
    const late = key && waiting > MOST_WAITING;
    if (late) this.dropped += waiting;
    if (key) this.broken = false;
    if (this.broken) this.dropped += 1;
    if (this.broken) return 'drop';
    return late ? 'anew' : 'decode';
  }

  /** Whether a decoded picture is drawn: the first at once, every one at the edge, now and then one on the way to it. */
  draws(waiting: number, nowMs: number): boolean {
    if (waiting > BEHIND && nowMs - this.drawnAt < CATCHING_UP_MS) return false;
    this.drawnAt = nowMs;
    return true;
  }
}
