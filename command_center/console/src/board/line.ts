// The websocket to the hub: keeps it open, resumes where it stopped, and hands on what it says.
import { computed, ref, shallowRef } from 'vue';
import { browserTime, correctBy, now } from '../clock/clock';
import { waitBefore } from './backoff';
import { healthOf, hear, hearRow, hello, lost, NEW_FEED, timed, type Feed } from './feed';
import { settleIntents, show, takeOver } from './shown';
import type { CameraRow, ClientMessage, Row, ServerMessage, SourceStatus } from '../wire/messages';

export { answered, intents, lay, lift, onRows, rows, sums } from './shown';
export const feed = shallowRef<Feed>(NEW_FEED);
export const cameras = shallowRef<ReadonlyMap<string, CameraRow>>(new Map());
export const sources = shallowRef<readonly SourceStatus[]>([]);
export const outage = ref({ broker: false, database: false });
export const seats = shallowRef<Readonly<Record<string, string[]>>>({});

export const feedHealth = computed(() => healthOf(feed.value, Math.max(now.value, 0) - feed.value.skew));

type Watcher = (message: ServerMessage) => void;
const watchers = new Set<Watcher>();

/** Hear every message of the feed, after the board has taken it in. */
export function onMessage(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

let socket: WebSocket | null = null;
let attempt = 0;
let timer = 0;
let wanted = false;
let refused: () => void = () => undefined;
const pings = new Map<number, number>();
let pingNo = 0;

/** Policy of the hub: these codes mean that the session is over, not that the line broke. */
const SESSION_OVER = new Set([1008, 4401, 4403]);
const BEAT_MS = 5_000;

export function openLine(onSessionOver: () => void): void {
  wanted = true;
  refused = onSessionOver;
  feed.value = { ...feed.value, heardAt: browserTime() };
  connect();
}

export function closeLine(): void {
  wanted = false;
  window.clearTimeout(timer);
  socket?.close();
  socket = null;
  feed.value = NEW_FEED;
  takeOver(feed.value.board.rows, null);
}

export function say(message: ClientMessage): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

export function takeRow(row: Row): void {
  feed.value = hearRow(feed.value, row);
  takeOver(feed.value.board.rows, [row.incident_id]);
  show();
}

/** the next word of cameras is of all there are */
let anew = false;

export function takeFeed(next: Feed): void {
  feed.value = next;
}

function connect(): void {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const mine = new WebSocket(`${scheme}://${location.host}/ws/board`);
  socket = mine;
  mine.onopen = () => {
    anew = true;
    say(hello(feed.value));
    beat();
  };
  mine.onmessage = (event: MessageEvent<string>) => {
    if (socket === mine) gather(JSON.parse(event.data) as ServerMessage);
  };
  mine.onclose = (event) => {
    if (socket !== mine) return;
    feed.value = lost(feed.value, browserTime());
    socket = null;
    if (!wanted) return;
    if (SESSION_OVER.has(event.code)) refused();
    else timer = window.setTimeout(connect, waitBefore(attempt++, Math.random()));
  };
}

/** Every 5 s: measure the round trip, and give up a line that has gone silent. */
function beat(): void {
  window.clearTimeout(timer);
  if (socket === null) return;
  if (healthOf(feed.value, browserTime()) === 'dead' && feed.value.line === 'live') {
    const silent = socket;
    feed.value = lost(feed.value, browserTime());
    socket = null;
    silent.close();
    timer = window.setTimeout(connect, waitBefore(attempt++, Math.random()));
    return;
  }
  pingNo += 1;
  pings.set(pingNo, browserTime());
  pings.delete(pingNo - 5);
  say({ type: 'ping', n: pingNo });
  timer = window.setTimeout(beat, BEAT_MS);
}

function gather(message: ServerMessage): void {
  const at = browserTime();
  attempt = 0;
  const step = hear(feed.value, message, at);
  feed.value = step.feed;
  takeOver(step.feed.board.rows, step.changed);
  // A line that is said to be live shows its rows: else the clock's next tick would take the old ones for news.
  if (step.changed === null) show();
  step.say.forEach(say);
  aside(message, at);
  if (message.type === 'changes' || message.type === 'snapshot') settleIntents(message.incidents);
  for (const watcher of watchers) watcher(message);
}

/** What is not rows: cameras, pulses, seats, clock. */
function aside(message: ServerMessage, at: number): void {
  if (message.type === 'cameras') {
    const next = new Map(anew ? [] : cameras.value);
    anew = false;
    for (const camera of message.cameras) next.set(camera.camera_id, camera);
    for (const id of message.gone) next.delete(id);
    cameras.value = next;
  } else if (message.type === 'source_status') {
    sources.value = message.sources;
    outage.value = { broker: !message.broker, database: !message.database };
  } else if (message.type === 'presence') seats.value = message.seats;
  else if (message.type === 'pong') {
    const sentAt = pings.get(message.n);
    if (message.n > 0 && sentAt !== undefined) {
      pings.delete(message.n);
      feed.value = timed(feed.value, message.server_time, sentAt, at);
    }
    correctBy(feed.value.skew);
  }
}
