// The live picture's pure parts: keyframes found, late frames dropped, the edge kept, silence said, seeing counted.
import { describe, expect, it } from 'vitest';
import { Backlog } from '../src/live/backlog';
import { courseFor, Margin } from '../src/live/edge';
import { startsWithKeyframe } from '../src/live/fragment';
import { Pace } from '../src/live/pace';
import { sampleOf, setupOf } from '../src/live/sample';
import { seenWords } from '../src/live/seen';
import { afterSilence, givenUp, type LiveState } from '../src/live/state';
import { queryOf, said, socketAddress } from '../src/live/wire';
import type { NearCamera } from '../src/wire/messages';

function box(name: string, ...parts: (number[] | Uint8Array)[]): Uint8Array {
  const body = parts.flatMap((part) => [...part]);
  const size = body.length + 8;
  return Uint8Array.from([size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255, ...[...name].map((one) => one.charCodeAt(0)), ...body]);
}

const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const KEY = 0x02000000;
const DELTA = 0x01010000;

function fragment(flags: number, where: 'run' | 'first' | 'default'): ArrayBuffer {
  const tfhd = where === 'default' ? box('tfhd', u32(0x020020), u32(1), u32(flags)) : box('tfhd', u32(0x020000), u32(1));
  const run = { run: [u32(0x000701), u32(1), u32(100), u32(3600), u32(500), u32(flags)], first: [u32(0x000305), u32(1), u32(100), u32(flags), u32(3600), u32(500)], default: [u32(0x000301), u32(1), u32(100), u32(3600), u32(500)] }[where];
  const moof = box('moof', box('mfhd', u32(0), u32(7)), box('traf', tfhd, box('tfdt', u32(0x01000000), u32(0), u32(9)), box('trun', ...run)));
  const whole = Uint8Array.from([...moof, ...box('mdat', [1, 2, 3])]);
  return whole.buffer;
}

describe('a fragment', () => {
  it.each(['run', 'first', 'default'] as const)('tells by its %s flags whether it begins with a keyframe', (where) => {
    expect(startsWithKeyframe(fragment(KEY, where))).toBe(true);
    expect(startsWithKeyframe(fragment(DELTA, where))).toBe(false);
  });

  it.each([[new ArrayBuffer(0)], [new ArrayBuffer(7)], [box('moof', [0, 0, 0, 99, 1]).buffer as ArrayBuffer], [box('mdat', [1]).buffer as ArrayBuffer]])('that is none is no keyframe', (bytes) => {
    expect(startsWithKeyframe(bytes)).toBe(false);
  });
});

const frame = (first: number, size = 1): ArrayBuffer => new Uint8Array(size).fill(first).buffer;
const isKey = (bytes: ArrayBuffer): boolean => new Uint8Array(bytes)[0] === 1;

/** as hub/packets/fmp4.py lays it out: one picture with its offset, decoded at 9 ticks */
function picture(offset: number, flags = KEY): ArrayBuffer {
  const run = box('trun', u32(0x01000f01), u32(1), u32(100), u32(3600), u32(3), u32(flags), u32(offset));
  const moof = box('moof', box('mfhd', u32(0), u32(7)), box('traf', box('tfhd', u32(0x020000), u32(1)), box('tfdt', u32(0x01000000), u32(0), u32(9)), run));
  return Uint8Array.from([...moof, ...box('mdat', [1, 2, 3])]).buffer;
}

function opening(entry: string, sets: string): ArrayBuffer {
  const visual = box(entry, Array<number>(78).fill(0), box(sets, [1, 100, 0, 40]));
  const stbl = box('stbl', box('stsd', u32(0), u32(1), visual), box('stts', u32(0), u32(0)));
  const media = box('mdia', box('mdhd', u32(0), u32(0), u32(0), u32(90_000), u32(0)), box('minf', box('dinf', []), stbl));
  return Uint8Array.from([...box('ftyp', [1]), ...box('moov', box('mvhd', []), box('trak', box('tkhd', []), media))]).buffer;
}

