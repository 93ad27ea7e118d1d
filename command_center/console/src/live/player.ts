// Plays the hub's fragments in a video element at the live edge, by Media Source Extensions.
import { Backlog } from './backlog';
import { courseFor, Margin, type Span } from './edge';
import { keepLast, watchFrames, type Heard, type Player } from './screen';
import { said, type LiveHead } from './wire';

function spansOf({ buffered }: SourceBuffer): Span[] {
  return Array.from({ length: buffered.length }, (_, i) => ({ start: buffered.start(i), end: buffered.end(i) }));
}

export class LivePlayer implements Player {
  private readonly source = new MediaSource();
  private readonly address = URL.createObjectURL(this.source);
  private readonly socket: WebSocket;
  private readonly backlog = new Backlog();
  private readonly inits: ArrayBuffer[] = [];
  private buffer: SourceBuffer | null = null;
  private head: LiveHead | null = null;
  private mime = '';
  private anew = false;
  private awaitsInit = false;
  private readonly margin = new Margin();
  private over = false;
  /** seconds behind the newest frame */
  lag = 0;

  constructor(private readonly video: HTMLVideoElement, socket: string, private readonly heard: Heard) {
    video.src = this.address;
    video.addEventListener('waiting', this.stalled);
    video.addEventListener('error', this.broken);
    this.source.addEventListener('sourceopen', () => this.prepare());
    this.socket = new WebSocket(socket);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.take(event.data);
    this.socket.onclose = (event) => {
      if (!this.over) heard.closed(event.code, event.reason);
    };
    watchFrames(video, () => !this.over, heard.shown);
  }

  close(): void {
    this.over = true;
    keepLast(this.video);
    this.socket.close();
    this.video.removeEventListener('waiting', this.stalled);
    this.video.removeEventListener('error', this.broken);
    this.video.removeAttribute('src');
    this.video.load();
    URL.revokeObjectURL(this.address);
  }

  private readonly stalled = (): void => {
    if (this.lag > 0) this.margin.stalled(performance.now());
  };

  private readonly broken = (): void => this.fail(this.video.error?.message ?? 'decoder');

  private fail(why: string): void {
    if (this.over) return;
    this.close();
    this.heard.closed(0, why);
  }

  private take(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      this.hear(data);
    } else if (this.awaitsInit) {
      this.awaitsInit = false;
      this.backlog.clear();
      this.inits.push(data);
    } else this.backlog.push(data);
    this.pump();
  }

  private hear(text: string): void {
    const message = said(text);
    if (message && 'fault' in message) this.heard.waiting(message.fault);
    if (!message || 'fault' in message) return;
    this.head = message;
    this.awaitsInit = true;
    this.anew = this.buffer !== null;
    this.prepare();
  }

  private prepare(): void {
    if (!this.head || this.source.readyState !== 'open') return;
    const { mime } = this.head;
    if (!MediaSource.isTypeSupported(mime)) {
      this.close();
      return this.heard.unplayable(mime);
    }
    if (this.buffer) return;
    this.buffer = this.source.addSourceBuffer(mime);
    this.mime = mime;
    this.buffer.mode = 'segments';
    this.buffer.addEventListener('updateend', () => {
      this.steer();
      this.pump();
    });
    this.pump();
  }

  private pump(): void {
    if (!this.buffer || !this.head || this.buffer.updating || this.over) return;
    if (this.anew) {
      this.anew = false;
      // another stream has a clock of its own: nothing of the old one may lie ahead of it
      this.buffer.abort();
      return this.buffer.remove(0, Infinity);
    }
    if (this.mime !== this.head.mime) {
      this.mime = this.head.mime;
      this.buffer.changeType(this.mime);
    }
    const piece = this.inits.shift() ?? this.backlog.take();
    if (piece) this.buffer.appendBuffer(piece);
  }

  private steer(): void {
    if (!this.buffer || this.over) return;
    const course = courseFor(spansOf(this.buffer), this.video.currentTime, this.margin.at(performance.now()));
    if (!course) return;
    this.lag = Math.max(0, course.lag);
    if (course.seek !== null) this.video.currentTime = course.seek;
    if (this.video.playbackRate !== course.rate) this.video.playbackRate = course.rate;
    if (this.video.paused) void this.play();
    if (course.forget !== null) this.buffer.remove(0, course.forget);
  }

  /** A muted film may always start; a tab in the background refuses until it is looked at, which is no fault. */
  private async play(): Promise<void> {
    try {
      await this.video.play();
    } catch (refusal) {
      if (!(refusal instanceof DOMException)) throw refusal;
    }
  }
}
