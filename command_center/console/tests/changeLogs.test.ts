// The golden change logs that drive the hub's board too: the wall in the browser says the same after each stretch.
import { describe, expect, it } from 'vitest';
import { applyChanges, fromSnapshot } from '../src/board/board';
import { isHidden, shown } from '../src/board/importance';
import { count, NOTHING, tally } from '../src/board/tally';
import type { Row } from '../src/wire/messages';

const FILES = import.meta.glob<string>('../../../tests/command_center/change_logs/*.jsonl', { query: '?raw', import: 'default', eager: true });

interface Line {
  says: string;
  from: number;
  to: number;
  incidents: Row[];
  shown: string[];
  hidden: number;
}

it('are there', () => expect(Object.keys(FILES).length).toBeGreaterThan(0));

describe.each(Object.entries(FILES))('%s', (_name, text) => {
  const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Line);
  let board = fromSnapshot(0, []);
  const sum = { ...NOTHING };
  it.each(lines.map((line) => [line.says, line] as const))('%s', (_, line) => {
    for (const row of line.incidents) {
      const before = board.rows.get(row.incident_id);
      if (before) count(sum, before, '', -1);
      count(sum, row, '', 1);
    }
    const outcome = applyChanges(board, line);
    if (outcome.kind !== 'applied') throw new Error(outcome.kind);
    board = outcome.board;
    expect(shown(board.rows.values())).toEqual(line.shown);
    expect([...board.rows.values()].filter(isHidden)).toHaveLength(line.hidden);
    expect(sum).toEqual(tally(board.rows.values(), ''));
    expect(sum.hidden).toBe(line.hidden);
  });
});
