// How many of the cameras beside an incident see it, and what is wrong with each that does not.
import { seesThePlace, tooFar } from '../cameras/reach';
import { defectsOf } from '../points/facts';
import { spoken, timeOfDay } from '../clock/durations';
import { inLanguage, language, t } from '../words/language';
import type { NearCamera } from '../wire/messages';

/** «离线自 14:02»: a time within the day, a span beyond it. */
function sinceWords(near: NearCamera, now: number): string {
  const { health, since } = near.camera;
  const word = t(`health_${health}`);
  if (!since) return word;
  const seconds = (now - Date.parse(since)) / 1000;
  if (seconds > 20 * 3600) return t('seen_for', { health: word, span: spoken(seconds, language.value) });
  return t('seen_since', { health: word, time: timeOfDay(since, now).slice(0, -3) });
}

/** Why one camera does not see the place; null when it does. */
export function blindness(near: NearCamera, now: number): string | null {
  if (seesThePlace(near)) return null;
  if (near.camera.health !== 'online') return sinceWords(near, now);
  if (tooFar(near)) return t('facing_far');
  if (near.facing === 'away') return t('facing_away');
  const defects = defectsOf(near.camera).map((one) => one.word);
  return defects.join('、') || inLanguage(near.why_zh, near.why_en);
}

/** «4 路中 3 路看得见；1 路离线自 14:02» */
export function seenWords(all: readonly NearCamera[], now: number): string {
  const whys = all.map((one) => blindness(one, now)).filter((why) => why !== null);
  const counts = new Map<string, number>();
  for (const why of whys) counts.set(why, (counts.get(why) ?? 0) + 1);
  const head = t('seen_head', { all: all.length, good: all.length - whys.length });
  return [head, ...Array.from(counts, ([why, n]) => t('seen_blind', { n, why }))].join(t('seen_join'));
}
