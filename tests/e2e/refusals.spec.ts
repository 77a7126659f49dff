/**
 * What cannot be is refused with the reason that binds, in words, and leaves nothing behind in SQLite; nor does it at
 * the county, which hears of everything afterwards.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Reference } from '../../domain/reference/reference.ts';
import { readCounty, startCounty } from '../harness/county.ts';
import { beginScene, type Scene } from '../harness/scene.ts';
import { readStation, todayAtNine } from '../harness/station.ts';
import { cardOf, testVillage } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

const village = testVillage();
const VOLUNTEER = 5;
/** A grown-up volunteer's points are set by the one grant. */
function withPoints(points: number): (reference: Reference) => Reference {
  return (reference) => ({
    ...reference,
    grants: [{ id: VOLUNTEER, holder: 'PERSON' as const, holderId: VOLUNTEER, points }],
  });
}
function goodsAt(unitPoints: number) {
  const goods = village.reference.goods.find((entry) => entry.unitPoints === unitPoints && entry.onSale);
  if (goods === undefined) throw new Error(`nothing costs ${unitPoints}`);
  return goods;
}

let scene: Scene;
test.afterEach(async () => {
  await countyAgrees();
  await scene.end();
});

/** The line comes back: the county then holds just what the station does, and nothing of what was refused. */
async function countyAgrees(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'county-'));
  const county = await startCounty({ dir });
  scene = await scene.restart('close', { countyUrl: county.url });
  const unsent = async () => {
    await scene.client.ask('syncNow', {});
    const { sync } = await scene.client.ask('getStatus', {});
    return sync.recorded - sync.reachedCounty;
  };
  await expect.poll(unsent).toBe(0);
  await scene.station.close();
  await county.close();
  const journal = readStation(scene.dir, 'SELECT seq, text AS body FROM journal ORDER BY seq');
  const atCounty = await readCounty(dir, (db) =>
    db.selectFrom('event').select(['seq', 'body']).orderBy('seq').execute(),
  );
  expect(atCounty).toEqual(journal);
  await rm(dir, { recursive: true });
}

async function begin(page: Page, change: (reference: Reference) => Reference): Promise<void> {
  scene = await beginScene(change);
  await page.goto(scene.station.address);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
}
/** Goes to the shop by touch and card and puts goods into the basket. */
async function choose(page: Page, ...prices: readonly number[]): Promise<void> {
  await page.getByRole('button', { name: /爱心超市/ }).click();
  await scanByWedge(page, cardOf(village, VOLUNTEER));
  await expect(page.getByText('您好')).toBeVisible();
  await expect(page.getByRole('button', { name: /^加一件/ }).first()).toBeVisible();
  for (const price of prices) {
    const add = page.getByRole('button', { name: `加一件 ${goodsAt(price).name}`, exact: true }).first();
    while (!(await add.isVisible())) await page.getByRole('button', { name: '下一页' }).click();
    await add.click();
  }
}
const toCounter = (page: Page) => page.getByRole('button', { name: '去兑换' }).click();

test('not enough points: how many are missing', async ({ page }) => {
  await begin(page, withPoints(10));
  await choose(page, 30);
  await toCounter(page);
  await expect(page.getByRole('alert')).toContainText('积分不够，还差 20 积分');
  expect(scene.count('REDEEMED')).toBe(0);
});

test('the month’s cap is named, and not the points that are there', async ({ page }) => {
  await begin(page, withPoints(1_000));
  await choose(page, 280, 30);
  await toCounter(page);
  await expect(page.getByRole('alert')).toContainText('您这个月还可以换 300 积分的物品');
  expect(scene.count('REDEEMED')).toBe(0);
});

test('the last piece went while somebody was thinking', async ({ page }) => {
  await begin(page, withPoints(200));
  const goods = goodsAt(30);
  const stock = (await scene.client.ask('getShop', {})).goods.find(({ id }) => id === goods.id)?.stock ?? 0;
  await choose(page, 30);
  await toCounter(page);
  await expect(page.getByRole('button', { name: '确认兑换' })).toBeEnabled();
  const keeperToken = await scene.unlock();
  await scene.client.ask('moveStock', {
    requestId: randomUUID(),
    keeperToken,
    goodsId: goods.id,
    quantity: -stock,
    reason: 'LOSS',
    note: '',
  });
  await page.getByRole('button', { name: '确认兑换' }).click();
  await expect(page.getByRole('alert')).toContainText(`${goods.name} 已经换完了`);
  expect(scene.count('REDEEMED')).toBe(0);
});

test('the shop is closed today, and says when it opens', async ({ page }) => {
  await begin(page, (reference) => {
    const { rules } = withPoints(200)(reference);
    const today = new Date(todayAtNine()).getUTCDate();
    // A day that every month has and that is not today.
    const openDaysOfMonth = [today === 15 ? 16 : 15];
    return {
      ...withPoints(200)(reference),
      rules: { ...rules, shop: { ...rules.shop, openDaysOfMonth } },
    };
  });
  await expect(page.getByText(/月(15|16)日.*开门/)).toBeVisible();
  await choose(page, 30);
  await toCounter(page);
  await expect(page.getByRole('alert')).toContainText('爱心超市现在不开门');
  expect(scene.count('REDEEMED')).toBe(0);
});

test('many points: the keeper confirms by PIN on the screen', async ({ page }) => {
  await begin(page, withPoints(400));
  await choose(page, 280);
  await toCounter(page);
  await page.getByRole('button', { name: '确认兑换' }).click();
  await expect(page.getByText('请管理员输入密码')).toBeVisible();
  for (const digit of '0000') await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await expect(page.getByText('密码不对，还可以试 4 次')).toBeVisible();
  expect(scene.count('REDEEMED')).toBe(0);
  for (const digit of '2580') await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await expect(page.getByText('兑换成功')).toBeVisible();
  expect(scene.count('REDEEMED')).toBe(1);
});

test.describe('cards that cannot be used', () => {
  for (const [what, text, words] of [
    ['forged', village.oddCards.forged, '这张卡不能用'],
    ['revoked', village.oddCards.revoked, '这张卡已经停用'],
    ['outdated', village.oddCards.outdated, '这是旧卡，已经换过新卡'],
  ] as const) {
    test(`a ${what} card`, async ({ page }) => {
      await begin(page, (same) => same);
      await scanByWedge(page, text);
      await expect(page.getByRole('alert')).toContainText(words);
      expect(scene.count('SIGNED_IN')).toBe(0);
    });
  }
});
