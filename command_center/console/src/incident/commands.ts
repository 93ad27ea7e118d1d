// The keys that act on the selected incident, the same on every screen.
import type { Command } from '../keys/keymap';
import { detail, selectedRow } from '../wall/selection';
import { t } from '../words/language';
import { actionWord } from '../words/taxonomy';
import { flip } from '../weighing/state';
import { act, tell } from './acting';
import { answer } from './audits';
import { stepSignal } from './chosen';
import { can, mode, provisionalOf, setLevel, undoOf } from './doing';
import { summaryOf } from './summary';
import type { Level, Row } from '../wire/messages';

function tryTo(action: string, does: () => void): void {
  if (can(action)) does();
  else tell(t('not_allowed', { action: actionWord(action) }), true);
}

function decide(row: Row, action: 'accept' | 'refuse'): void {
  const signal = provisionalOf(row, detail.value);
  if (signal) tryTo(action, () => void act(row, action, { signal_id: signal }));
}

async function copy(row: Row): Promise<void> {
  await navigator.clipboard.writeText(summaryOf(row, detail.value));
  tell(t('copied'));
}

const ACTING: Partial<Record<Command, (row: Row) => void>> = {
  dispatch: () => {
    if (!can('dispatch') && can('file_and_dispatch')) mode.value = 'file';
    else tryTo('dispatch', () => { mode.value = 'dispatch'; });
  },
  confirm: (row) => tryTo('confirm', () => void act(row, 'confirm')),
  dismiss: () => tryTo('dismiss', () => { mode.value = 'dismiss'; }),
  acknowledge: (row) => tryTo('acknowledge', () => void act(row, 'acknowledge')),
  claim: (row) => (can('release') ? void act(row, 'release') : tryTo('claim', () => void act(row, 'claim'))),
  split: (row) => tryTo('split', () => {
    if (row.signals.length > 1) mode.value = 'split';
  }),
  merge: () => tryTo('merge', () => { mode.value = 'merge'; }),
  move: () => tryTo('move', () => { mode.value = 'move'; }),
  never_merge: () => tryTo('never_merge', () => { mode.value = 'never_merge'; }),
  kind: () => tryTo('confirm', () => { mode.value = 'kind'; }),
  relocate: () => tryTo('relocate', () => { mode.value = 'relocate'; }),
  accept: (row) => decide(row, 'accept'),
  refuse: (row) => {
    if (!answer(false)) decide(row, 'refuse');
  },
  yes: () => void answer(true),
  link: (row) => {
    const link = detail.value?.suggested_links.find((one) => !one.linked);
    if (link) tryTo('link', () => void act(row, 'link', { signal_id: link.signal_id }));
  },
  undo: (row) => {
    const step = undoOf(row);
    if (step) void act(row, 'undo', { action_id: step.action_id });
  },
  copy: (row) => void copy(row),
  before: () => flip(-1),
  after: () => flip(1),
  left: () => stepSignal(-1),
  right: () => stepSignal(1),
};

/** True when the command was one of these and an incident is selected. */
export function incidentCommand(command: Command): boolean {
  const row = selectedRow.value;
  if (!row) return false;
  const level = /^digit([1-4])$/.exec(command);
  if (level) tryTo('set_severity', () => setLevel(row, Number(level[1]) as Level));
  else if (ACTING[command]) ACTING[command](row);
  else return false;
  return true;
}
