// A live picture for one tile: asks to look, plays, tries again after an outage, falls back to pictures.
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { Problem } from '../api/client';
import { waitBefore } from '../board/backoff';
import { now } from '../clock/clock';
import { faultWord } from '../words/faults';
import { t } from '../words/language';
import { engine, type Engine } from './engine';
import type { Player } from './screen';
import { afterSilence, givenUp, worthTrying, type LiveState } from './state';
import { askToLook, socketAddress, type LookReason, type StreamChoice } from './wire';
import type { CameraRow, LiveGrant } from '../wire/messages';

export interface Live {
  state: ShallowRef<LiveState>;
  watermark: Ref<string>;
  lag: Ref<number>;
  again: () => void;
}

export interface Looked {
  camera: CameraRow;
  why: LookReason | null;
  stream: StreamChoice;
}

/** refusals that another try would not change */
const FINAL = new Set([401, 403, 404, 422]);

export function useLive(video: Ref<HTMLVideoElement | null>, looked: () => Looked): Live {
  const state = shallowRef<LiveState>({ kind: 'reason' });
  const watermark = ref('');
  const lag = ref(0);
  let player: Player | null = null;
  let timer = 0;
  let turn = 0;
  let attempt = 0;
  let lastFrame = 0;

  function drop(): void {
    window.clearTimeout(timer);
    turn += 1;
    player?.close();
    player = null;
  }

  function lost(why: string, final = false): void {
    const since = state.value.kind === 'none' ? state.value.since : now.value;
    drop();
    state.value = { kind: 'none', since, why };
    if (final) return;
    timer = window.setTimeout(() => void connect(), waitBefore(attempt, Math.random()));
    attempt += 1;
  }

  function onFrame(): void {
    lastFrame = now.value;
    attempt = 0;
    if (state.value.kind !== 'live') state.value = { kind: 'live' };
  }

  /** From a media server: the browser plays it by itself. */
  function film(element: HTMLVideoElement, address: string): void {
    const mine = turn;
    const frame = (): void => {
      if (mine !== turn) return;
      onFrame();
      element.requestVideoFrameCallback(frame);
    };
    element.src = address;
    element.autoplay = true;
    element.onerror = () => { if (mine === turn) lost(element.error?.message ?? ''); };
    element.requestVideoFrameCallback(frame);
  }

  function play(grant: LiveGrant, by: Engine): void {
    const element = video.value;
    if (!element) return;
    const address = socketAddress(grant, location.href);
    if (address === null) {
      film(element, grant.url);
      return;
    }
    player = by.play(element, address, {
      shown: onFrame,
      waiting: (fault) => { state.value = { kind: 'none', since: now.value, why: faultWord(fault) }; },
      unplayable: (mime) => {
        drop();
        state.value = { kind: 'pictures', mime };
      },
      closed: (code, reason) => lost(reason || t('live_closed', { code })),
    });
  }

  async function connect(): Promise<void> {
    drop();
    const mine = turn;
    const { camera, why, stream } = looked();
    if (!why) {
      state.value = { kind: 'reason' };
      return;
    }
    if (state.value.kind !== 'none') state.value = { kind: 'connecting', since: now.value };
    try {
      const by = await engine();
      const grant = await askToLook(camera.camera_id, why, stream, by.hevc);
      if (mine !== turn) return;
      watermark.value = grant.watermark;
      play(grant, by);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (mine === turn) lost(problem.message, FINAL.has(problem.status));
    }
  }

  watch(() => looked().camera.camera_id, () => video.value?.removeAttribute('poster'));
  watch(
    () => [looked().camera.camera_id, worthTrying(looked().camera.health), looked().why?.incident_id, looked().why?.reason, looked().stream, video.value !== null],
    () => {
      attempt = 0;
      const { camera } = looked();
      if (worthTrying(camera.health)) void connect();
      else drop();
    },
    { immediate: true, flush: 'post' },
  );
  watch(now, () => {
    if (document.visibilityState !== 'visible') {
      lastFrame = now.value;
      return;
    }
    lag.value = player?.lag ?? 0;
    state.value = afterSilence(state.value, lastFrame, now.value);
    if (givenUp(state.value, now.value)) lost(t('live_silent'));
  });
  onBeforeUnmount(drop);

  return { state, watermark, lag, again: () => void connect() };
}
