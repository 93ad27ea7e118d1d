// What the integrator is told of a running camera, in words: its stream, its counters, what is wrong with its picture.
import { now } from '../clock/clock';
import { spoken } from '../clock/durations';
import { inLanguage, language, t, WORDS, type Word } from '../words/language';
import type { CameraRow } from '../wire/messages';

const known = (key: string): key is Word => key in WORDS;

export function streamOf(camera: CameraRow): string {
  const { codec, width, height, fps, gop_s, mode } = camera;
  return [
    codec.toUpperCase(), width ? `${width}×${height}` : '', fps ? `${Math.round(fps)} fps` : '', gop_s ? t('gop', { n: gop_s.toFixed(1) }) : '',
    mode && known(`mode_${mode}`) ? t(`mode_${mode}` as Word) : '',
  ].filter(Boolean).join(' · ');
}

const FLOW = [
  'packets', 'decoded', 'delivered', 'analysed', 'observations', 'gated', 'ungated', 'lost', 'spared', 'corrupt', 'reconnects', 'stalls', 'last_outage_s', 'spacing_ms',
];

/** Counters the way a picture goes: received, decoded, handed on, looked at, told; then what was left out; then what went wrong. */
export function countersOf({ counters }: Pick<CameraRow, 'counters'>): [string, number][] {
  const place = (name: string): number => (FLOW.includes(name) ? FLOW.indexOf(name) : FLOW.length);
  return Object.entries(counters).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}

/** The counter's name; one that this console does not know yet keeps the hub's. */
export function counterWord(name: string): string {
  const key = `counter_${name}`;
  return known(key) ? t(key) : name.replaceAll('_', ' ');
}

export function defectWord(defect: string): string {
  const key = `defect_${defect}`;
  return known(key) ? t(key) : defect;
}

export interface DefectSaid {
  defect: string;
  word: string;
  sentence: string;
  since: string;
}

export function defectsOf(camera: CameraRow): DefectSaid[] {
  return camera.defects.map(({ defect, zh, en, since }) => ({
    defect, sentence: inLanguage(zh, en), word: defectWord(defect),
    since: spoken((now.value - Date.parse(since)) / 1000, language.value),
  }));
}
