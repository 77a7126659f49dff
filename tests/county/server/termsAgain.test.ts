/** A station that says of itself how points settle and lapse, and whose household an award is: the county goes by what it gave. */
import { expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { putReference } from '../../../county/server/reference.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { sampleReference } from '../../db/support.ts';
import { judgedAnew, type Judged } from './judged.ts';

const rules = {
  ...DEFAULT_RULES,
  version: 3,
  points: { ...DEFAULT_RULES.points, settlement: 'posted' },
  ledger: {
    ...DEFAULT_RULES.ledger,
    expiry: 'YEAR_END',
    awards: { ...DEFAULT_RULES.ledger.awards, maxPerHouseholdMonth: 30 },
  },
} as const;
const county_ = { settlement: 'posted', expiry: 'YEAR_END', expiryMonths: 12 } as const;
const expected = { kind: 'TERMS', ...county_ };

let county: County;
let judged: Judged;
judgedAnew(async (begun) => {
  judged = begun;
  ({ county } = begun);
  const { holidays, extraWorkdays, ...ledger } = rules.ledger;
  const lists = { holidays: [...holidays], extraWorkdays: [...extraWorkdays] };
  await putReference(
    county.context,
    sampleReference({ grants: [], rules: { ...rules, ledger: { ...ledger, ...lists } } }),
  );
});

const start = (rulesVersion: number) =>
  judged.add({ type: 'STATION_STARTED', osBoot: 'b', appVersion: '1' }, { rulesVersion });
const declare = (terms: Partial<EventDraft<'LEDGER_TERMS_SET'>>): number =>
  judged.add({ type: 'LEDGER_TERMS_SET', fromVersion: 3, ...county_, ...terms });
const award = (holderId: number, householdId: number, holder: 'PERSON' | 'HOUSEHOLD' = 'PERSON'): number =>
  judged.add({
    type: 'POINTS_AWARDED',
    ...{ holder, holderId, householdId, awardId: holder === 'PERSON' ? 2 : 5, points: 20, reason: '' },
  });

it('terms are the county\u2019s, or tighter ones', async () => {
  start(0);
  declare({});
  declare({ expiry: 'MONTHS', expiryMonths: 1 }); // Never later than the end of the year, but for December.
  const late = declare({ expiry: 'NONE' });
  const atOnce = declare({ settlement: 'immediate' });
  const ofOthers = declare({ fromVersion: 0 });
  const [, , byMonth] = judged.journal;
  await judged.expectFound(
    [byMonth?.seq ?? 0, expected],
    [late, expected],
    [atOnce, expected],
    [ofOthers, expected],
  );
});

it('a station that declares nothing has the terms of before, and is found where the new rules begin', async () => {
  start(0);
  const begun = start(3);
  start(3);
  await judged.expectFound([begun, expected]);
  declare({});
  for (const batch of [1, 2, 100]) expect(await judged.found(batch)).toEqual([[begun, expected]]);
});

it('terms that were declared with the rules hold for the next version too', async () => {
  start(0);
  declare({});
  start(3);
  await judged.expectFound();
});

it('whatever household an award names, it counts against the one that the county gave', async () => {
  declare({});
  award(1, 0);
  const second = award(2, 777);
  const household = award(1, 0, 'HOUSEHOLD');
  // Of another village: nobody here knows the household, and each counts as one alone.
  award(4, 1);
  const alone = award(4, 778);
  const cap = { kind: 'HOUSEHOLD_AWARDS', points: 30 };
  await judged.expectFound([second, cap], [household, cap], [alone, cap]);
});
