/**
 * A station that somebody has tampered with gives out more than its rules allow: each fact looks right by itself, and
 * only the sum of a month gives it away. The county counts every cap again and names the very fact that passed it.
 */
import { sql, type KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import type { County } from '../../../county/server/county.ts';
import { listExceptions } from '../../../county/server/exceptions/inbox.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import { openJournalReader } from '../../../db/reader.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { DEFAULT_RULES, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import { DAY_MS, monthStartDay, shanghaiDay } from '../../../domain/time.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { forgetEvents } from '../../harness/countyDatabase.ts';
import { runOf } from '../../harness/wire.ts';
import { CAP, Village } from '../../db/datesVillage.ts';
import { HOUR_MS, MORNING_MS, sampleReference, signIn } from '../../db/support.ts';
import { judgedAnew, type Judged } from './judged.ts';

const TODAY = shanghaiDay(MORNING_MS);
const RICE = 1;
const SALT = 2;
const UMBRELLA = 3;

const rules: RuleSet = {
  ...DEFAULT_RULES,
  version: 3,
  attendance: { ...DEFAULT_RULES.attendance, maxPairsPerActivityDay: 2 },
  points: { ...DEFAULT_RULES.points, maxPerDay: 40, maxPerMonth: 60 },
  shop: {
    ...DEFAULT_RULES.shop,
    openDaysOfMonth: [],
    openHours: [{ fromMinute: 0, toMinute: 1440 }],
    keeperConfirmsAbovePoints: 1000,
    maxPointsPerMonth: 300,
    maxStapleUnitsPerMonth: 2,
  },
  ledger: {
    ...DEFAULT_RULES.ledger,
    maxIssuedPerMonth: 100,
    awards: { ...DEFAULT_RULES.ledger.awards, maxPerHouseholdMonth: 30 },
    gifts: { enabled: true, perHundredEarned: 100 },
  },
};

describe('caps that the county counts again', () => {
  let county: County;
  let judged: Judged;

  judgedAnew(async (begun) => {
    judged = begun;
    ({ county } = begun);
    await give();
  });

  const give = (change: Partial<Reference> = {}) =>
    putReference(county.context, sampleReference({ grants: [], rules, ...change }));
  const add = (draft: EventDraft, atMs?: number): number =>
    judged.add(draft, atMs === undefined ? {} : { atMs });
  /** A service of three hours, 30 points, credited on a day; answers the seq of its end. */
  function serve(volunteerId: number, day = TODAY): number {
    const signInSeq = add(signIn(volunteerId, judged.journal.length + 100));
    const credits = [{ day, minutes: 180, points: 30 }];
    const common = { volunteerId, cardNumber: 1, source: 'HID', actualMinutes: 180, credits } as const;
    return add({ type: 'SIGNED_OUT', signInSeq, ...common });
  }
  const reverse = (ofSeq: number, points: number) =>
    add({
      ...{ type: 'ENTRY_REVERSED', holder: 'PERSON', holderId: 1, ofIncarnation: '', ofSeq },
      ...{ points, reason: '记错', approvedBy: 2 },
    });
  const award = (holderId: number, points = 20, householdId = 1) =>
    add({ type: 'POINTS_AWARDED', holder: 'PERSON', holderId, householdId, awardId: 2, points, reason: '' });
  const PRICES = new Map([
    [RICE, 280],
    [SALT, 25],
    [UMBRELLA, 180],
  ]);
  const sale = (volunteerId: number, goodsId: number, quantity = 1) => {
    const unitPoints = PRICES.get(goodsId) ?? 0;
    const lines = [{ goodsId, quantity, unitPoints }];
    const totalPoints = quantity * unitPoints;
    return { volunteerId, cardNumber: 1, source: 'HID', confirmedBy: 'CARD', lines, totalPoints } as const;
  };
  const buy = (volunteerId: number, goodsId: number, quantity = 1, atMs?: number) =>
    add({ type: 'REDEEMED', ...sale(volunteerId, goodsId, quantity) }, atMs);

  const found = (batch: number) => judged.found(batch);
  const expectFound: Judged['expectFound'] = (...differences) => judged.expectFound(...differences);

  it("a volunteer's month, and the village's month with hours and awards together", async () => {
    serve(1, TODAY);
    serve(1, TODAY + 1);
    const third = serve(1, TODAY + 2);
    serve(1, TODAY + 10); // Already December.
    const village = award(3, 20, 2);
    await expectFound(
      [third, { kind: 'MONTH', points: 60 }],
      [village, { kind: 'VILLAGE_MONTH', points: 100 }],
    );
    expect(monthStartDay(TODAY + 10)).toBeGreaterThan(monthStartDay(TODAY + 2));
  });

  it('what was taken back uses no cap and counts for no hours, once, by points or without', async () => {
    const first = serve(1, TODAY);
    const second = serve(1, TODAY + 1);
    reverse(second, 30);
    reverse(second, 30); // Contradicts the accounts.
    serve(1, TODAY + 2);
    const wrong = award(1);
    reverse(wrong, 20);
    award(2);
    const signInSeq = add(signIn(1, 999));
    const credits = [{ day: TODAY - 1, minutes: 60, points: 0 }];
    const honor = add({
      ...{ type: 'ATTENDANCE_CLOSED', signInSeq, volunteerId: 1, outAtMs: MORNING_MS, hourKind: 'HONOR' },
      ...{ actualMinutes: 60, credits, reason: '忘了签退' },
    });
    reverse(honor, 0);
    reverse(honor, 0);
    await expectFound();
    const { rows } = await sql<{ minutes: number }>`
      SELECT minutes::int FROM volunteer_total WHERE volunteer_id = 1
      UNION ALL SELECT minutes::int FROM station_total`.execute(county.context.db);
    expect(rows.map(({ minutes }) => minutes)).toEqual([360, 360]);
    expect(first).toBeLessThan(second);
  });

  it('what was cut while no date was settled and is given afterwards is right', async () => {
    const village = new Village();
    for (let day = 0; day < 3; day++) {
      village.serve();
      village.reboot(22 * HOUR_MS, village.realMs + 22 * HOUR_MS);
    }
    village.keeperConfirms();
    village.store.close();
    const reader = openJournalReader(village.dir, sha256);
    const run = reader.readRun(0, 1000);
    reader.close();
    await give(village.reference);
    const decoded = run && decodeBatch(encodeBatch(run), sha256);
    if (decoded?.ok !== true) throw new Error('no run');
    expect(decoded.value.events.filter(({ type }) => type === 'SERVICE_CREDITED')).toHaveLength(2);
    await forgetEvents(county);
    expect(await ingestRun(county.context, decoded.value, new Uint8Array())).toMatchObject({ ok: true });
    const { exceptions } = await listExceptions(county.context, { settled: false });
    expect(exceptions.filter(({ kind }) => kind === 'RULE_DIFFERENCE')).toEqual([]);
    const { rows } = await sql<{ minutes: number; points: number }>`
      SELECT minutes, points_earned AS points FROM volunteer_total`.execute(county.context.db);
    expect(rows).toEqual([{ minutes: 3 * CAP.minutes, points: 3 * CAP.points }]);
  });

  it('what is given afterwards counts in its day, its month and the village like any service', async () => {
    serve(1);
    const signInSeq = add(signIn(1, 50));
    const cut = { cardNumber: 1, source: 'HID', actualMinutes: 180, credits: [] } as const;
    add({ type: 'SIGNED_OUT', signInSeq, volunteerId: 1, ...cut });
    const credits = [{ day: TODAY, minutes: 120, points: 20 }];
    const later = add({ type: 'SERVICE_CREDITED', signInSeq, volunteerId: 1, hourKind: 'CREDIT', credits });
    for (const batch of [100, 1])
      expect(await found(batch)).toEqual([[later, { kind: 'DAY', minutes: 480, points: 40 }]]);
  });

  it("a household's awards of a month, whoever in it has them", async () => {
    award(1);
    const beyond = award(2);
    award(3, 20, 2);
    await expectFound([beyond, { kind: 'HOUSEHOLD_AWARDS', points: 30 }]);
  });

  it('exchanges of a month by person and by household, staple goods, and scarce ones of a quarter', async () => {
    buy(1, RICE);
    const household = buy(2, SALT); // The household has 20 left, and salt is 25.
    const person = buy(1, SALT);
    // Volunteer 4 is of another village: nobody here knows the household.
    buy(4, RICE);
    const umbrella = buy(3, UMBRELLA);
    buy(3, UMBRELLA, 1, MORNING_MS + 9 * DAY_MS + 23 * 3_600_000);
    await expectFound(
      [household, { kind: 'EXCHANGED', scope: 'HOUSEHOLD', points: 300 }],
      [person, { kind: 'EXCHANGED', scope: 'PERSON', points: 300 }],
      [umbrella + 1, { kind: 'SCARCE', scope: 'PERSON', pieces: 1 }],
    );
  });

  it('what came back no longer counts, and goods that were once no staple are none here', async () => {
    const undo = (ofSeq: number) =>
      add({
        type: 'REDEMPTION_UNDONE',
        ...{ volunteerId: 3, ofIncarnation: '', ofSeq, kind: 'CANCELLED', reason: '' },
        ...{ lines: sale(3, RICE).lines, totalPoints: 280, shares: [] },
      });
    undo(buy(3, RICE));
    undo(buy(3, RICE));
    undo(buy(3, RICE));
    buy(3, RICE);
    const more = buy(3, SALT);
    await expectFound([more, { kind: 'EXCHANGED', scope: 'PERSON', points: 300 }]);

    judged.journal = [];
    const cheap = sampleReference().goods.map((goods) => ({ ...goods, unitPoints: 1 }));
    await give({ goods: cheap });
    PRICES.set(RICE, 1);
    buy(3, RICE, 2);
    const third = buy(3, RICE);
    await expectFound([third, { kind: 'STAPLES', scope: 'PERSON', pieces: 2 }]);
    await give({ goods: cheap.map((goods) => ({ ...goods, staple: false })) });
    await expectFound();
  });

  it('pairs of one activity on one day, by the activity that each is of in the end', async () => {
    const end = (signInSeq: number) => {
      const common = { volunteerId: 1, cardNumber: 1, source: 'HID', actualMinutes: 0, credits: [] } as const;
      return add({ type: 'SIGNED_OUT', signInSeq, ...common });
    };
    end(add(signIn(1, 7)));
    const moved = add(signIn(1, 7));
    add({ type: 'ACTIVITY_CHANGED', signInSeq: moved, activityId: 8 });
    end(moved);
    end(add(signIn(1, 7)));
    const third = add(signIn(1, 7));
    end(third);
    const into = add(signIn(1, 9));
    const fourth = add({ type: 'ACTIVITY_CHANGED', signInSeq: into, activityId: 7 });
    end(into);
    await expectFound([third, { kind: 'PAIRS', pairs: 2 }], [fourth, { kind: 'PAIRS', pairs: 2 }]);
  });

  it('gifts that the earned points beside them do not match', async () => {
    const shared = (gift: number) => {
      const shares = [
        { holder: 2, holderId: 3, points: gift },
        { holder: 0, holderId: 3, points: 25 - gift },
      ];
      return add({ type: 'REDEEMED_SHARED', ...sale(3, SALT), shares });
    };
    shared(12);
    const beyond = shared(13);
    await expectFound([beyond, { kind: 'GIFTS', points: 12 }]);
  });

  it('facts that make no sense are taken like any others, and stop nothing', async () => {
    const HUGE = 2 ** 52;
    const signInSeq = add(signIn(1, HUGE), HUGE);
    const out = { signInSeq, volunteerId: 1, cardNumber: 1, source: 'HID', actualMinutes: 60 } as const;
    for (const day of [HUGE, -HUGE])
      add({ type: 'SIGNED_OUT', ...out, credits: [{ day, minutes: 60, points: 10 }] });
    const lines = [{ goodsId: RICE, quantity: HUGE, unitPoints: HUGE }];
    add({ type: 'REDEEMED', ...sale(1, RICE), lines, totalPoints: 1 });
    add({ type: 'REDEEMED', ...sale(-1, HUGE) }, -HUGE);
    for (const ofIncarnation of ["'\u0000", '{"', 'ffffffffffffffff'])
      add({
        type: 'REDEMPTION_UNDONE',
        ...{ volunteerId: 1, ofIncarnation, ofSeq: HUGE, kind: 'FAULTY', reason: '' },
        ...{ lines, totalPoints: 1, shares: [] },
      });
    add({ type: 'ACTIVITY_CHANGED', signInSeq: -HUGE, activityId: HUGE });
    award(1, 20, -HUGE);
    serve(1);
    serve(1);
    const last = serve(1);
    const all = await found(100);
    expect(all.at(-1)).toEqual([last, { kind: 'DAY', minutes: 480, points: 40 }]);
  });

  it('asks as often for two hundred services of an activity that counts double as for one', async () => {
    const [activity] = sampleReference().activities;
    if (activity === undefined) throw new Error('no activity');
    await give({ activities: [{ ...activity, factorPercent: 200 }] });
    const double = (volunteerId: number) => {
      const signInSeq = add(signIn(volunteerId, activity.id));
      const credits = [{ day: TODAY, minutes: 60, points: 20 }];
      add({
        type: 'SIGNED_OUT',
        ...{ signInSeq, volunteerId, cardNumber: 1, source: 'HID', actualMinutes: 60, credits },
      });
    };
    let asked = 0;
    const counter: KyselyPlugin = {
      transformQuery({ node }) {
        asked += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const counted = { ...county.context, db: county.context.db.withPlugin(counter) };
    const questions = async (): Promise<number> => {
      await forgetEvents(county);
      asked = 0;
      const decoded = decodeBatch(encodeBatch(runOf(judged.journal, judged.at)), sha256);
      if (!decoded.ok) throw new Error(decoded.error.kind);
      expect((await ingestRun(counted, decoded.value, new Uint8Array())).ok).toBe(true);
      return asked;
    };
    for (let id = 1; id <= 10; id++) double(id);
    await questions(); // The first makes the partition of the month.
    const few = await questions();
    for (let id = 11; id <= 200; id++) double(id);
    expect(await questions()).toBe(few);
    expect(few).toBeGreaterThan(10);
    expect((await found(500)).map(([, instead]) => instead)).not.toContainEqual(
      expect.objectContaining({ kind: 'CREDIT' }),
    );
  });
});