describe('a decoder of ours is given', () => {
  it.each([['avc1', 'avcC'], ['hvc1', 'hvcC']])('the parameter sets of %s and the length of a tick', (entry, sets) => {
    const setup = setupOf(opening(entry, sets));
    expect([...setup!.description]).toEqual([1, 100, 0, 40]);
    expect(setup!.timescale).toBe(90_000);
  });

  it('nothing where the bytes are something else', () => {
    expect(setupOf(opening('mp4v', 'esds'))).toBeNull();
    expect(setupOf(picture(0))).toBeNull();
    expect(sampleOf(opening('avc1', 'avcC'), 90_000)).toBeNull();
    expect(sampleOf(new ArrayBuffer(5), 90_000)).toBeNull();
  });

  it('each picture with when it is shown, even before it is decoded', () => {
    const sample = sampleOf(picture(3_600), 90_000);
    expect(sample).toMatchObject({ key: true, at: Math.round((3_609 * 1e6) / 90_000) });
    expect([...sample!.data]).toEqual([1, 2, 3]);
    expect(sampleOf(picture(-9 >>> 0, DELTA), 90_000)).toMatchObject({ key: false, at: 0 });
  });
});

describe('what is decoded and drawn', () => {
  it('begins with a keyframe, and again with one when the stream does', () => {
    const pace = new Pace();
    expect([pace.take(false, 0), pace.take(true, 0), pace.take(false, 0)]).toEqual(['drop', 'decode', 'decode']);
    pace.begin();
    expect(pace.take(false, 0)).toBe('drop');
    expect(pace.dropped).toBe(2);
  });

  it('goes on with the newest keyframe when more than half a second waits', () => {
    const pace = new Pace();
    expect(pace.take(true, 12)).toBe('decode');
    expect(pace.take(true, 13)).toBe('anew');
    expect(pace.dropped).toBe(13);
  });

  it('takes no more when ten seconds wait and no keyframe comes', () => {
    const pace = new Pace();
    pace.take(true, 0);
    expect(pace.take(false, 249)).toBe('decode');
    expect(pace.take(false, 250)).toBe('drop');
    expect(pace.take(false, 0)).toBe('drop');
    expect(pace.take(true, 0)).toBe('decode');
  });

  it('is drawn at once at the edge and now and then on the way there', () => {
    const pace = new Pace();
    expect([pace.draws(40, 0), pace.draws(39, 10), pace.draws(30, 79), pace.draws(29, 80), pace.draws(2, 81), pace.draws(0, 82)]).toEqual([true, false, false, true, true, true]);
  });
});

describe('what the browser has not taken', () => {
  it('begins with a keyframe', () => {
    const backlog = new Backlog(isKey);
    backlog.push(frame(0));
    expect(backlog.take()).toBeNull();
    backlog.push(frame(1));
    backlog.push(frame(0));
    expect([...backlog.take()!]).toEqual([1, 0]);
    expect(backlog.dropped).toBe(1);
  });

  it('is dropped up to a new keyframe only when too much waits', () => {
    const backlog = new Backlog(isKey);
    backlog.push(frame(1));
    for (let i = 0; i < 29; i += 1) backlog.push(frame(0));
    backlog.push(frame(1));
    expect(backlog.take()).toHaveLength(31);
    backlog.push(frame(1));
    for (let i = 0; i < 30; i += 1) backlog.push(frame(0));
    backlog.push(frame(1));
    expect([...backlog.take()!]).toEqual([1]);
  });

  it('never grows without end when no keyframe comes', () => {
    const backlog = new Backlog(isKey);
    backlog.push(frame(1));
    for (let i = 0; i < 20; i += 1) backlog.push(frame(0, 1_000_000));
    expect(backlog.take()).toBeNull();
    backlog.push(frame(0));
    expect(backlog.take()).toBeNull();
  });
});

describe('the live edge', () => {
  it.each([
    ['plays on when close', [{ start: 0, end: 5 }], 4.9, null, 1],
    ['catches up gently', [{ start: 0, end: 5 }], 4.8, null, 1.05],
    ['catches up briskly', [{ start: 0, end: 5 }], 4.5, null, 1.1],
    ['jumps when a second behind', [{ start: 0, end: 5 }], 3.8, 4.9, 1],
    ['jumps over a hole', [{ start: 0, end: 5 }, { start: 7, end: 7.05 }], 4.9, 7, 1],
    ['jumps to the first picture of a late joiner', [{ start: 100, end: 100.5 }], 0, 100.4, 1],
  ])('%s', (_, spans, at, seek, rate) => {
    expect(courseFor(spans, at)).toMatchObject({ seek, rate });
  });

  it('forgets what was shown, and knows nothing of an empty buffer', () => {
    expect(courseFor([{ start: 0, end: 21 }], 20.9)?.forget).toBe(11);
    expect(courseFor([{ start: 0, end: 20 }], 19.9)?.forget).toBeNull();
    expect(courseFor([], 0)).toBeNull();
  });

  it('is held back a little more after each stall, within a limit, and a little less after each calm while', () => {
    const margin = new Margin();
    for (let i = 1; i <= 9; i += 1) margin.stalled(i);
    expect(margin.at(5_009)).toBeCloseTo(0.35);
    expect(margin.at(5_010)).toBeCloseTo(0.3);
    expect(margin.at(10_010)).toBeCloseTo(0.3);
    expect(margin.at(10_011)).toBeCloseTo(0.25);
    for (let i = 1; i < 9; i += 1) margin.at(10_011 + i * 6_000);
    expect(margin.target).toBe(0.1);
  });
});

