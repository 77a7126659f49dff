/**
 * A new machine is brought in, in a real browser before a real station, with a real county by https: once with the
 * county's QR code at the scanner, once with everything typed on the screen. Nobody starts anything anew.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { County } from '../../county/server/county.ts';
import { makeCode, type StationCode } from '../../county/server/pairing.ts';
import { ownTls } from '../../county/server/tls.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { readStation, startStation, type StationProcess } from '../harness/station.ts';
import { cardOf, testVillage } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

let dir: string;
let county: County;
let url: string;
let station: StationProcess;
test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pairing-'));
  const tls = ownTls(join(dir, 'county'), ['127.0.0.1'], Date.now(), (length) => randomBytes(length));
  ({ county, url } = await listeningCounty({ tls }));
});
test.afterAll(async () => {
  await county.close();
  await rm(dir, { recursive: true });
});
test.beforeEach(async ({ page }, { title }) => {
  station = await startStation({ dir: join(dir, title), unpaired: true, startMs: Date.now() });
  await page.goto(station.address);
  await expect(page.locator('[data-screen="pairing"]')).toBeVisible();
});
test.afterEach(() => station.close());

async function codeFor(replaces: boolean): Promise<StationCode> {
  const made = await makeCode(county.context, 1, { replaces });
  if (!made.ok) throw new Error(made.error.kind);
  return made.value;
}
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
async function type(page: Page, text: string): Promise<void> {
  for (const letter of text) await press(page, letter);
}
/** The village is there: its name on the screen, its people in the database, its county pinned. */
async function isThere(page: Page): Promise<void> {
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
  await expect(page.getByText('李家畈村').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /爱心超市/ })).toBeVisible();
  const people = readStation<{ n: number }>(station.dir, 'SELECT count(*) AS n FROM volunteer')[0];
  expect(people?.n).toBeGreaterThan(100);
  const settings = JSON.parse(readFileSync(join(station.dir, 'station.json'), 'utf8')) as unknown;
  expect(settings).toEqual({ countyUrl: `${url}/`, stationId: 1 });
  expect(readFileSync(join(station.dir, 'county.json'), 'utf8')).toContain('"tlsPin"');
}

test('by the QR code at the scanner', async ({ page }) => {
  await scanByWedge(page, cardOf(testVillage(), 3));
  await expect(page.getByText('这不是县里的配对二维码')).toBeVisible();
  expect(existsSync(join(station.dir, 'station.db'))).toBe(false);
  const { text } = await codeFor(false);
  await scanByWedge(page, text);
  await isThere(page);
  // From here on it is a station like any other: a card signs somebody in.
  await scanByWedge(page, cardOf(testVillage(), 3));
  await expect(page.locator('[data-screen="sign-result"]')).toBeVisible();
});

test('typed by hand, in the place of the first machine', async ({ page }) => {
  const { code } = await codeFor(true);
  await press(page, '没有二维码，用手输入');
  await type(page, url);
  await press(page, '下一步');
  await type(page, '1');
  await press(page, '确定');
  await type(page, 'ABCDEFGHJK');
  await press(page, '连接');
  await expect(page.getByText('配对码不对')).toBeVisible();
  for (let letter = 0; letter < 10; letter++) await press(page, '删除');
  await type(page, code.replace('-', ''));
  await press(page, '连接');
  await isThere(page);
  const keys = await county.context.db.selectFrom('station_key').select('revoked_ms').execute();
  expect(keys.filter(({ revoked_ms }) => revoked_ms === null)).toHaveLength(1);
  expect(keys).toHaveLength(2);
});
