// What is said of a camera's health, in one short phrase.
import { now } from '../clock/clock';
import { spoken } from '../clock/durations';
import { language, t } from '../words/language';
import type { CameraRow } from '../wire/messages';

/** «离线 18 小时»; only the word when nobody knows since when. */
export function healthSince({ health, since }: CameraRow): string {
  const word = t(`health_${health}`);
  return since ? t('health_since', { health: word, span: spoken((now.value - Date.parse(since)) / 1000, language.value) }) : word;
}
