/**
 * A day at the station, in a real browser before a real station and a real county: somebody holds a card to the
 * scanner, serves two and a half hours, holds it there again, and takes home some of what it earned. Then both
 * databases are read.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { readCounty, startCounty, type CountyProcess } from '../harness/county.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { cardOf, testVillage } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

const HOUR_MS = 3_600_000;
/** Longer than a card counts as the same scan. */
const ANOTHER_SCAN_MS = 4_000;
const village = testVillage();
const VOLUNTEER = 3;
const name = village.reference.volunteers.find(({ id }) => id === VOLUNTEER)?.name ?? '';

let dir: string;
let county: CountyProcess;
let scene: Scene;
test.beforeEach(async ({ page }) => {
  dir = await mkdtemp(join(tmpdir(), 'county-'));
  county = await startCounty({ dir });
  scene = await sceneOf(village, {
    dir: await mkdtemp(join(tmpdir(), 'station-')),
    countyUrl: county.url,
  });
  await page.goto(scene.station.address);
  // Before it has heard from the county a station knows no card and offers no check-in.
  await expect(page.getByRole('heading', { name: '签到 · 签退' })).toBeVisible();
});
test.afterEach(async () => {
  await scene.end();
  await county.close();
  await rm(dir, { recursive: true });
});

/** A result goes away by a touch, or by itself if nobody touches it soon enough. */
async function goHome(page: Page): Promise<void> {
  const fine = page.getByRole('button', { name: '好了' });
  if (await fine.isVisible()) await fine.click({ timeout: 5_000 }).catch(() => undefined);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
}

test('in, out, points, rice, and the county knows it all; down and up again', async ({ page }) => {
  // 签到: no touch, only the card; which lies there a little longer: the same scan, recorded as nothing.
  await scanByWedge(page, cardOf(village, VOLUNTEER));
  await scanByWedge(page, cardOf(village, VOLUNTEER));
  await expect(page.getByText('签到成功')).toBeVisible();
  await expect(page.getByText(name)).toBeVisible();
  expect(scene.count('SIGNED_IN')).toBe(1);
  await expect
    .poll(() =>
      scene.client.pushed.flatMap(({ event, data }) => (event === 'scan' ? [data.outcome.kind] : [])),
    )
    .toEqual(['CARD', 'REPEAT']);
  expect(scene.count('SIGNED_OUT')).toBe(0);

  // 签退.
  await scene.station.advance(2.5 * HOUR_MS);
  await scanByWedge(page, cardOf(village, VOLUNTEER));
  await expect(page.getByText('签退成功')).toBeVisible();
  await expect(page.getByText('2 小时 30 分钟').first()).toBeVisible();
  expect(scene.count('SIGNED_OUT')).toBe(1);
  await goHome(page);

  // 爱心超市: choose, confirm by two hasty touches, take.
  await scene.station.advance(ANOTHER_SCAN_MS);
  await page.getByRole('button', { name: /爱心超市/ }).click();
  await scanByWedge(page, cardOf(village, VOLUNTEER));
  await expect(page.getByText(`${name}，您好`)).toBeVisible();
  const soap = village.reference.goods.find(({ unitPoints }) => unitPoints === 30);
  if (soap === undefined) throw new Error('no soap in the sample');
  await page
    .getByRole('button', { name: `加一件 ${soap.name}`, exact: true })
    .first()
    .click();
  await page.getByRole('button', { name: '去兑换' }).click();
  await page.getByRole('button', { name: '确认兑换' }).dblclick();
  await expect(page.getByText('兑换成功')).toBeVisible();
  expect(scene.count('REDEEMED')).toBe(1);
  await goHome(page);

  // The keeper sees that everything has reached the county.
  await scene.client.ask('syncNow', {});
  await expect(page.getByText('已全部上报')).toBeVisible();

  // The line goes down without a word: for the villager nothing changes.
  await county.kill();
  await scanByWedge(page, cardOf(village, 7));
  await expect(page.getByText('签到成功')).toBeVisible();
  expect(scene.count('SIGNED_IN')).toBe(2);
  await goHome(page);
  await expect(page.getByText(/还有 \d+ 条未上报/)).toBeVisible();

  county = await startCounty({ dir, port: county.port });
  await scene.client.ask('syncNow', {});
  await expect(page.getByText('已全部上报')).toBeVisible();

  await scene.station.close();
  await county.close();
  const journal = readStation(scene.dir, 'SELECT seq, text AS body FROM journal ORDER BY seq');
  const atCounty = await readCounty(dir, (db) =>
    db.selectFrom('event').select(['seq', 'body']).orderBy('seq').execute(),
  );
  expect(atCounty).toEqual(journal);
  const total = await readCounty(dir, (db) =>
    db.selectFrom('station_total').selectAll().executeTakeFirstOrThrow(),
  );
  expect(total).toMatchObject({ sign_ins: 2, sign_outs: 1, minutes: 150, points_spent: 30 });
});
