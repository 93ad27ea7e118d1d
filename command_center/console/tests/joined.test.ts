import { describe, expect, it } from 'vitest';
import { defaultOf, inOrder, isFounder } from '../src/incident/chosen';
import { gravest } from '../src/incident/gravest';
import { besideCall, nestedBesideCall, weakest } from '../src/incident/provisional';
import { byImportance } from '../src/board/importance';
import type { Decision, Level, Member } from '../src/wire/messages';
import { later, row } from './rows';

const signal = (signal_id: string, source: string, provisional = false) => ({ signal_id, source, provisional });
const member = (signal_id: string, source: string, more: Partial<Member> = {}): Member =>
  ({ signal_id, source, provisional: false, terms: {}, joined_by: 'machine', observed_at: later(0), ...more }) as Member;

describe('a call that waits for a decision', () => {
  it.each([
    ['beside a camera alone is not a repeated call', [signal('c', 'camera'), signal('a', 'police_110', true)], 'a', 'police_110', false],
    ['beside a call is', [signal('b', 'police_110'), signal('a', 'police_110', true)], 'a', 'police_110', true],
    ['before another call that waits too is not', [signal('c', 'camera'), signal('a', 'police_110', true), signal('b', 'police_110', true)], 'a', 'police_110', false],
    ['after another call that waits too is', [signal('c', 'camera'), signal('a', 'police_110', true), signal('b', 'police_110', true)], 'b', 'police_110', true],
    ['a grid report never is', [signal('b', 'police_110'), signal('g', 'grid', true)], 'g', 'grid', false],
  ])('%s', (_name, signals, signal_id, source, expected) => expect(nestedBesideCall({ signals }, { signal_id, source })).toBe(expected));
  it('is a repeated call when its newest decision says so', () => {
    const one = member('a', 'police_110', { provisional: true });
    const decisions = [{ signal_id: 'a', constraints: ['call_beside_call'] }] as unknown as Decision[];
    expect(besideCall({ signals: [member('c', 'camera'), one], decisions }, one)).toBe(true);
    expect(besideCall({ signals: [member('c', 'camera'), one], decisions: [] }, one)).toBe(false);
  });
  it('names the term that speaks against it, or none', () => {
    expect(weakest({ space: 2, prior: -1.3, time: -0.2 })).toEqual(['prior', -1.3]);
    expect(weakest({ space: 2 })).toBeNull();
  });
});

describe('the signal that is looked at', () => {
  const founder = member('f', 'camera');
  const weighed = member('w', 'grid', { terms: { space: 1 }, observed_at: later(9) });
  it('is the last that had to be weighed, else the first', () => {
    expect(defaultOf([founder, weighed])?.signal_id).toBe('w');
    expect(defaultOf([founder])?.signal_id).toBe('f');
    expect(defaultOf([])).toBeNull();
  });
  it('comes in the order of happening', () => expect(inOrder({ signals: [weighed, founder] }).map((one) => one.signal_id)).toEqual(['f', 'w']));
  it('founds an incident only by machine and without a score', () => {
    expect([founder, weighed, member('p', 'grid', { joined_by: 'person' })].map(isFounder)).toEqual([true, false, false]);
  });
});

describe('the gravest few', () => {
  it('are the same as the head of the whole order', () => {
    const list = Array.from({ length: 60 }, (_, i) => row(`r${i}`, { severity: (((i * 7) % 4) + 1) as Level, observed_at: later((i * 37) % 101) }));
    expect(gravest(list, 5, () => true)).toEqual(byImportance(list).slice(0, 5));
    expect(gravest(list, 5, (one) => one.severity > 2)).toEqual(byImportance(list.filter((one) => one.severity > 2)).slice(0, 5));
  });
  it('are none of none', () => expect(gravest([], 5, () => true)).toEqual([]));
});
