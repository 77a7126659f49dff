/**
 * A station that somebody has tampered with names rules that free it: a version the county never gave, the one of last
 * year, or none at all. Its facts are judged all the same, and a person is told where it began, once.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keepInForce } from '../../../county/server/exceptions/rulesNamed.ts';
import { createCounty, type County } from '../../../county/server/county.ts';
import { referenceVersionOf, putReference } from '../../../county/server/reference.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { MORNING_MS, sampleReference, signIn, STATION } from '../../db/support.ts';
import { emptyCounty } from '../../harness/countyDatabase.ts';
import { Judged } from './judged.ts';

let county: County;
let judged: Judged;
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  judged = new Judged(county);
  await give(3, 80);
});

async function give(version: number, maxPerDay: number): Promise<void> {
  const rules = { ...DEFAULT_RULES, version, points: { ...DEFAULT_RULES.points, maxPerDay } };
  await putReference(county.context, sampleReference({ grants: [], rules }));
}
/** Two hours, by the rules 20 points. */
function serve(volunteerId: number, points: number, rulesVersion: number): number {
  const signInSeq = judged.add(signIn(volunteerId), { rulesVersion });
  const credits = [{ day: shanghaiDay(MORNING_MS), minutes: 120, points }];
  const common = { volunteerId, cardNumber: 1, source: 'HID', actualMinutes: 120, credits } as const;
  return judged.add({ type: 'SIGNED_OUT', signInSeq, ...common }, { rulesVersion });
}
const credit = { kind: 'CREDIT', minutes: 120, points: 20 };

it('a version the county never gave frees nobody: told once where it begins, and judged by the newest', async () => {
  serve(1, 20, 3);
  const minted = serve(2, 90, 999);
  const again = serve(3, 90, 999);
  for (const batch of [1, 3, 100]) {
    expect(await judged.found(batch)).toEqual([
      [minted, credit],
      [again, credit],
    ]);
    expect(await judged.found(batch, 'UNKNOWN_RULES')).toEqual([
      [minted - 1, { kind: 'UNKNOWN_RULES', named: 999, version: 3 }],
    ]);
  }
});

it('version 0 is the built-in rules, and no way around the ones that were given', async () => {
  const minted = serve(2, 90, 0);
  await judged.expectFound([minted, credit]);
  expect(await judged.found(100, 'OLD_RULES', 'UNKNOWN_RULES')).toEqual([]);
});

it('a version that falls is told once, and its facts are judged by the one before', async () => {
  await give(4, 10);
  serve(1, 20, 3); // Had not heard of the next ones.
  serve(2, 10, 4);
  const old = serve(3, 20, 3);
  serve(1, 0, 3);
  serve(2, 0, 4);
  const anew = serve(2, 0, 3);
  for (const batch of [1, 3, 100]) {
    expect(await judged.found(batch)).toEqual([[old, { kind: 'CREDIT', minutes: 120, points: 10 }]]);
    const told = { kind: 'OLD_RULES', named: 3, version: 4 };
    expect(await judged.found(batch, 'OLD_RULES')).toEqual([
      [old - 1, told],
      [anew - 1, told],
    ]);
  }
});

it('rules that the station said it has bind it from then on, and not before', async () => {
  serve(1, 20, 3);
  await judged.send();
  await give(4, 10);
  const recorded = judged.journal.length + 2;
  const version = await referenceVersionOf(county.context, STATION);
  // An older word of it says nothing.
  await keepInForce(county.context.db as never, judged.at, version - 1, 0);
  await keepInForce(county.context.db as never, judged.at, version, recorded);
  serve(2, 20, 3);
  const old = serve(3, 20, 3);
  await judged.send(3, 2);
  const open = await judged.open('RULE_DIFFERENCE', 'OLD_RULES');
  expect(open.map(({ about, instead }) => [about.seq, instead])).toEqual([
    [old - 1, { kind: 'OLD_RULES', named: 3, version: 4 }],
    [old, { kind: 'CREDIT', minutes: 120, points: 10 }],
  ]);
});
