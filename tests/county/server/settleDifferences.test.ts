/**
 * Every kind of difference, from the station's fact to the end: the county finds it, a person decides, the station carries
 * it out, and the exception is closed. What could only fail is not offered.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCounty, type County } from '../../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../../county/server/exceptions/inbox.ts';
import { settleException } from '../../../county/server/exceptions/settle.ts';
import { putReference } from '../../../county/server/reference.ts';
import { openJournalReader } from '../../../db/reader.ts';
import type { HolderKind } from '../../../domain/points/account.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { MORNING_MS, sampleReference, sha256, signIn, STATION } from '../../db/support.ts';
import { emptyCounty } from '../../harness/countyDatabase.ts';
import { Outpost } from '../../harness/courier.ts';
import { signOut } from './exceptionFacts.ts';

const WANG = 1;
const RICE = 1;
/** Scarce: one in a quarter. */
const UMBRELLA = 3;
const AWAY = 18;
const DAY = shanghaiDay(MORNING_MS);
const rules = {
  ...DEFAULT_RULES,
  version: 3,
  attendance: { ...DEFAULT_RULES.attendance, maxPairsPerActivityDay: 1 },
  points: { ...DEFAULT_RULES.points, maxPerDay: 30, maxPerMonth: 40 },
  shop: {
    ...DEFAULT_RULES.shop,
    openDaysOfMonth: [],
    openHours: [{ fromMinute: 0, toMinute: 1440 }],
    keeperConfirmsAbovePoints: 1000,
    maxPointsPerMonth: 20,
  },
  ledger: {
    ...DEFAULT_RULES.ledger,
    maxIssuedPerMonth: 60,
    awards: { ...DEFAULT_RULES.ledger.awards, maxPerHouseholdMonth: 20 },
    gifts: { enabled: true, perHundredEarned: 100 },
  },
};

let county: County;
let post: Outpost;
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  const goods = sampleReference().goods.map((entry) => ({ ...entry, unitPoints: 10 }));
  await putReference(county.context, sampleReference({ grants: [], rules, goods }));
  post = new Outpost(county, STATION);
  await post.take();
  for (const goodsId of [RICE, UMBRELLA])
    post.record({ type: 'STOCK_MOVED', goodsId, quantity: 9, reason: 'DONATION', note: '' });
  return () => post.store.close();
});

const sums = (holderId: number, holder: HolderKind = 'PERSON') => post.store.views.sums({ holder, holderId });
/** The next fact's number. */
const next = (at = post): number => at.store.syncState().recorded + 1;
function serve(volunteerId: number, minutes: number, points: number, day = DAY, at = post): void {
  const signInSeq = next(at);
  at.record(signIn(volunteerId, signInSeq));
  const credits = [{ day, minutes, points }];
  at.record({ ...signOut(signInSeq, volunteerId, minutes, points), credits } as EventDraft);
}
const award = (holderId: number, points: number, holder: 'PERSON' | 'HOUSEHOLD' = 'PERSON') =>
  post.record({
    type: 'POINTS_AWARDED',
    ...{ holder, holderId, householdId: 0, awardId: holder === 'PERSON' ? 2 : 5, points, reason: '好事' },
  });
const sale = (unitPoints: number, quantity = 1, volunteerId = WANG) =>
  ({
    volunteerId,
    cardNumber: 1001,
    source: 'HID',
    confirmedBy: 'CARD',
    lines: [{ goodsId: RICE, quantity, unitPoints }],
    totalPoints: unitPoints * quantity,
  }) as const;

async function inbox(settled = false, of = 'RULE_DIFFERENCE'): Promise<readonly ExceptionOverview[]> {
  const { exceptions } = await listExceptions(county.context, { settled });
  return exceptions.filter(({ kind }) => kind === of);
}
async function onlyOne(kind: string): Promise<ExceptionOverview> {
  await post.meet();
  const open = await inbox();
  expect(open.map(({ instead }) => (instead as { kind: string }).kind)).toEqual([kind]);
  return open[0] as ExceptionOverview;
}
async function settle({ stationId, alertId }: ExceptionOverview, how: string) {
  const said = { by: '王主任', note: '查过了' };
  return settleException(county.context, { stationId, alertId, how, which: 0, ...said });
}

