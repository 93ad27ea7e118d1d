// What a signal says, for the screen: a person's own words; a camera's claim in the words of the screen.
import { t } from '../words/language';
import { eventTypeWord } from '../words/taxonomy';
import type { Member, SignalView } from '../wire/messages';

export function saidBy(member: Pick<Member, 'source' | 'event_type'>, view: SignalView | null | undefined): string {
  const name = eventTypeWord(member.event_type);
  if (member.source !== 'camera') return view?.text || name;
  const count = view?.fields['count'];
  return typeof count === 'number' ? `${name} · ${t('counted', { n: count })}` : name;
}
