// Whether a camera can make out a place at all: a dead one, one that looks away, or one too far off cannot.
import type { NearCamera } from '../wire/messages';

/** a place within so many times the stated range may still be made out */
const REACH = 3;
const MIN_REACH_M = 150;

export function tooFar({ camera, distance_m }: NearCamera): boolean {
  return distance_m > Math.max(MIN_REACH_M, REACH * camera.view_range_m);
}

export function seesThePlace(near: NearCamera): boolean {
  return near.usable && near.camera.health === 'online' && near.facing !== 'away' && !tooFar(near);
}
