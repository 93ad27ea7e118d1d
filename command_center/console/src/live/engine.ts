// How this browser plays the hub's fragments: decoded by a worker of ours where that is allowed, else as a buffered film.
import { LivePlayer } from './player';
import type { Heard, Player } from './screen';

const H264 = 'avc1.640028';
const HEVC = 'hvc1.1.6.L120.90';

export interface Engine {
  /** it plays H.265 too */
  hevc: boolean;
  play: (video: HTMLVideoElement, socket: string, heard: Heard) => Player;
}

async function decodes(codec: string): Promise<boolean> {
  const answer = await VideoDecoder.isConfigSupported({ codec, optimizeForLatency: true });
  return answer.supported ?? false;
}

function buffered(): Engine {
  const hevc = 'MediaSource' in window && MediaSource.isTypeSupported(`video/mp4; codecs="${HEVC}"`);
  return { hevc, play: (video, socket, heard) => new LivePlayer(video, socket, heard) };
}

async function find(): Promise<Engine> {
  // both exist on secure pages only (https, or this machine)
  if (!('VideoDecoder' in window) || !('MediaStreamTrackGenerator' in window) || !(await decodes(H264))) return buffered();
  const { DecodedPlayer } = await import('./decodedPlayer');
  return { hevc: await decodes(HEVC), play: (video, socket, heard) => new DecodedPlayer(video, socket, heard) };
}

let found: Promise<Engine> | null = null;

/** Found once. */
export function engine(): Promise<Engine> {
  found ??= find();
  return found;
}
