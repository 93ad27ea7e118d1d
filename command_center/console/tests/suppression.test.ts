import { describe, expect, it } from 'vitest';
import { drawn, lacks, ringAround, type Draft } from '../src/suppression/area';
import { inTab } from '../src/board/tabs';
import { tally } from '../src/board/tally';
import { listen, SILENT } from '../src/sound/decide';
import { handling, row, T0 } from './rows';

describe('a circle around a place', () => {
  it.each([50, 500])('has all its corners %i metres away', (metres) => {
    for (const [lat, lon] of ringAround(34.33, 118, metres)) {
      const north = (lat - 34.33) * 111_320;
      const east = (lon - 118) * 111_320 * Math.cos((34.33 * Math.PI) / 180);
      expect(Math.hypot(north, east)).toBeCloseTo(metres, 3);
    }
  });
  it('is drawn as a closed ring, longitude first; two corners are no area', () => {
    const [feature] = drawn([[[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4]]]).features;
    expect(feature?.geometry.coordinates).toEqual([[[2, 1], [4, 3], [6, 5], [2, 1]]]);
    expect(drawn([[[1, 2], [3, 4]]]).features).toEqual([]);
  });
});

describe('an order', () => {
  const whole: Draft = { ring: ringAround(34, 118, 50), kinds: ['crowd'], sources: ['camera'], from: null, until: T0 + 1, reason: '广场舞赛' };
  it.each([
    [{}, []], [{ ring: [] }, ['quiet_area']], [{ kinds: [] }, ['quiet_kinds']], [{ sources: [] }, ['quiet_sources']], [{ until: T0 }, ['quiet_for']],
    [{ from: T0 + 9 }, ['quiet_for']], [{ reason: ' 比赛 ' }, ['quiet_why']],
  ] as const)('with %j lacks %j', (more, expected) => expect(lacks({ ...whole, ...more }, T0)).toEqual(expected));
});

describe('a hidden row', () => {
  const hidden = row('a', { severity: 2, sound: true, suppressed: ['quiet'] });
  it('makes no sound, and sounds when it comes back', () => {
    const [state, silent] = listen(SILENT, [hidden], T0, true);
    expect(silent).toEqual([]);
    expect(listen(state, [{ ...hidden, suppressed: [] }], T0 + 1000, false)[1]).toEqual(['level2']);
  });
  it('is in one tab only, and counted there only', () => {
    expect((['wall', 'look', 'mine', 'hidden', 'closed'] as const).filter((tab) => inTab(tab, hidden, 'me'))).toEqual(['hidden']);
    expect(tally([hidden], 'me')).toEqual({ live: 0, level1: 0, unsent: 0, provisional: 0, look: 0, mine: 0, hidden: 1 });
  });
  it('that ended is closed like any other', () => {
    const over = { ...hidden, state: 'closed' as const, handling: handling() };
    expect(inTab('hidden', over, 'me')).toBe(false);
    expect(inTab('closed', over, 'me')).toBe(true);
  });
});
