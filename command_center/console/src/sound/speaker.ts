// Plays the three sounds with Web Audio, and knows when the browser keeps it silent.
import { ref } from 'vue';
import type { Sound } from './decide';

export type SpeakerState = 'on' | 'off' | 'blocked';

interface Tone {
  hz: number;
  at: number;
  seconds: number;
}

const TUNES: Record<Sound, { tones: Tone[]; gain: number }> = {
  level1: { gain: 0.28, tones: [0, 0.5].flatMap((at) => [{ hz: 960, at, seconds: 0.24 }, { hz: 720, at: at + 0.25, seconds: 0.24 }]) },
  level2: { gain: 0.18, tones: [{ hz: 660, at: 0, seconds: 0.18 }, { hz: 880, at: 0.2, seconds: 0.22 }] },
  overdue: { gain: 0.14, tones: [{ hz: 1400, at: 0, seconds: 0.05 }] },
};

const MUTE_KEY = 'hub.mute';

export const speaker = ref<SpeakerState>('blocked');
let context: AudioContext | null = null;

function muted(): boolean {
  return localStorage.getItem(MUTE_KEY) === '1';
}

function look(): void {
  speaker.value = muted() ? 'off' : context?.state === 'running' ? 'on' : 'blocked';
}

/** Browsers allow sound only after a click or a key: called on the first of either, and by the test button. */
export async function openSpeaker(): Promise<void> {
  context ??= new AudioContext();
  context.onstatechange = look;
  if (context.state !== 'running') await context.resume();
  look();
}

export function setMuted(quiet: boolean): void {
  localStorage.setItem(MUTE_KEY, quiet ? '1' : '0');
  look();
}

export function play(sound: Sound): void {
  if (speaker.value !== 'on' || context === null) return;
  const { tones, gain } = TUNES[sound];
  const start = context.currentTime + 0.02;
  for (const tone of tones) {
    const volume = context.createGain();
    volume.gain.setValueAtTime(0, start + tone.at);
    volume.gain.linearRampToValueAtTime(gain, start + tone.at + 0.01);
    volume.gain.linearRampToValueAtTime(0, start + tone.at + tone.seconds);
    const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: tone.hz });
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(start + tone.at);
    oscillator.stop(start + tone.at + tone.seconds + 0.02);
  }
}
