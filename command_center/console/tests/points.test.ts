// The integrator's form and the camera wall: fields by path, refusals beside them, rules as text, screens of cameras.
import { describe, expect, it } from 'vitest';
import { BLANK, entered, otherRefusals, refusalsAt, valueOf } from '../src/points/fields';
import { countersOf } from '../src/points/facts';
import { dayOf, daysQuery, percent } from '../src/points/rates';
import { hoursOf, hoursText, type Hours } from '../src/points/hours';
import { labelsOf, thresholdsOf, thresholdsText, tidy } from '../src/points/rules';
import { aimAt, coverageOf, type ViewFeature } from '../src/town/coverage';
import { found, screen } from '../src/videos/choice';
import type { CameraEntry, CameraRow, RuleEntry } from '../src/wire/messages';

describe('a field', () => {
  const entry = { id: 'a', name: 'A', url: 'rtsp://x', place: { lat: 1, lon: 2 }, legal: { sign: true } } as unknown as CameraEntry;

  it('is read and written by its path, all else untouched', () => {
    expect(valueOf(entry, 'place.lat')).toBe('1');
    expect(valueOf(entry, 'legal.sign')).toBe('true');
    expect(valueOf(entry, 'legal.purpose')).toBe('');
    expect(entered(entry, { path: 'place.lat', kind: 'number' }, '34.5')).toEqual({ ...entry, place: { lat: 34.5, lon: 2 } });
    expect(entered(entry, { path: 'legal.sign', kind: 'flag' }, 'false').legal).toEqual({ sign: false });
  });

  it('that is left empty is left out, so that the default holds', () => {
    expect(entered(entry, { path: 'legal.sign', kind: 'flag' }, '')).not.toHaveProperty('legal');
    expect(entered(entry, { path: 'priority', kind: 'number' }, ' ')).toEqual(entry);
  });

  it('keeps what is no number, so that the hub can say so', () => {
    expect(entered(BLANK, { path: 'place.lat', kind: 'number' }, '34,5').place.lat).toBe('34,5');
  });

  it('shows the refusals that are about it or a part of it; the rest is shown above', () => {
    const refusals = [
      { field: 'place.lat', reason: 'missing', hint: '' }, { field: 'legal.retention_days', reason: 'at least 30', hint: '' },
      { field: 'zones[0].points', reason: 'crosses', hint: '' }, { field: '', reason: 'twice', hint: '' },
    ];
    expect(refusalsAt(refusals, 'place.lat')).toHaveLength(1);
    expect(refusalsAt(refusals, 'place.lon')).toHaveLength(0);
    expect(otherRefusals(refusals).map(({ reason }) => reason)).toEqual(['crosses', 'twice']);
  });
});

describe('a rule', () => {
  const rule = { rule: 'crowd_gathering', zone: null, line: null, direction: 'both', hours: [{ days: [1], dates: [], start: '22:00:00', until: '05:00:00' }], labels: [], thresholds: { count: 20 } } as unknown as RuleEntry;

  it('is one line of text and back', () => {
    expect(thresholdsText(rule)).toBe('count=20');
    expect(thresholdsOf('count = 20, seconds=7.5；x=-1')).toEqual({ count: 20, seconds: 7.5, x: -1 });
    expect(thresholdsOf('')).toEqual({});
    expect(thresholdsOf('count')).toBeNull();
    expect(labelsOf(' fire，smoke ')).toEqual(['fire', 'smoke']);
  });

  it.each([
    ['22:00-05:00', { start: '22:00', until: '05:00' }],
    ['周1-5 7:30-08:30', { days: [1, 2, 3, 4, 5], start: '07:30', until: '08:30' }],
    ['周一至周五 07:30 – 08:30', { days: [1, 2, 3, 4, 5], start: '07:30', until: '08:30' }],
    ['周六日', { days: [6, 7] }],
    ['周末 06:00-09:00', { days: [6, 7], start: '06:00', until: '09:00' }],
    ['周6-1', { days: [1, 6, 7] }],
    ['2026-12-01+2026-12-11 06:00-12:00', { dates: ['2026-12-01', '2026-12-11'], start: '06:00', until: '12:00' }],
  ])('is awake at «%s»', (said, hours) => {
    expect(hoursOf(said)).toEqual([hours]);
    expect(hoursOf(hoursText(hoursOf(said)!))).toEqual([hours]);
  });

  it.each(['at night', '周8 07:00-08:00', '25:00-26:00', '07:00-08:60', '07:00', '周1 周2', '3', '2026-1-1', '24:01-05:00'])('knows no time «%s»', (said) => {
    expect(hoursOf(said)).toBeNull();
  });

  it('says days, dates and hours only where they are not all', () => {
    const hours = [
      { days: [1, 2, 3, 4, 5, 6, 7], dates: [], start: '22:00:00', until: '05:00:00' }, { days: [3, 1], dates: [], start: '00:00:00', until: '00:00:00' }, { days: [1, 2, 3, 4, 5, 6, 7], dates: [], start: '00:00:00', until: '00:00:00' },
    ] as Hours[];
    expect(hoursText(hours)).toBe('22:00-05:00, 周13, 00:00-24:00');
    expect(hoursOf('')).toEqual([]);
  });

  it('says only what it means', () => {
    expect(tidy(rule)).toEqual({ rule: 'crowd_gathering', hours: rule.hours, thresholds: { count: 20 } });
    expect(tidy({ ...rule, hours: [], thresholds: {}, direction: 'left' })).toEqual({ rule: 'crowd_gathering', direction: 'left' });
  });
});

