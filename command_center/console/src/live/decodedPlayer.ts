// Plays the hub's fragments without a player: a worker decodes and draws each picture as it comes. Chromium, secure pages.
import { keepLast, watchFrames, type Heard, type Player } from './screen';

/** What the worker is given to begin with; beside it a port. */
export interface Begin {
  socket: string;
  frames: WritableStream<VideoFrame>;
  hidden: boolean;
}

export type Command = 'close' | 'hide' | 'show';

/** What the worker says. */
export type News = { waiting: string } | { unplayable: string } | { closed: [code: number, reason: string] } | { lag: number };

/** https://w3c.github.io/mediacapture-transform as Chromium has it */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

const worker = new Worker(new URL('./decodingWorker.ts', import.meta.url), { type: 'module' });

export class DecodedPlayer implements Player {
  private readonly channel = new MessageChannel();
  private readonly track = new MediaStreamTrackGenerator({ kind: 'video' });
  private over = false;
  lag = 0;

  constructor(private readonly video: HTMLVideoElement, socket: string, private readonly heard: Heard) {
    video.srcObject = new MediaStream([this.track]);
    video.autoplay = true;
    this.channel.port1.onmessage = ({ data }: MessageEvent<News>) => this.hear(data);
    const begin: Begin = { socket, frames: this.track.writable, hidden: document.hidden };
    worker.postMessage(begin, [this.track.writable, this.channel.port2]);
    document.addEventListener('visibilitychange', this.seen);
    watchFrames(video, () => !this.over, heard.shown);
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    keepLast(this.video);
    document.removeEventListener('visibilitychange', this.seen);
    this.tell('close');
    this.track.stop();
    this.video.srcObject = null;
  }

  private readonly seen = (): void => this.tell(document.hidden ? 'hide' : 'show');

  private tell(command: Command): void {
    this.channel.port1.postMessage(command);
  }

  private hear(news: News): void {
    if (this.over) return;
    if ('lag' in news) this.lag = news.lag;
    else if ('waiting' in news) this.heard.waiting(news.waiting);
    else if ('unplayable' in news) this.heard.unplayable(news.unplayable);
    else this.heard.closed(...news.closed);
  }
}
