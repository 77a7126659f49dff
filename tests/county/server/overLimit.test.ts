/**
 * One volunteer at two villages, each of which is right by its own journal: only the county sees that together it is
 * more than the rules allow (RULES.md B21). Whichever comes last is told to a person, in whatever order they come.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCounty, type County } from '../../../county/server/county.ts';
import { settleException } from '../../../county/server/exceptions/settle.ts';
import { putReference } from '../../../county/server/reference.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { HOUR_MS, MORNING_MS, sampleReference, signIn, STATION } from '../../db/support.ts';
import { emptyCounty, forgetEvents } from '../../harness/countyDatabase.ts';
import { signOut } from './exceptionFacts.ts';
import { Judged } from './judged.ts';

const AWAY = 18;
const RICE = 1;
const DAY = shanghaiDay(MORNING_MS);
const rules = {
  ...DEFAULT_RULES,
  version: 3,
  points: { ...DEFAULT_RULES.points, maxPerDay: 50, maxPerMonth: 100 },
  shop: {
    ...DEFAULT_RULES.shop,
    openDaysOfMonth: [],
    openHours: [{ fromMinute: 0, toMinute: 1440 }],
    keeperConfirmsAbovePoints: 1000,
    maxPointsPerMonth: 300,
  },
};

let county: County;
let home: Judged;
let away: Judged;
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  for (const id of [STATION, AWAY])
    await putReference(
      county.context,
      sampleReference({
        grants: [],
        rules,
        station: { id, name: `站${id}`, townshipName: '', countyName: '' },
      }),
    );
  home = new Judged(county, STATION);
  away = new Judged(county, AWAY);
});

/** Four hours that begin so many hours after eight; answers the seq of their end. */
function serve(at: Judged, volunteerId: number, hours = 0, day = DAY): number {
  const atMs = MORNING_MS + hours * HOUR_MS;
  const signInSeq = at.add(signIn(volunteerId, at.journal.length + 100), { atMs });
  const credits = [{ day, minutes: 240, points: 40 }];
  return at.add({ ...signOut(signInSeq, volunteerId, 240, 40), credits } as EventDraft, {
    atMs: atMs + 4 * HOUR_MS,
  });
}
const buy = (at: Judged, volunteerId: number) =>
  at.add({
    type: 'REDEEMED',
    ...{ volunteerId, cardNumber: 1, source: 'HID', confirmedBy: 'KEEPER' },
    ...{ lines: [{ goodsId: RICE, quantity: 1, unitPoints: 280 }], totalPoints: 280 },
  });

const told = async (at: Judged) =>
  (await at.open('OVER_LIMIT')).map(({ about, instead }) => [about.seq, instead] as const);
async function inOrder(...stations: readonly Judged[]): Promise<void> {
  await forgetEvents(county);
  await sql`TRUNCATE alert`.execute(county.context.db);
  for (const station of stations) await station.send(2);
}

it('hours of a day at two stations: the one that comes last is told, once, and in either order', async () => {
  const here = serve(home, 1);
  const there = serve(away, 1, 5);
  serve(away, 2, 5); // Another person is no matter.
  const day = { kind: 'DAY', minutes: 480, points: 50 };
  await inOrder(home, away);
  expect([await told(home), await told(away)]).toEqual([[], [[there, day]]]);
  expect(await away.open('RULE_DIFFERENCE')).toEqual([]);
  await inOrder(away, home);
  expect([await told(home), await told(away)]).toEqual([[[here, day]], []]);
});

it('a month, and what a person exchanges', async () => {
  for (let day = 0; day < 2; day++) serve(home, 1, 24 * day, DAY + day);
  const third = serve(away, 1, 48, DAY + 2);
  buy(home, 1);
  const sale = buy(away, 1);
  await inOrder(home, away);
  expect(await told(away)).toEqual([
    [third, { kind: 'MONTH', points: 100 }],
    [sale, { kind: 'EXCHANGED', scope: 'PERSON', points: 300 }],
  ]);
});

it('a household of one village exchanges at another: its members count together there too', async () => {
  buy(home, 1);
  const sale = buy(away, 2); // The wife of volunteer 1.
  await inOrder(home, away);
  expect(await told(away)).toEqual([[sale, { kind: 'EXCHANGED', scope: 'HOUSEHOLD', points: 300 }]]);
  await inOrder(away, home);
  expect(await told(home)).toEqual([[1, { kind: 'EXCHANGED', scope: 'HOUSEHOLD', points: 300 }]]);
});

it('of whoever was registered twice both numbers have one limit, at one station and at two', async () => {
  const merged = { merged_ms: 0, merged_by: '王主任', reason: '重复登记' };
  await county.context.db
    .insertInto('merged_person')
    .values([1, 3].map((volunteer_id) => ({ ...merged, volunteer_id, into_id: 2 })))
    .execute();
  serve(home, 1);
  const here = serve(home, 3, 5);
  const there = serve(away, 2, 5);
  serve(away, 4, 5); // Another person is no matter.
  const day = { kind: 'DAY', minutes: 480, points: 50 };
  // Whatever comes last, and in whatever batches; at two places at once they were as well.
  for (const batch of [2, 100]) {
    await forgetEvents(county);
    await sql`TRUNCATE alert`.execute(county.context.db);
    for (const station of [home, away]) await station.send(batch);
    expect([await told(home), await told(away)]).toEqual([[[here, day]], [[there, day]]]);
    const doubled = county.context.db.selectFrom('alert').select(['station_id', 'seq']);
    expect(await doubled.where('kind', '=', 'DOUBLED_ATTENDANCE').execute()).toEqual([
      { station_id: AWAY, seq: there },
    ]);
  }
});

it('what is too much at one station by itself is its own difference, and no matter of two', async () => {
  serve(home, 1);
  serve(away, 1, 5);
  const again = serve(away, 1, 10);
  await inOrder(home, away);
  expect((await away.open('RULE_DIFFERENCE')).map(({ about }) => about.seq)).toEqual([again]);
  expect((await told(away)).map(([seq]) => seq)).not.toContain(again);
});

it('a person takes one of them back, or lets it stand', async () => {
  serve(home, 1);
  serve(away, 1, 5);
  buy(home, 1);
  buy(away, 1);
  await inOrder(home, away);
  const [hours, sale] = await away.open('OVER_LIMIT');
  expect(hours?.choices).toEqual(['REVERSE', 'LET_STAND']);
  expect(sale?.choices).toEqual(['REFUND', 'LET_STAND']);
  if (hours === undefined) throw new Error('nothing found');
  const { stationId, alertId } = hours;
  const decided = { stationId, alertId, how: 'REVERSE', which: 0, by: '王主任', note: '当天只算一处' };
  expect(await settleException(county.context, decided)).toEqual({ ok: true, value: { state: 'WAITING' } });
});

it('two batches about one volunteer that come at once: one of them is told', async () => {
  serve(home, 1);
  serve(away, 1, 5);
  await forgetEvents(county);
  await Promise.all([home.send(), away.send()]);
  expect([...(await told(home)), ...(await told(away))]).toHaveLength(1);
});