describe('a tile', () => {
  it('says that the picture stands still after three seconds, and gives up after ten more', () => {
    const live: LiveState = { kind: 'live' };
    expect(afterSilence(live, 0, 2_999)).toBe(live);
    const still = afterSilence(live, 0, 3_000);
    expect(still).toEqual({ kind: 'stalled', since: 0 });
    expect(givenUp(still, 10_000)).toBe(false);
    expect(givenUp(still, 10_001)).toBe(true);
    expect(afterSilence(still, 3_500, 4_000)).toEqual({ kind: 'live' });
  });

  it('leaves a tile without a picture as it is', () => {
    const none: LiveState = { kind: 'none', since: 0, why: 'offline' };
    expect(afterSilence(none, 0, 60_000)).toBe(none);
    expect(givenUp(none, 60_000)).toBe(false);
  });
});

describe('the wire', () => {
    it('turns the hub’s own address into a socket and leaves a film to the browser', () => {
    expect(socketAddress({ url: '/ws/cameras/1/live?ticket=t' }, 'https://hub.gov/')).toBe('wss://hub.gov/ws/cameras/1/live?ticket=t');
    expect(socketAddress({ url: 'ws://media/1' }, 'http://hub/')).toBe('ws://media/1');
    expect(socketAddress({ url: 'https://localhost/1.mp4' }, 'http://hub/')).toBeNull();
  });

  it('reads the head of a stream, and why there is none', () => {
    expect(said('{"type":"stream","mime":"video/mp4; codecs=\\"avc1.640028\\"","width":1920,"height":1080}')).toMatchObject({ width: 1920 });
    expect(said('{"type":"waiting","fault":"unauthorized"}')).toEqual({ fault: 'unauthorized' });
    expect(said('{"type":"pong"}')).toBeNull();
  });

  it('says the reason in a query', () => {
    expect(queryOf({ incident_id: 'a b' })).toBe('incident_id=a%20b');
    expect(queryOf({ reason: '早高峰&校门' })).toBe('reason=%E6%97%A9%E9%AB%98%E5%B3%B0%26%E6%A0%A1%E9%97%A8');
  });
});

const NOON = Date.parse('2026-11-24T12:00:00');

function near(more: Partial<NearCamera['camera']> = {}, facing: NearCamera['facing'] = 'front', distance = 40): NearCamera {
  const camera = { camera_id: 'a', name: 'A', health: 'online', since: null, view_range_m: 60, why_zh: '', why_en: '', ...more };
  return { camera, distance_m: distance, facing, usable: true } as unknown as NearCamera;
}

describe('how many see it', () => {
  it('says so when all do', () => {
    expect(seenWords([near(), near()], NOON)).toBe('2 路中 2 路看得见');
  });

  it('says since when one is offline, and groups what is wrong alike', () => {
    const gone = near({ health: 'offline', since: new Date(NOON - 7_080_000).toISOString() });
    expect(seenWords([near(), near(), near(), gone], NOON)).toBe('4 路中 3 路看得见；1 路自 10:02 离线');
    expect(seenWords([near({}, 'away'), near({}, 'away'), near({}, 'front', 900)], NOON)).toBe('3 路中 0 路看得见；2 路背对；1 路超出视距');
    // As the tile says it: what is too far off is so, wherever it looks.
    expect(seenWords([near({}, 'away', 900)], NOON)).toBe('1 路中 0 路看得见；1 路超出视距');
  });

  it('counts hours once it was a day ago', () => {
    const gone = near({ health: 'offline', since: new Date(NOON - 30 * 3_600_000).toISOString() });
    expect(seenWords([gone], NOON)).toBe('1 路中 0 路看得见；1 路离线 30 小时');
  });
});
