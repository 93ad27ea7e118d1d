// What a key press shows at once, before the hub has answered: a patch over one row, taken off again by the answer.
import type { ActionArguments, Handling, Level, Row } from '../wire/messages';

export interface Intent {
  action_id: string;
  incident_id: string;
  action: string;
  arguments: ActionArguments;
  /** fusion's revision of the row when the key was pressed */
  expected_revision: number;
  by: { login: string; name: string; unit: string };
  /** milliseconds */
  at: number;
}

function handle(row: Row, patch: Partial<Handling>): Row {
  return { ...row, handling: { ...row.handling, ...patch } };
}

function decided(row: Row, signalId: unknown): Row {
  const nested = row.nested.filter((one) => one.signal_id !== signalId);
  return { ...row, nested, provisional: Math.max(0, row.provisional - 1) };
}

type Patch = (row: Row, intent: Intent) => Row;

const PATCHES: Record<string, Patch> = {
  acknowledge: (row, { by }) => handle(row, { acknowledged_by: by.login, acknowledged_revision: row.revision }),
  claim: (row, { by }) => handle(row, { claimed_by: by.login, claimed_name: by.name, claimed_unit: by.unit }),
  release: (row) => handle(row, { claimed_by: null, claimed_name: '', claimed_unit: '', claimed_until: null }),
  dispatch: (row, { arguments: given }) => handle(row, { state: 'dispatched', unit: String(given['unit'] ?? '') }),
  file_and_dispatch: (row, { arguments: given }) => handle(row, { state: 'filed', unit: String(given['unit'] ?? '') }),
  confirm: (row) => ({ ...row, state: 'confirmed' }),
  dismiss: (row) => ({ ...row, state: 'rejected' }),
  close: (row) => ({ ...row, state: 'closed' }),
  accept: (row, { arguments: given }) => decided(row, given['signal_id']),
  refuse: (row, { arguments: given }) => decided(row, given['signal_id']),
  set_severity: (row, { arguments: given }) => ({ ...row, severity: Number(given['severity']) as Level }),
};

/** The row as it will be if the hub agrees. Unknown actions change nothing on the screen. */
export function patched(row: Row, intent: Intent): Row {
  return PATCHES[intent.action]?.(row, intent) ?? row;
}
