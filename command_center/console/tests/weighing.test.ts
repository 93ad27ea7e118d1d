import { describe, expect, it } from 'vitest';
import { noteOf } from '../src/weighing/notes';
import { movedBy, optionsOf, outsideOf, remarks, weighing } from '../src/weighing/options';
import { at, axisOf, inUnit, waterfall, type Unit } from '../src/weighing/waterfall';
import type { Candidate, Decision, Row } from '../src/wire/messages';
import { later, row } from './rows';

const NO_DETAILS: Candidate['details'] = {
  outlier: false, barrier: '', claim: '', kinds: {}, shared: [], only_here: [], source_median_s: 0, new_rate_km2_h: 0, activity: 1, coverage: 0,
};
const candidate = (incident_id: string, p: number, more: Partial<Candidate> = {}): Candidate =>
  ({ incident_id, score: 0, p, terms: { space: 1, words: -2 }, distance_m: 38.4, sigma_m: 120, lag_s: 360, details: NO_DETAILS, ...more }) as Candidate;
const decision = (more: Partial<Decision> = {}): Decision =>
  ({
    decision_id: 'd', signal_id: 's', incident_id: 'a', chosen: 'join', p: 0.9, margin: 2, candidates: [candidate('a', 0.9), candidate('b', 0.06)], constraints: [],
    gate: { cells: 4, candidates: 2 }, decided_at: later(60), params_version: 'v', ...more,
  }) as Decision;
const here = { incident_id: 'a', redirects: ['old'] };

describe('the waterfall', () => {
  const terms = { words: 0.7239, prior: -1.1245, space: 2.6906, bias: -0.5, kind: 0.5537, time: 1.2219, later_term: 0.001 };
  it('goes through the terms in their order, calibration last', () => {
    expect(waterfall(terms, 'nats').steps.map((one) => one.term)).toEqual(['space', 'time', 'kind', 'words', 'prior', 'later_term', 'bias']);
  });
  it('starts each bar where the last one ended', () => {
    const { steps, sum } = waterfall(terms, 'nats');
    expect(steps.map((one) => one.from)).toEqual([0, ...steps.slice(0, -1).map((one) => one.to)]);
    expect(steps.at(-1)?.to).toBe(sum);
  });
  it.each<Unit>(['nats', 'db'])('prints parts that add up to the printed sum in %s', (unit) => {
    const read = (printed: string): number => Math.round(Number(printed.replace('−', '-')) * 100);
    for (let seed = 1; seed <= 500; seed += 1) {
      const some = Object.fromEntries(['space', 'time', 'kind', 'words', 'prior', 'bias'].map((name, i) => [name, Math.sin(seed * 12.9898 + i * 78.233) * 9]));
      const { steps, printed } = waterfall(some, unit);
      expect(steps.reduce((all, one) => all + read(one.printed), 0)).toBe(read(printed));
      for (const one of steps) expect(Math.abs(read(one.printed) / 100 - (some[one.term] ?? 0) * (unit === 'nats' ? 1 : 10 / Math.LN10))).toBeLessThan(unit === 'nats' ? 0.0101 : 0.101);
    }
  });
  it('says decibans as ten times the decimal logarithm', () => expect(inUnit(Math.LN10, 'db')).toBe('+10.0'));
  it('has zero and both ends on an axis with round ticks', () => {
    const axis = axisOf(waterfall({ space: 3.9, prior: -1.1 }, 'nats'));
    expect(axis.ticks).toEqual([0, 1, 2, 3, 4]);
    expect(axisOf(waterfall({ space: -18 }, 'nats')).ticks).toEqual([-20, -15, -10, -5, 0]);
    expect(at(axis, 2)).toBe(50);
  });
  it('has an axis even when every term is nothing', () => expect(axisOf(waterfall({ space: 0 }, 'nats')).high).toBeGreaterThan(0));
});

