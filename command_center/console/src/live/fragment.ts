// Reads from one moof+mdat whether it begins with a keyframe, so that a late player drops up to the next one.
import { boxAt, boxIn, type Box } from './boxes';

const NON_SYNC = 0x10000; // sample_is_non_sync_sample of ISO/IEC 14496-12, 8.8.3.1
const DATA_OFFSET = 0x1;
const FIRST_SAMPLE_FLAGS = 0x4;
const SAMPLE_DURATION = 0x100;
const SAMPLE_SIZE = 0x200;
const SAMPLE_FLAGS = 0x400;
/** fields of a track fragment header that lie before its default flags, by bit, with their bytes */
const BEFORE_DEFAULTS: readonly [bit: number, bytes: number][] = [[0x1, 8], [0x2, 4], [0x8, 4], [0x10, 4]];
const DEFAULT_FLAGS = 0x20;

function defaultFlags(view: DataView, header: Box | undefined): number {
  if (!header) return 0;
  const bits = view.getUint32(header.start) & 0xffffff;
  if (!(bits & DEFAULT_FLAGS)) return 0;
  const skipped = BEFORE_DEFAULTS.reduce((sum, [bit, bytes]) => sum + (bits & bit ? bytes : 0), 8);
  return view.getUint32(header.start + skipped);
}

function firstFlags(view: DataView, run: Box, otherwise: number): number {
  const bits = view.getUint32(run.start) & 0xffffff;
  const at = run.start + 8 + (bits & DATA_OFFSET ? 4 : 0);
  if (bits & FIRST_SAMPLE_FLAGS) return view.getUint32(at);
  if (!(bits & SAMPLE_FLAGS)) return otherwise;
  return view.getUint32(at + (bits & SAMPLE_DURATION ? 4 : 0) + (bits & SAMPLE_SIZE ? 4 : 0));
}

/** False for anything that is no fragment: a player waits for one that surely is a keyframe. */
export function startsWithKeyframe(bytes: ArrayBuffer): boolean {
  const view = new DataView(bytes);
  const traf = boxAt(view, ['moof', 'traf']);
  const run = traf && boxIn(view, traf, 'trun');
  if (!run) return false;
  return (firstFlags(view, run, defaultFlags(view, boxIn(view, traf, 'tfhd'))) & NON_SYNC) === 0;
}
