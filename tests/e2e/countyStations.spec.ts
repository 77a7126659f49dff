/**
 * Four hundred villages on the county's page: the one that rang, and those that nobody has heard of, are found;
 * points are moved for somebody who cannot ask for it.
 */
import { expect, test } from '@playwright/test';
import type { County } from '../../county/server/county.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { logInBy } from './countyLogin.ts';

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

test('points are moved from a village to another for somebody who cannot ask', async ({ page }) => {
  await page.goto(url);
  await logInBy(page, county.adminToken);
  await page.getByLabel(/^找站点/).fill('227');
  await page.getByRole('button', { name: '转出积分' }).click();
  const dialog = page.locator('dialog[open]');
  const move = dialog.getByRole('button', { name: '转出积分' });
  await dialog.getByLabel('捐赠积分').check();
  await dialog.getByLabel(/^志愿者编号/).fill('227003');
  await dialog.getByLabel(/^转到哪个站/).fill('22七');
  await move.click();
  await expect(dialog.getByRole('alert')).toContainText('请填编号、站号、姓名和理由');
  await dialog.getByLabel('处理人姓名').fill('王主任');
  await dialog.getByLabel(/^理由/).fill('住院，本人来不了');
  for (const [station, words] of [
    ['227', '请填另一个站'],
    ['9999', '没有这个站'],
  ] as const) {
    await dialog.getByLabel(/^转到哪个站/).fill(station);
    await move.click();
    await expect(dialog.getByRole('alert')).toContainText(words);
  }
  await dialog.getByLabel(/^转到哪个站/).fill('228');
  const toHousehold = dialog.getByLabel(/^转给哪一户/);
  await expect(toHousehold).toBeHidden();
  await dialog.getByLabel('户的积分').check();
  await toHousehold.fill('99');
  await move.click();
  await expect(dialog.getByRole('alert')).toContainText('没有这一户的人');
  await page.screenshot({ path: test.info().outputPath('move-household.png') });
  await dialog.getByLabel('捐赠积分').check();
  await dialog.getByLabel(/^转多少分/).fill('50');
  for (const [width, height] of [
    [1920, 1080],
    [1080, 1920],
    [1366, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await move.scrollIntoViewIfNeeded();
    await page.screenshot({ path: test.info().outputPath(`move-${width}.png`) });
  }
  await move.click();
  await expect(dialog).toContainText('原站下次联系县里时交出积分');
  await dialog.getByRole('button', { name: '关闭' }).click();
  await expect(page.locator('#transfers li')).toContainText(
    '捐赠积分，志愿者 227003 号：227 号站 → 228 号站',
  );
  const made = await county.context.db
    .selectFrom('transfer')
    .selectAll()
    .where('cause', '=', 'COUNTY')
    .execute();
  expect(made).toMatchObject([
    {
      ...{ from_station_id: 227, to_station_id: 228, holder_id: 227003, wanted_points: 50 },
      ...{ state: 'CLOSING', made_by: '王主任', reason: '住院，本人来不了' },
    },
  ]);
});
