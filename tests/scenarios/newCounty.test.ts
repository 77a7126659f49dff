/**
 * The story of a county that begins: its office brings in two villages from files, and nothing of the sample. A machine
 * is brought in by a code, Wang is checked in and exchanges her points for salt, once the office has opened the shop
 * for every day. Of the next village the station knows masked names. Two people change the price of salt, and on its
 * day the shop has it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { County } from '../../county/server/county.ts';
import { makeCode } from '../../county/server/pairing.ts';
import { applyDuePrices, confirmPrice, proposePrice } from '../../county/server/roster/prices.ts';
import { changeRules } from '../../county/server/roster/rules.ts';
import { putVillage } from '../../county/server/roster/villages.ts';
import { dateOf } from '../../domain/reference/villageFile.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import type { ContractClient } from '../harness/client.ts';
import { readStation, startStation, todayAtNine, type StationProcess } from '../harness/station.ts';
import { bytesOf, cardTextIn, idIn, villageFile } from '../harness/villageFiles.ts';

const [HERE, NEXT] = [17, 18];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SALT = 1;
const PATIENCE = { timeout: 60_000 };

let dir: string;
let county: County;
let station: StationProcess;
let client: ContractClient;
let movedMs = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'station-'));
  movedMs = 0;
  const born = performance.now();
  const nowMs = () => Math.round(todayAtNine() + movedMs + performance.now() - born);
  const { county: made, url } = await listeningCounty({ sample: false, nowMs });
  county = made;
  const today = dateOf(shanghaiDay(nowMs()));
  for (const [id, name] of [
    [HERE, '七里坪村'],
    [NEXT, '李家畈村'],
  ] as const)
    expect(await putVillage(county.context, bytesOf(villageFile(id, name, today)))).toMatchObject({
      ok: true,
    });
  const code = await makeCode(county.context, HERE, { replaces: false });
  if (!code.ok) throw new Error(code.error.kind);
  station = await startStation({
    dir,
    countyUrl: url,
    stationId: HERE,
    enrolCode: code.value.code,
    openingStock: [{ goodsId: SALT, quantity: 5 }],
  });
  client = await station.connect();
});
afterEach(async () => {
  client.close();
  await station.close();
  await county.close();
  await rm(dir, { recursive: true });
});

async function letPass(ms: number): Promise<void> {
  movedMs += ms;
  await station.advance(ms);
}
async function scan(i: number): Promise<string> {
  const seen = await client.ask('submitScan', { text: cardTextIn(HERE, i), source: 'WEDGE' });
  if (seen.outcome.kind !== 'CARD') throw new Error(seen.outcome.kind);
  return seen.scanId;
}
const sign = async () =>
  client.ask('sign', { requestId: randomUUID(), scanId: await scan(1), activityId: null });
const shopNow = () => client.ask('getShop', {});
const saltPrice = async () => (await shopNow()).goods.find(({ id }) => id === SALT)?.unitPoints;

test('two villages from files, a machine by a code, a service, an exchange, other rules, another price', async () => {
  await expect.poll(async () => (await client.ask('getHome', {})).ready, PATIENCE).toBe(true);
  const [neighbour] = readStation<{ name: string }>(
    dir,
    'SELECT name FROM person WHERE id = ?',
    idIn(NEXT, 1),
  );
  expect(neighbour?.name).toBe('王*英');

  expect(await sign()).toMatchObject({ kind: 'SIGNED_IN' });
  await letPass(2.5 * HOUR_MS);
  expect(await sign()).toMatchObject({ kind: 'SIGNED_OUT', creditedMinutes: 150, points: 25 });

  // The defaults open the shop on two days of the month; the office opens it always.
  const always = { openDaysOfMonth: [], openHours: [{ fromMinute: 0, toMinute: 1440 }] };
  const wish = { rules: { shop: always }, by: '王主任', reason: '试行每天开门', ofVersion: null };
  expect(await changeRules(county.context, wish)).toMatchObject({ value: { version: 2, stations: 2 } });
  await client.ask('syncNow', {});
  await letPass(4000);
  await expect
    .poll(async () => {
      const opened = await client.ask('openPerson', { scanId: await scan(1) });
      if (opened.kind !== 'OPENED') return opened.reason.kind;
      const { personToken } = opened.person;
      const lines = [{ goodsId: SALT, quantity: 1, unitPoints: 25 }];
      const asked = { requestId: randomUUID(), personToken, lines, pin: '' };
      const done = await client.ask('redeem', asked);
      await letPass(4000);
      return done.kind;
    }, PATIENCE)
    .toBe('REDEEMED');

  const price = { stationId: HERE, goodsId: SALT, unitPoints: 30, by: '王主任', reason: '进价涨了' };
  const fromDay = shanghaiDay(county.context.nowMs()) + 3;
  const proposed = await proposePrice(county.context, { ...price, fromDay });
  if (!proposed.ok) throw new Error(proposed.error.kind);
  expect(await confirmPrice(county.context, proposed.value.changeId, '李会计')).toMatchObject({ ok: true });
  await letPass(2 * DAY_MS);
  expect(await applyDuePrices(county.context)).toBe(0);
  expect(await saltPrice()).toBe(25);
  await letPass(DAY_MS);
  expect(await applyDuePrices(county.context)).toBe(1);
  await client.ask('syncNow', {});
  await expect.poll(saltPrice, PATIENCE).toBe(30);
  // What was recorded has reached the county, and nothing of it was against the rules.
  await expect
    .poll(
      async () =>
        (await county.context.db.selectFrom('station_total').selectAll().executeTakeFirst())?.redemptions,
      PATIENCE,
    )
    .toBe(1);
  expect(await county.context.db.selectFrom('alert').selectAll().execute()).toEqual([]);
}, 300_000);