describe('what a signal was weighed against', () => {
  it('is each candidate, then a new one with what is left of the probability', () => {
    const options = optionsOf(decision(), here);
    expect(options.map((one) => [one.kind, one.kind === 'candidate' && one.taken])).toEqual([['candidate', true], ['candidate', false], ['new', false]]);
    expect(options[2]).toMatchObject({ kind: 'new', p: expect.closeTo(0.04) as number });
  });
  it('is nothing when nothing passed the gate', () => expect(optionsOf(decision({ candidates: [], chosen: 'new' }), here)).toEqual([]));
  it('calls an incident that was merged into this one this one', () => {
    expect(optionsOf(decision({ candidates: [candidate('old', 0.9)] }), here)[0]).toMatchObject({ here: true });
  });
  it.each<[string, Partial<Decision>, string, string]>([
    ['taken and sure', {}, 'chosen', 'not_other'],
    ['taken, but waits', { chosen: 'provisional' }, 'provisional', 'not_other'],
    ['a call beside a call', { chosen: 'provisional', constraints: ['call_beside_call'] }, 'call_rule', 'not_other'],
    ['below the band', { chosen: 'new', incident_id: 'c' }, 'not_new', 'not_new'],
    ['set apart by a person', { constraints: ['never_merge:b'] }, 'chosen', 'not_never'],
    ['closed by a person', { constraints: ['closed_by_person:b'] }, 'chosen', 'not_closed'],
    ['closed by silence', { constraints: ['closed_by_silence:b'] }, 'chosen', 'not_silent'],
  ])('says why: %s', (_name, more, first, second) => {
    expect(optionsOf(decision(more), here).slice(0, 2).map((one) => one.kind === 'candidate' && one.why)).toEqual([first, second]);
  });
  it('is taken from the newest weighing, and what a person did later is said beside it', () => {
    const decisions = [decision({ decision_id: '1' }), decision({ decision_id: '2' }), decision({ decision_id: '3', candidates: [], constraints: ['person:move:act'] })];
    expect(weighing({ decisions }, 's')?.decision_id).toBe('2');
    expect(movedBy({ decisions }, 's')).toEqual({ who: 'person', how: 'move' });
    expect(movedBy({ decisions: [...decisions, decision({ candidates: [], constraints: ['machine:regrouped'] })] }, 's')).toEqual({ who: 'machine', how: 'regrouped' });
    expect([weighing({ decisions }, 'other'), movedBy({ decisions: decisions.slice(0, 2) }, 's')]).toEqual([null, null]);
  });
});

describe('what else is told', () => {
  it('is a source that was silent and what was mended', () => {
    expect(remarks(decision({ constraints: ['source_silent:grid', 'odd:time_in_future', 'never_merge:b'] }))).toEqual([['source_silent', 'grid'], ['odd', 'time_in_future']]);
  });
});

describe('an incident outside the gate', () => {
  const near = (id: string, more: Partial<Row> = {}): Row => row(id, { place: { lat: 34.334, lon: 118, radius_m: 30 }, ...more });
  it('is near, alive, was there then, and was not weighed', () => {
    expect(outsideOf(decision(), row('a'), [near('x')])).toEqual([{ kind: 'outside', incident_id: 'x', metres: expect.closeTo(445, 0) as number }]);
  });
  it.each([
    ['weighed', near('b')], ['the incident itself', near('a')], ['closed', near('x', { state: 'closed' })], ['younger than the decision', near('x', { observed_at: later(61) })],
    ['real beside a drill', near('x', { exercise: false })], ['far away', near('x', { place: { lat: 34.34, lon: 118, radius_m: 30 } })],
  ])('is none when it is %s', (_name, other) => expect(outsideOf(decision(), row('a'), [other])).toEqual([]));
  it('is not guessed when more passed the gate than were kept', () => {
    expect(outsideOf(decision({ gate: { cells: 4, candidates: 9 } }), row('a'), [near('x')])).toEqual([]);
  });
});

describe('what a term was made of', () => {
  const full = candidate('a', 0.9, {
    terms: { words: 2.5 },
    details: {
      ...NO_DETAILS, barrier: '白沙河', claim: 'crowd?', kinds: { dispute: 0.12, crowd: 0.83, fire: 0.01, false_alarm: 0.04 }, shared: [['红色轿车', 2.9]], only_here: ['争吵'],
      source_median_s: 300, new_rate_km2_h: 0.123, activity: 2.8, coverage: 1.44,
    },
  });
  it.each([
    ['space', '相距 38 米 · 误差 σ 120 米 · 隔着白沙河'],
    ['time', '晚报 6 分钟 · 该来源中位 5 分钟'],
    ['kind', '自称人员聚集（笼统） · 合看为 人员聚集 83%、纠纷 12%、误报 4%'],
    ['words', '共有 红色轿车 +2.90 · 仅此信号 争吵 · 其余 −0.40'],
    ['prior', '新事件率 0.12 件/平方公里·时 · 近几小时事件数是平时的 2.8 倍 · 平均 1.4 路摄像机看得到'],
    ['bias', '对自动并入的谨慎，按本来源历来的对错'],
    ['of a later model', ''],
  ])('%s', (term, note) => expect(noteOf(term, full, 'nats')).toBe(note));
  it('says little of a decision from before details were kept', () => {
    const old = candidate('a', 0.9, { terms: {}, lag_s: -90 });
    expect(['space', 'time', 'kind', 'words', 'prior'].map((term) => noteOf(term, old, 'nats'))).toEqual([
      '相距 38 米 · 误差 σ 120 米', '早 2 分钟', '', '没有可比的用词', '',
    ]);
  });
});
