/**
 * A village may be stricter than its county. Station 17's committee has written into station.json that nobody gets
 * more than 40 points a day here; the county's 80 hold elsewhere. Then the county itself goes down to 30.
 */
import { afterEach, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { sampleReference, open, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

let close: () => void = () => undefined;
afterEach(() => {
  close();
});

const withCap = (version: number, maxPerDay: number) =>
  sampleReference({
    version,
    rules: { ...DEFAULT_RULES, version, points: { ...DEFAULT_RULES.points, maxPerDay } },
  });

it('holds a station to its own tighter rules, and to the county’s where its own would be looser', () => {
  const store = open(tempDir(), new TestClock(), {
    ruleWishes: { points: { maxPerDay: 40, maxPerMonth: 200 }, shop: { openDaysOfMonth: [15] } },
  });
  close = () => store.close();
  store.applyReference(withCap(1, 80));
  expect(store.views.rules()).toMatchObject({ version: 1, points: { maxPerDay: 40 } });
  expect(store.views.looserWishes()).toEqual([]);

  store.applyReference(withCap(2, 30));
  // Only the wish that is the looser one now falls away.
  expect(store.views.rules()).toMatchObject({
    version: 2,
    points: { maxPerDay: 30, maxPerMonth: 200 },
    shop: { openDaysOfMonth: [15] },
  });
  expect(store.views.looserWishes()).toEqual(['points.maxPerDay']);
});