/** What was wrong, and what of it is open at the station when the county's word has been carried out. */
const REVERSED: Readonly<Record<string, { readonly wrong: () => void; readonly reversed: number }>> = {
  CREDIT: { wrong: () => serve(WANG, 60, 20), reversed: 20 },
  DAY: {
    wrong: () => {
      serve(WANG, 180, 30);
      serve(WANG, 60, 10);
    },
    reversed: 10,
  },
  MONTH: {
    wrong: () => {
      serve(WANG, 180, 30);
      serve(WANG, 120, 20, DAY + 1);
    },
    reversed: 20,
  },
  AWARD: { wrong: () => award(WANG, 25), reversed: 25 },
  HOUSEHOLD_AWARDS: {
    wrong: () => {
      award(2, 20);
      award(WANG, 20);
    },
    reversed: 20,
  },
  VILLAGE_MONTH: {
    wrong: () => {
      serve(2, 180, 30);
      serve(3, 180, 30);
      serve(WANG, 60, 10);
    },
    reversed: 10,
  },
};
for (const [kind, { wrong, reversed }] of Object.entries(REVERSED))
  it(`${kind}: the points are taken back by the station`, async () => {
    wrong();
    const found = await onlyOne(kind);
    expect(found.choices).toEqual(['REVERSE', 'LET_STAND']);
    expect(await settle(found, 'REFUND')).toEqual({ ok: false, error: { kind: 'MALFORMED' } });
    expect(await settle(found, 'REVERSE')).toEqual({ ok: true, value: { state: 'WAITING' } });
    await post.meet();
    expect(sums(WANG)).toMatchObject({ reversed });
    expect(await inbox()).toEqual([]);
    expect((await inbox(true))[0]).toMatchObject({ state: 'SETTLED', settledHow: 'REVERSE' });
  });

it('SERVICE: what was credited later is taken back, and what was spent of it is owed', async () => {
  const signInSeq = next();
  serve(WANG, 60, 10);
  const credits = [{ day: DAY, minutes: 60, points: 10 }];
  const later = { signInSeq, volunteerId: WANG, hourKind: 'CREDIT', credits } as const;
  post.record({ type: 'SERVICE_CREDITED', ...later });
  post.record({ type: 'REDEEMED', ...sale(10, 2) });
  const found = await onlyOne('SERVICE');
  expect(found.choices).toEqual(['REVERSE', 'LET_STAND']);
  await settle(found, 'REVERSE');
  await post.meet();
  expect(sums(WANG)).toMatchObject({ reversed: 10, arrears: 10, available: 0 });
  expect(await inbox()).toEqual([]);
});

/** Sales that go too far; the last one is of Wang, who has 30 points. */
const REFUNDED: Readonly<Record<string, () => void>> = {
  PRICE: () => post.record({ type: 'REDEEMED', ...sale(1) }),
  EXCHANGED: () => post.record({ type: 'REDEEMED', ...sale(10, 3) }),
  STAPLES: () => {
    post.record({ type: 'REDEEMED', ...sale(1, 3) });
  },
  GIFTS: () => {
    post.record({
      type: 'POINTS_AWARDED',
      ...{ holder: 'GIFT', holderId: WANG, householdId: 0, awardId: 0, points: 10, reason: '捐赠' },
    });
    const shares = [
      { holder: 2, holderId: WANG, points: 9 },
      { holder: 0, holderId: WANG, points: 1 },
    ];
    post.record({ type: 'REDEEMED_SHARED', ...sale(10), shares });
  },
};
for (const [kind, wrong] of Object.entries(REFUNDED))
  it(`${kind}: the goods came back, and the station gives the points back`, async () => {
    if (kind === 'STAPLES') {
      const goods = sampleReference().goods.map((entry) => ({ ...entry, unitPoints: 1 }));
      await putReference(county.context, sampleReference({ grants: [], rules, goods }));
    }
    serve(WANG, 180, 30);
    wrong();
    const found = await onlyOne(kind);
    expect(found.choices).toEqual(['REFUND', 'LET_STAND']);
    expect(await settle(found, 'REFUND')).toEqual({ ok: true, value: { state: 'WAITING' } });
    await post.meet();
    expect(sums(WANG)).toMatchObject({ available: 30, spent: 0 });
    expect(await inbox()).toEqual([]);
  });

it('PAIRS: there is nothing to take back, and only a note is offered', async () => {
  for (let time = 0; time < 2; time++) {
    const signInSeq = next();
    post.record(signIn(WANG, 7));
    post.record({ ...signOut(signInSeq, WANG, 0, 0), credits: [] } as EventDraft);
  }
  const found = await onlyOne('PAIRS');
  expect(found.choices).toEqual(['LET_STAND']);
  expect(await settle(found, 'REVERSE')).toEqual({ ok: false, error: { kind: 'MALFORMED' } });
  expect(await settle(found, 'LET_STAND')).toEqual({ ok: true, value: { state: 'SETTLED' } });
});

