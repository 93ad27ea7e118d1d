// Which language the screen speaks, and the lookup of its words.
import { ref, watch } from 'vue';
import type { Language } from '../clock/durations';
import { AUDIT_WORDS } from './audits';
import { CAMERA_WORDS } from './cameras';
import { CORRECTING_WORDS } from './correcting';
import { DOWNSTREAM_WORDS } from './downstream';
import { DRAWING_WORDS } from './drawing';
import { INCIDENT_WORDS } from './incident';
import { LEARNING_WORDS } from './learning';
import { POINT_WORDS } from './points';
import { PREVENTION_WORDS } from './prevention';
import { SEAT_WORDS } from './seat';
import { SUPPRESSION_WORDS } from './suppression';
import { VIDEO_WORDS } from './video';
import { WALL_WORDS } from './wall';
import { WEIGHING_WORDS } from './weighing';

const KEY = 'hub.language';

export const WORDS = { ...WALL_WORDS, ...INCIDENT_WORDS, ...CAMERA_WORDS, ...SEAT_WORDS, ...VIDEO_WORDS, ...POINT_WORDS, ...DRAWING_WORDS, ...CORRECTING_WORDS, ...WEIGHING_WORDS, ...AUDIT_WORDS, ...LEARNING_WORDS,
  ...SUPPRESSION_WORDS, ...PREVENTION_WORDS, ...DOWNSTREAM_WORDS,
} as const;
export type Word = keyof typeof WORDS;

export const language = ref<Language>('zh');

export function startLanguage(): void {
  language.value = localStorage.getItem(KEY) === 'en' ? 'en' : 'zh';
  watch(
    language,
    (chosen) => {
      localStorage.setItem(KEY, chosen);
      document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
    },
    { immediate: true },
  );
}

/** The word in the language of the screen, with `{name}` filled in. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const [zh, en] = WORDS[word];
  const text: string = language.value === 'zh' ? zh : en;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/** For what comes from the hub in both languages. */
export function inLanguage(zh: string, en: string): string {
  return language.value === 'zh' ? zh || en : en || zh;
}