function row(camera_id: string, more: Partial<CameraRow> = {}): CameraRow {
  return { camera_id, name: camera_id, bureau: 'traffic', health: 'online', landmark_no: null, grid_code: null, lat: 34, lon: 118, view_range_m: 100, ...more } as CameraRow;
}

describe('the camera wall', () => {
  const all = [row('c', { name: '学校' }), row('a', { name: '广场', landmark_no: 'SP-1' }), row('b', { name: '广场', health: 'offline', bureau: 'urban_management' })];
  const ids = (cameras: readonly CameraRow[]): string => cameras.map((one) => one.camera_id).join('');

  it('finds by bureau, state and words', () => {
    expect(ids(found(all, { bureau: '', state: '', text: '' }))).toBe('abc');
    expect(ids(found(all, { bureau: 'traffic', state: '', text: '' }))).toBe('ac');
    expect(ids(found(all, { bureau: '', state: 'bad', text: '' }))).toBe('b');
    expect(ids(found(all, { bureau: '', state: '', text: '广场 sp-1' }))).toBe('a');
  });

  it('shows what is picked, else all, screen by screen', () => {
    const many = Array.from({ length: 10 }, (_, i) => row(String(i)));
    expect(ids(screen(many, [], 4, 2).shown)).toBe('89');
    expect(screen(many, [], 4, 9)).toMatchObject({ at: 2, all: 3 });
    expect(ids(screen(many, ['7', '3'], 4, 0).shown)).toBe('37');
    expect(screen([], [], 9, 0)).toEqual({ shown: [], at: 0, all: 1 });
  });
});

describe('the coverage', () => {
  const view = (camera_id: string): ViewFeature => ({ type: 'Feature', properties: { camera_id }, geometry: { type: 'Polygon', coordinates: [] } });

  it('is a hole where a registered camera has no picture, by what the feed says now', () => {
    const cameras = new Map([['a', row('a')], ['b', row('b', { health: 'stale' })]]);
    const { seen, holes } = coverageOf({ type: 'FeatureCollection', features: ['a', 'b', 'gone'].map(view) }, cameras);
    expect(seen.features.map((one) => one.properties.camera_id)).toEqual(['a']);
    expect(holes.features.map((one) => one.properties.camera_id)).toEqual(['b']);
  });

  it('is looked at from where all cameras are in sight', () => {
    expect(aimAt([])).toBeNull();
    expect(aimAt([row('a')])).toEqual({ at: [118, 34], across: 400 });
    expect(aimAt([row('a'), row('b', { lat: 34.01 })])!.across).toBeCloseTo((1113.2 + 200) * 1.15, 0);
  });
});

describe('the rates', () => {
  it('take whole days, the last one too', () => {
    const query = new URLSearchParams(daysQuery('2026-11-24', '2026-11-25')!);
    expect(Date.parse(query.get('to')!) - Date.parse(query.get('from')!)).toBe(2 * 86_400_000);
    expect(dayOf(Date.parse(query.get('from')!))).toBe('2026-11-24');
    expect(daysQuery('2026-11-25', '2026-11-24')).toBeNull();
    expect(daysQuery('', '2026-11-24')).toBeNull();
  });

  it.each([[null, '—'], [1, '100.0%'], [0.9999, '99.9%'], [0.5, '50.0%'], [0, '0.0%']])('%s reads %s', (share, text) => expect(percent(share)).toBe(text));
});

describe('counters', () => {
  it('come the way a picture goes, those that nobody knows last', () => {
    const counters = { reconnects: 1, analysed: 2, new_one: 3, packets: 4, decoded: 5, lost: 6 };
    expect(countersOf({ counters }).map(([name]) => name)).toEqual(['packets', 'decoded', 'analysed', 'lost', 'reconnects', 'new_one']);
  });
});
