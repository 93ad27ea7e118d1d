// What a signal says, for the screen: a person's own words; a camera's claim in the words of the screen.
import { inLanguage, t } from '../words/language';
import { eventTypeWord } from '../words/taxonomy';
import type { Member, SignalView } from '../wire/messages';

export function saidBy(member: Pick<Member, 'source' | 'event_type'>, view: SignalView | null | undefined): string {
  const name = eventTypeWord(member.event_type);
  if (member.source !== 'camera') return view?.text || name;
  const count = view?.fields['count'];
  return [name, typeof count === 'number' ? t('counted', { n: count }) : '', measuredBy(view)].filter(Boolean).join(' · ');
}

/** What the rule measured beside the count; an early warning says here when the crowd will be one. */
function measuredBy(view: SignalView | null | undefined): string {
  const measured = view?.fields['measured'] as { zh: string; en: string } | undefined;
  return measured ? inLanguage(measured.zh, measured.en) : '';
}
