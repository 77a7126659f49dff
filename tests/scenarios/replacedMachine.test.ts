/**
 * The story of a broken machine: station 1 is brought in by the county's QR code, somebody signs in, the county has
 * it. The machine fails. The county gives a code for another, which is brought in the same way and gets back what
 * the first had recorded. The first one comes to life again in somebody's cellar: it is shut out, takes no points,
 * and what it still records goes to the county for review and into no account.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { County } from '../../county/server/county.ts';
import { makeCode } from '../../county/server/pairing.ts';
import { ownTls } from '../../county/server/tls.ts';
import { ROOT } from '../../scripts/lib/tools.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { openLocal, type LocalStation } from '../harness/local.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';

const village = testVillage();
let dir: string;
let county: County;
const stations: LocalStation[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replaced-'));
  const tls = ownTls(join(dir, 'county'), ['127.0.0.1'], Date.now(), (length) => randomBytes(length));
  ({ county } = await listeningCounty({ tls }));
});
afterAll(async () => {
  for (const station of stations) await station.close();
  await county.close();
  await rm(dir, { recursive: true });
});

/** Opens a new machine in a folder and brings it in; it is ready when it has its village. */
async function bringIn(name: string, replaces: boolean): Promise<LocalStation> {
  const station = openLocal(join(dir, name), village, { settings: { sample: false, isPaired: false } });
  stations.push(station);
  expect(await station.call('getHome', {})).toEqual({ ok: false, error: { kind: 'CLOSING' } });
  const code = await makeCode(county.context, 1, { replaces });
  if (!code.ok) throw new Error(code.error.kind);
  const begun = await station.ask('pair', { kind: 'TEXT', text: code.value.text });
  expect(begun).toMatchObject({ kind: 'NEEDED', busy: true });
  await expect
    .poll(
      async () => {
        const home = await station.call('getHome', {});
        return home.ok && home.value.ready;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return station;
}
const sign = async (station: LocalStation, volunteerId: number) =>
  station.ask('sign', {
    requestId: randomUUID(),
    scanId: await station.scan(volunteerId),
    activityId: null,
  });
const journal = (name: string) =>
  readStation<{ incarnation: string; n: number }>(
    join(dir, name),
    `SELECT i.name AS incarnation, count(*) AS n FROM journal j JOIN incarnation i ON i.ordinal = j.incarnation
     GROUP BY i.name ORDER BY i.name`,
  );

test('a machine takes the place of another, with all that was recorded there', async () => {
  const first = await bringIn('first', false);
  expect(await sign(first, 3)).toMatchObject({ kind: 'SIGNED_IN' });
  await first.ask('syncNow', {});
  await expect
    .poll(
      async () => {
        const { recorded, reachedCounty } = (await first.status()).sync;
        return reachedCounty === recorded && recorded > 1;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  const [recordedThere] = journal('first');

  const second = await bringIn('second', true);
  await expect.poll(async () => (await second.status()).standing, { timeout: 20_000 }).toBe('WORKING');
  expect(journal('second')).toContainEqual(recordedThere);
  expect(journal('second')).toHaveLength(2);
  // What came back stands before its own first journal, and all of it proves whole.
  expect(readStation(join(dir, 'second'), 'SELECT min(ordinal) AS first FROM incarnation')).not.toEqual([
    { first: 1 },
  ]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts', 'verify.ts'), '--data', join(dir, 'second')],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }, stderr).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^All is well: \d+ events in 2 journals, \d+ rows of views\.\n$/) as string,
  });

  await first.ask('syncNow', {});
  await expect.poll(async () => (await first.status()).standing, { timeout: 20_000 }).toBe('REVOKED');
  // It records all the same: whoever stands there shall not be sent away.
  expect(await sign(first, 7)).toMatchObject({ kind: 'SIGNED_IN' });
  const shop = await first.ask('getShop', {});
  const goods = shop.goods[0];
  const person = await first.open(8);
  expect(
    await first.ask('quoteBasket', {
      personToken: person.personToken,
      lines: [{ goodsId: goods?.id ?? 0, quantity: 1, unitPoints: goods?.unitPoints ?? 1 }],
    }),
  ).toMatchObject({ kind: 'REFUSED', reason: { kind: 'REVOKED' } });

  const { db } = county.context;
  const eventsBefore = await db.selectFrom('event').select('seq').execute();
  await first.ask('syncNow', {});
  await expect
    .poll(async () => (await db.selectFrom('quarantine').select('first_seq').execute()).length, {
      timeout: 20_000,
    })
    .toBe(1);
  const alerts = await db.selectFrom('alert').select('kind').execute();
  expect(alerts.map(({ kind }) => kind)).toContain('REVOKED_SPOKE');
  expect((await db.selectFrom('event').select('seq').execute()).length).toBe(eventsBefore.length);
});
