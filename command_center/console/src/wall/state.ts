// One word for where an incident stands, as the row and the header say it.
import { t, type Word } from '../words/language';
import type { Row } from '../wire/messages';

const ENDED: Partial<Record<Row['state'], Word>> = {
  rejected: 'state_rejected', closed: 'state_closed', merged: 'state_merged',
};

export function stateWord(row: Row): string {
  const ended = ENDED[row.state];
  if (ended) return t(ended);
  if (row.handling.state === 'dispatched') return t('state_dispatched');
  if (row.handling.state === 'filed') return t('state_filed');
  if (row.handling.state === 'closed') return t('state_closed');
  if (row.kind === 'device') return t('state_device');
  if (row.state === 'tentative') return t('state_tentative');
  if (row.state === 'cooling') return t('state_cooling');
  return t(row.severity <= 3 ? 'state_unsent' : 'state_unfiled');
}

/** «视频 2», «110×3»: how many signals of each source, in a fixed order. */
const ORDER = ['camera', 'police_110', 'grid', 'dispute', 'petition'];

export function sourceChips(row: Row): { source: string; n: number }[] {
  return Object.entries(row.sources)
    .filter(([, n]) => n > 0)
    .map(([source, n]) => ({ source, n }))
    .sort((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source));
}
