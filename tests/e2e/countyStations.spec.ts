/** Four hundred villages on the county's page: the one that rang, and those that nobody has heard of, are found. */
import { expect, test } from '@playwright/test';
import type { County } from '../../county/server/county.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';

const VILLAGES = 403;
const SILENT = 7;
const BEHIND = 12;

let county: County;
let url = '';
test.beforeEach(async () => {
  ({ county, url } = await listeningCounty());
  const nowMs = Date.now();
  const { db } = county.context;
  const ids = Array.from({ length: VILLAGES - 1 }, (_, i) => i + 2);
  await db
    .insertInto('station')
    .values(
      ids.map((id) => ({
        station_id: id,
        name: `${id === 227 ? '七里坪' : `第${id}`}村`,
        township_name: id % 2 === 0 ? '山前镇' : '河口镇',
        county_name: '县',
        created_ms: 0,
        last_contact_ms: id <= 1 + SILENT ? nowMs - 3 * 86_400_000 : nowMs,
        app_version: '1.0.0',
        reported_recorded: id > VILLAGES - BEHIND ? 40 : 0,
        reported_reference_version: 0,
        clock_offset_ms: 0,
      })),
    )
    .execute();
  await db
    .insertInto('station_key')
    .values(
      ids.map((id) => ({
        station_id: id,
        public_key: String(id).padStart(64, 'a'),
        enrolled_ms: 1,
        revoked_ms: null,
      })),
    )
    .execute();
});
test.afterEach(async () => {
  await county.close();
});

test('one of four hundred is found, and what is typed stays while the page is refreshed', async ({
  page,
}) => {
  await page.goto(url);
  const cards = page.locator('#stations article');
  await expect(cards).toHaveCount(VILLAGES);
  const choice = (name: string) => page.getByRole('search').getByRole('button', { name });
  await expect(choice('全部')).toHaveText(`全部 ${VILLAGES}`);

  // Station 1 is the sample's and has no machine yet.
  await choice('没有消息').click();
  await expect(cards).toHaveCount(SILENT + 1);
  await expect(cards.nth(1)).toContainText('超过一天没有联系');
  await choice('还有记录未到').click();
  await expect(cards).toHaveCount(BEHIND);
  await expect(page.locator('#station-count')).toHaveText(`显示 ${BEHIND} 个，共 ${VILLAGES} 个`);
  for (const [width, height] of [
    [1920, 1080],
    [1080, 1920],
    [1366, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.locator('#station-filter').scrollIntoViewIfNeeded();
    await page.screenshot({ path: test.info().outputPath(`stations-${width}.png`) });
  }

  await choice('全部').click();
  await page.getByLabel(/^找站点/).fill('河口 七里');
  await expect(cards).toHaveCount(1);
  await expect(cards).toContainText('227 · 七里坪村');
  const refreshed = await page.locator('#freshness').textContent();
  await expect(page.locator('#freshness')).not.toHaveText(refreshed ?? '');
  await expect(page.getByLabel(/^找站点/)).toHaveValue('河口 七里');
  await expect(cards).toHaveCount(1);
  await page.getByLabel(/^找站点/).fill('没有这个村');
  await expect(page.locator('#station-count')).toHaveText('没有符合的站点。');
  await expect(cards).toHaveCount(0);
});
