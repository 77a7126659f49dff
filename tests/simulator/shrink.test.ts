/** A run that fails is made as small as it still fails, and told by the command that makes it again. */
import { expect, it } from 'vitest';
import { FAULT_NAMES } from './faults/names.ts';
import { commandOf, type Plan } from './plan.ts';
import { shrink } from './shrink.ts';

const LARGE: Plan = { seed: 7, stations: 403, days: 30, eventsPerDay: 20, faults: FAULT_NAMES, atOnce: 4 };
/** Two stations, three days and a thief are what it takes. */
const problemsOf = ({ stations, days, faults }: Plan): readonly string[] =>
  stations >= 2 && days >= 3 && faults.includes('clone') ? ['a promise is broken'] : [];

it('leaves only what it takes to fail', async () => {
  const run = (plan: Plan) => Promise.resolve(problemsOf(plan));
  const found = await shrink({ plan: LARGE, problems: problemsOf(LARGE) }, run, () => true);
  expect(found.plan).toMatchObject({ seed: 7, stations: 2, days: 3, faults: ['clone'] });
  expect(found.problems).toEqual(['a promise is broken']);
  expect(commandOf(found.plan)).toBe(
    'npm run simulate -- --stations 2 --days 3 --events-per-day 5 --seed 7 --faults clone',
  );
});

it('ends when its time is up, with the smallest so far', async () => {
  let left = 3;
  const run = (plan: Plan) => Promise.resolve(problemsOf(plan));
  const found = await shrink({ plan: LARGE, problems: problemsOf(LARGE) }, run, () => left-- > 0);
  expect(found.runs).toBe(3);
  expect(problemsOf(found.plan)).not.toEqual([]);
  expect(found.plan.stations).toBeLessThan(403);
});