it('hours without a point are taken back like any others', async () => {
  serve(2, 45, 0);
  const minutes = await onlyOne('CREDIT');
  expect(minutes.choices).toEqual(['REVERSE', 'LET_STAND']);
  expect(post.store.views.balance(2, post.store.nowMs()).minutesTotal).toBe(45);
  expect(await settle(minutes, 'REVERSE')).toEqual({ ok: true, value: { state: 'WAITING' } });
  await post.meet();
  expect(post.store.views.balance(2, post.store.nowMs()).minutesTotal).toBe(0);
  expect((await inbox(true))[0]).toMatchObject({ state: 'SETTLED', settledHow: 'REVERSE' });
});

const typesSince = (at: Outpost, seq: number): readonly string[] => {
  const reader = openJournalReader(at.dir, sha256);
  const run = reader.readRun(seq, 500, at.store.incarnation);
  reader.close();
  return (run?.events ?? []).map(({ type }) => type);
};

/** What the second station records of the county's word, and what it has in the end. */
const TOGETHER = {
  REFUND: {
    state: 'WAITING',
    recorded: ['REDEMPTION_UNDONE', 'COUNTY_ACT_DONE'],
    available: 10,
    umbrellas: 9,
  },
  LET_STAND: { state: 'SETTLED', recorded: [], available: 0, umbrellas: 8 },
} as const;
for (const [how, { state, recorded, available, umbrellas }] of Object.entries(TOGETHER))
  it(`SCARCE: two villages sold one each in a quarter, and ${how} ends it where it came second`, async () => {
    const away = new Outpost(county, AWAY);
    const base = sampleReference({ grants: [], rules });
    const goods = base.goods.map((entry) => ({ ...entry, unitPoints: 10 }));
    await putReference(county.context, { ...base, goods, station: { ...base.station, id: AWAY } });
    await away.take();
    away.record({ type: 'STOCK_MOVED', goodsId: UMBRELLA, quantity: 9, reason: 'DONATION', note: '' });
    for (const at of [post, away]) {
      serve(WANG, 60, 10, DAY, at);
      const lines = [{ goodsId: UMBRELLA, quantity: 1, unitPoints: 10 }];
      at.record({ type: 'REDEEMED', ...sale(10), lines });
      await at.meet();
    }
    expect(await inbox()).toEqual([]);
    const open = await inbox(false, 'OVER_LIMIT');
    expect(open).toMatchObject([
      {
        stationId: AWAY,
        choices: ['REFUND', 'LET_STAND'],
        instead: { kind: 'SCARCE', scope: 'PERSON', pieces: 1 },
      },
    ]);
    const before = away.store.syncState().recorded;
    expect(await settle(open[0] as ExceptionOverview, how)).toEqual({ ok: true, value: { state } });
    await away.meet();
    await post.meet();
    expect(typesSince(away, before)).toEqual(recorded);
    expect(away.store.views.sums({ holder: 'PERSON', holderId: WANG })).toMatchObject({ available });
    expect(away.store.views.goods(UMBRELLA)?.stock).toBe(umbrellas);
    expect(sums(WANG)).toMatchObject({ available: 0, spent: 10 });
    expect(await inbox(false, 'OVER_LIMIT')).toEqual([]);
    expect(await inbox(true, 'OVER_LIMIT')).toMatchObject([{ state: 'SETTLED', settledHow: how }]);
    away.store.close();
  });

it('TERMS: points that would lapse later than the county says are let stand, until its next rules', async () => {
  const { settlement } = rules.points;
  const { expiry, expiryMonths } = rules.ledger;
  post.record({ type: 'LEDGER_TERMS_SET', fromVersion: 3, settlement, expiry: 'NONE', expiryMonths });
  const found = await onlyOne('TERMS');
  expect(found.instead).toEqual({ kind: 'TERMS', settlement, expiry, expiryMonths });
  expect(found.choices).toEqual(['LET_STAND']);
  const before = post.store.syncState().recorded;
  for (const how of ['REVERSE', 'REFUND'])
    expect(await settle(found, how)).toEqual({ ok: false, error: { kind: 'MALFORMED' } });
  expect(await settle(found, 'LET_STAND')).toEqual({ ok: true, value: { state: 'SETTLED' } });
  await post.meet();
  expect(typesSince(post, before)).toEqual([]);
  expect(await inbox()).toEqual([]);
  expect(await inbox(true)).toMatchObject([{ state: 'SETTLED', settledHow: 'LET_STAND' }]);

  await putReference(county.context, sampleReference({ grants: [], rules: { ...rules, version: 4 } }));
  await post.meet();
  serve(WANG, 60, 10);
  await post.meet();
  expect(typesSince(post, before)).toContain('LEDGER_TERMS_SET');
  expect(await inbox()).toEqual([]);
});
