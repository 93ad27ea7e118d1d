// A key press is seen at once, and stays seen until fusion has answered it.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Intent } from '../src/board/overlay';
import { answered, lay, lift, rows, settleIntents, show, takeOver } from '../src/board/shown';
import { row } from './rows';
import type { Row } from '../src/wire/messages';

vi.stubGlobal('window', { setTimeout: () => 0, clearTimeout: () => undefined });
vi.stubGlobal('requestAnimationFrame', () => 0);

const CALL = { signal_id: 'call-2' } as Row['nested'][number];

function hubSays(one: Row): void {
  takeOver(new Map([[one.incident_id, one]]), [one.incident_id]);
  show();
  settleIntents([one]);
}

function accept(revision: number): Intent {
  const by = { login: 'd', name: 'D', unit: 'U' };
  return { action_id: 'x', incident_id: 'a', action: 'accept', arguments: { signal_id: 'call-2' }, expected_revision: revision, by, at: 0 };
}

const nested = (): number => rows.value.get('a')?.nested.length ?? -1;

describe('what was just asked for', () => {
  beforeEach(() => {
    lift('x');
    hubSays(row('a', { revision: 3, nested: [CALL] }));
    lay(accept(3));
  });

  it('is seen at once', () => {
    expect(nested()).toBe(0);
  });

  it('stays when the row changes for another reason', () => {
    hubSays(row('a', { revision: 3, nested: [CALL], provisional: 1 }));
    expect(nested()).toBe(0);
  });

  it('gives way to the next revision, whatever that says', () => {
    hubSays(row('a', { revision: 4, nested: [CALL] }));
    expect(nested()).toBe(1);
  });

  it('stays when the answer is faster than the row, and gives way to the row', () => {
    answered('x', 4);
    expect(nested()).toBe(0);
    hubSays(row('a', { revision: 4, nested: [] }));
    expect(nested()).toBe(0);
    hubSays(row('a', { revision: 5, nested: [CALL] }));
    expect(nested()).toBe(1);
  });

  it('is taken off by an answer to a row that is there already', () => {
    answered('x', 3);
    expect(nested()).toBe(1);
  });

  it('is taken off when it is refused', () => {
    lift('x');
    expect(nested()).toBe(1);
  });
});
