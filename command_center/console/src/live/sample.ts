// What a decoder without a player is given: the configuration out of an init segment, one picture out of a fragment.
import { boxAt, boxIn, whole, type Box } from './boxes';
import { startsWithKeyframe } from './fragment';

/** bytes of a sample description and of a visual sample entry before the boxes inside: 14496-12, 8.5.2 and 12.1.3 */
const DESCRIPTION_HEAD = 8;
const VISUAL_HEAD = 78;
/** entry of a codec → the box with its parameter sets */
const SETS: readonly [entry: string, sets: string][] = [['avc1', 'avcC'], ['hvc1', 'hvcC']];
const COMPOSITION_OFFSET = 0x800;

export interface Setup {
  /** parameter sets, as avcC or hvcC */
  description: Uint8Array<ArrayBuffer>;
  /** ticks a second */
  timescale: number;
}

export interface Sample {
  key: boolean;
  /** when it is to be shown, microseconds on the stream's clock */
  at: number;
  data: Uint8Array<ArrayBuffer>;
}

function setsIn(view: DataView, description: Box): Box | undefined {
  const entries = { start: description.start + DESCRIPTION_HEAD, end: description.end };
  for (const [name, sets] of SETS) {
    const entry = boxIn(view, entries, name);
    if (entry) return boxIn(view, { start: entry.start + VISUAL_HEAD, end: entry.end }, sets);
  }
  return undefined;
}

/** Null when the bytes are no init segment of H.264 or H.265. */
export function setupOf(init: ArrayBuffer): Setup | null {
  const view = new DataView(init);
  const media = boxAt(view, ['moov', 'trak', 'mdia']);
  const header = media && boxIn(view, media, 'mdhd');
  const description = media && boxAt(view, ['minf', 'stbl', 'stsd'], media);
  const sets = description && setsIn(view, description);
  if (!header || !sets) return null;
  const wide = view.getUint8(header.start) === 1;
  return { description: new Uint8Array(init, sets.start, sets.end - sets.start), timescale: view.getUint32(header.start + (wide ? 20 : 12)) };
}

function decodeTicks(view: DataView, { start }: Box): number {
  return view.getUint8(start) === 1 ? Number(view.getBigUint64(start + 4)) : view.getUint32(start + 4);
}

/** The offset of the only picture, the last field of its entry; 0 when the run tells none. */
function offsetTicks(view: DataView, { start, end }: Box): number {
  return view.getUint32(start) & COMPOSITION_OFFSET ? view.getInt32(end - 4) : 0;
}

/** The one picture of a fragment; null when the bytes are none. */
export function sampleOf(fragment: ArrayBuffer, timescale: number): Sample | null {
  const view = new DataView(fragment);
  const track = boxAt(view, ['moof', 'traf']);
  const time = track && boxIn(view, track, 'tfdt');
  const run = track && boxIn(view, track, 'trun');
  const data = boxIn(view, whole(view), 'mdat');
  if (!time || !run || !data) return null;
  const ticks = decodeTicks(view, time) + offsetTicks(view, run);
  return { key: startsWithKeyframe(fragment), at: Math.round((ticks * 1e6) / timescale), data: new Uint8Array(fragment, data.start, data.end - data.start) };
}
