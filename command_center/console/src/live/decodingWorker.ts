// Beside the page's own thread, so that a busy map holds up no picture: socket → decoder → track of a video element.
// No clock and no buffer: a picture is drawn as soon as it is decoded.
import { Pace } from './pace';
import { sampleOf, setupOf, type Sample, type Setup } from './sample';
import { said, type LiveHead } from './wire';
import type { Begin, Command, News } from './decodedPlayer';

const TELL_EVERY_MS = 500;
/** pictures of one group that are kept, so that a page looked at again has the newest at once; hidden, it decodes nothing */
const MOST_KEPT = 500;

class Showing {
  private readonly socket: WebSocket;
  private readonly writer: WritableStreamDefaultWriter<VideoFrame>;
  private readonly pace = new Pace();
  private decoder: VideoDecoder | null = null;
  private head: LiveHead | null = null;
  private setup: Setup | null = null;
  private awaitsInit = false;
  private software = false;
  private hidden: boolean;
  private group: Sample[] = [];
  private newest = 0;
  private toldAt = 0;

  constructor({ socket, frames, hidden }: Begin, private readonly port: MessagePort) {
    this.writer = frames.getWriter();
    this.hidden = hidden;
    port.onmessage = ({ data }: MessageEvent<Command>) => this.obey(data);
    this.socket = new WebSocket(socket);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => (typeof data === 'string' ? this.hear(data) : this.take(data));
    this.socket.onclose = ({ code, reason }) => this.end({ closed: [code, reason] });
  }

  private tell(news: News): void {
    this.port.postMessage(news);
  }

  private obey(command: Command): void {
    if (command === 'close') return this.end(null);
    this.hidden = command === 'hide';
    if (this.hidden) return;
    this.pace.begin();
    for (const sample of this.group) this.decode(sample);
  }

  private end(news: News | null): void {
    this.socket.onclose = null;
    this.socket.close();
    if (this.decoder?.state !== 'closed') this.decoder?.close();
    this.decoder = null;
    if (news) this.tell(news);
    void this.writer.close().catch(() => undefined); // the track may have ended before
    this.port.close();
  }

  private hear(text: string): void {
    const message = said(text);
    if (!message) return;
    if ('fault' in message) return this.tell({ waiting: message.fault });
    this.head = message;
    this.awaitsInit = true;
  }

  private take(bytes: ArrayBuffer): void {
    if (this.awaitsInit) {
      this.awaitsInit = false;
      this.setup = setupOf(bytes);
      this.group = [];
      return this.begin();
    }
    const sample = this.setup && sampleOf(bytes, this.setup.timescale);
    if (!sample) return;
    this.newest = sample.at;
    this.keep(sample);
    if (!this.hidden) this.decode(sample);
  }

  private keep(sample: Sample): void {
    if (sample.key) this.group = [];
    if (sample.key || (this.group.length > 0 && this.group.length < MOST_KEPT)) this.group.push(sample);
    else this.group = [];
  }

  private begin(): void {
    this.pace.begin();
    if (!this.head || !this.setup) return this.end({ unplayable: this.head?.mime ?? '' });
    if (!this.decoder || this.decoder.state === 'closed') this.decoder = new VideoDecoder({ output: (frame) => this.draw(frame), error: () => this.failed() });
    else this.decoder.reset();
    this.decoder.configure({
      codec: /codecs="([^"]+)"/.exec(this.head.mime)?.[1] ?? '',
      description: this.setup.description,
      optimizeForLatency: true,
      hardwareAcceleration: this.software ? 'prefer-software' : 'no-preference',
    });
  }

  /** Pictures that cannot be decoded, or a card with no decoder left: goes on with the next keyframe, without the card. */
  private failed(): void {
    this.software = true;
    if (this.decoder) this.begin();
  }

  private decode({ key, at, data }: Sample): void {
    if (!this.decoder) return;
    const turn = this.pace.take(key, this.decoder.decodeQueueSize);
    if (turn === 'drop') return;
    if (turn === 'anew') {
      this.begin();
      this.pace.take(key, 0);
    }
    this.decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: at, data }));
  }

  private draw(frame: VideoFrame): void {
    const now = performance.now();
    if (now - this.toldAt > TELL_EVERY_MS) {
      this.toldAt = now;
      this.tell({ lag: Math.max(0, (this.newest - frame.timestamp) / 1e6) });
    }
    const taken = this.pace.draws(this.decoder?.decodeQueueSize ?? 0, now) && (this.writer.desiredSize ?? 0) > 0;
    if (taken) void this.writer.write(frame).catch(() => frame.close());
    else frame.close();
  }
}

addEventListener('message', ({ data, ports }: MessageEvent<Begin>) => {
  const port = ports[0];
  if (port) new Showing(data, port);
});
