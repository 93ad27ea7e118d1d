// What a live tile shows now, and how it came to that: a tile always says why there is no picture.
import type { CameraHealth } from '../wire/messages';

export type LiveState =
  | { kind: 'reason' }
  | { kind: 'connecting'; since: number }
  | { kind: 'live' }
  | { kind: 'stalled'; since: number }
  | { kind: 'none'; since: number; why: string }
  | { kind: 'pictures'; mime: string };

/** no new frame for so long: the picture is old, and is said to be */
export const STALL_MS = 3_000;
/** no frame for so long: the connection is made anew; the hub itself gives up a new one after twenty seconds */
export const GIVE_UP_MS = { stalled: 10_000, connecting: 25_000 } as const;

/** After a second of silence nothing changes; after three the picture is called old, with its age. */
export function afterSilence(state: LiveState, lastFrame: number, now: number): LiveState {
  if (state.kind !== 'live' && state.kind !== 'stalled') return state;
  const silent = now - lastFrame;
  if (silent < STALL_MS) return state.kind === 'live' ? state : { kind: 'live' };
  return state.kind === 'stalled' ? state : { kind: 'stalled', since: lastFrame };
}

/** Whether to try at all: a camera that is known to be dead is not asked again and again. */
export function worthTrying(health: CameraHealth): boolean {
  return health !== 'offline';
}

/** True when the connection in this state has to be made anew. */
export function givenUp(state: LiveState, now: number): boolean {
  return (state.kind === 'stalled' || state.kind === 'connecting') && now - state.since > GIVE_UP_MS[state.kind];
}
