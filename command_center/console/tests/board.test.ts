import { beforeEach, describe, expect, it } from 'vitest';
import { applyChanges, EMPTY, fromSnapshot, withRow } from '../src/board/board';
import { row } from './rows';

let held = fromSnapshot(10, []);
beforeEach(() => {
  held = fromSnapshot(10, [row('a'), row('b')]);
});

describe('changes on the board', () => {
  it.each([
    ['right behind', 11, 11, 'applied'],
    ['overlapping what is held', 9, 12, 'applied'],
    ['one hole', 12, 12, 'gap'],
    ['already known', 8, 10, 'stale'],
    ['the very last known', 10, 10, 'stale'],
  ])('%s: %i..%i is %s', (_, from, to, kind) => {
    expect(applyChanges(held, { from, to, incidents: [row('a', { revision: 2 })], gone: [] }).kind).toBe(kind);
  });

  it('take the newest of each incident and leave the others alone', () => {
    const outcome = applyChanges(held, { from: 11, to: 14, incidents: [row('a', { revision: 5 }), row('c')], gone: [] });
    if (outcome.kind !== 'applied') throw new Error(outcome.kind);
    expect(outcome.board.seq).toBe(14);
    expect([...outcome.board.rows.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(outcome.board.rows.get('a')?.revision).toBe(5);
    expect(held.seq).toBe(10);
  });

  it('take off what this seat may not see any more', () => {
    const outcome = applyChanges(held, { from: 11, to: 11, incidents: [], gone: ['b'] });
    expect(outcome.kind === 'applied' && [...outcome.board.rows.keys()]).toEqual(['a']);
  });

  it('say which numbers are missing', () => {
    expect(applyChanges(held, { from: 14, to: 15, incidents: [], gone: [] })).toEqual({ kind: 'gap', missing: [11, 13] });
  });

  it('are a gap on an empty board that knows no number', () => {
    expect(applyChanges(EMPTY, { from: 5, to: 5, incidents: [], gone: [] }).kind).toBe('gap');
  });

  it('leave the empty board empty', () => {
    expect(applyChanges(EMPTY, { from: 1, to: 1, incidents: [row('a')] }).kind).toBe('applied');
    expect(withRow(EMPTY, row('a')).rows.size).toBe(1);
    expect(EMPTY.rows.size).toBe(0);
  });
});

describe('an answer to an action', () => {
  it('is put in unless the wall knows a newer revision', () => {
    expect(withRow(held, row('a', { revision: 3 })).rows.get('a')?.revision).toBe(3);
    expect(withRow(withRow(held, row('a', { revision: 3 })), row('a', { revision: 2 })).rows.get('a')?.revision).toBe(3);
  });
});

describe('any way of cutting a log into ranges', () => {
  it('leads to the same board', () => {
    const log = Array.from({ length: 60 }, (_, i) => row(`r${i % 7}`, { revision: i + 1 }));
    const cut = (size: number) => {
      let board = fromSnapshot(0, []);
      for (let at = 0; at < log.length; at += size) {
        const part = log.slice(at, at + size);
        const newest = [...new Map(part.map((one) => [one.incident_id, one])).values()];
        const outcome = applyChanges(board, { from: at + 1, to: at + part.length, incidents: newest, gone: [] });
        if (outcome.kind !== 'applied') throw new Error(outcome.kind);
        board = outcome.board;
      }
      return [...board.rows].sort(([a], [b]) => a.localeCompare(b));
    };
    for (const size of [2, 3, 7, 13, 60]) expect(cut(size)).toEqual(cut(1));
  });
});
