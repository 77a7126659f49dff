/**
 * Points from a good deed to the shelf, in a real browser before a real station: the keeper awards, the head
 * approves, the village reads the notice, and three working days later the points can be spent. Then what was
 * wrong is put right. What a person touched is looked for in the database.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { SAMPLE_HEAD_PIN, SAMPLE_KEEPER_PIN } from '../../county/sample/village.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { cardOf, seedStation, testVillage } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

const DAY_MS = 86_400_000;
const ANOTHER_SCAN_MS = 4_000;
const VOLUNTEER = 5;
const village = testVillage();
const name = village.reference.volunteers.find(({ id }) => id === VOLUNTEER)?.name ?? '';

let scene: Scene;

/** `before` is what happens at the station while nobody looks at its screen: the screen answers each scan. */
async function begin(
  page: Page,
  change: (reference: Reference) => Reference,
  before?: () => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'station-'));
  seedStation(dir, change(village.reference));
  scene = await sceneOf(village, { dir });
  await before?.();
  await page.goto(scene.station.address);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
}
test.afterEach(() => scene.end());

const posted = (reference: Reference): Reference => ({
  ...reference,
  rules: { ...reference.rules, points: { ...reference.rules.points, settlement: 'posted' } },
});
const press = (page: Page, label: string | RegExp, exact = false) =>
  page.getByRole('button', { name: label, exact }).first().tap();
async function typePin(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await press(page, digit, true);
  await press(page, '确定', true);
}
async function openPoints(page: Page, pin: string, card: string): Promise<void> {
  await press(page, '管理员', true);
  await typePin(page, pin);
  await expect(page.locator('[data-screen="desk"]')).toBeVisible();
  await press(page, '积分', true);
  await press(page, card);
}
const lock = (page: Page) => press(page, '锁定并离开');
const savedLine = (page: Page) => page.getByRole('status').filter({ hasText: '已记下' });
async function scan(page: Page, volunteerId: number): Promise<void> {
  await scene.station.advance(ANOTHER_SCAN_MS);
  await scanByWedge(page, cardOf(village, volunteerId));
}
const sums = () =>
  readStation<{ readonly available: number; readonly pending: number }>(
    scene.dir,
    'SELECT available, pending FROM account WHERE holder = 0 AND holder_id = ?',
    VOLUNTEER,
  )[0];
const lots = (column: string) =>
  readStation<Record<string, number>>(
    scene.dir,
    `SELECT ${column} FROM lot WHERE holder = 0 AND holder_id = ? ORDER BY incarnation, seq DESC LIMIT 1`,
    VOLUNTEER,
  )[0]?.[column];

test('award, confirmed, approved by another, posted, available; and taken back by two', async ({ page }) => {
  await begin(page, posted, () => scene.confirmDate());
  const before = sums()?.available ?? 0;

  // 奖励积分: what for, whose card, why.
  await openPoints(page, SAMPLE_KEEPER_PIN, '奖励积分');
  await press(page, '见义勇为');
  await scan(page, VOLUNTEER);
  await expect(page.getByText(`见义勇为，给 ${name}`)).toBeVisible();
  await press(page, '村民反映');
  await press(page, /^记下/);
  await expect(savedLine(page)).toBeVisible();
  expect(scene.count('POINTS_AWARDED')).toBe(1);
  expect(sums()).toMatchObject({ pending: 20, available: before });

  // The keeper confirms, and cannot approve.
  await press(page, '核对和公示');
  await press(page, '去办');
  await press(page, '情况属实');
  await press(page, '记下：核对无误');
  await expect(savedLine(page)).toBeVisible();
  expect(scene.count('ENTRY_CONFIRMED')).toBe(1);
  await press(page, '去办');
  await expect(page.getByText('这一步要站长或监督员来办')).toBeVisible();
  await lock(page);

  // The head approves: it is on the notice, masked.
  await openPoints(page, SAMPLE_HEAD_PIN, '核对和公示');
  await press(page, '去办');
  await press(page, '审核通过');
  await press(page, '记下：审核通过');
  await expect(savedLine(page)).toBeVisible();
  expect(scene.count('ENTRY_APPROVED')).toBe(1);
  await lock(page);

  await press(page, '我的记录');
  await scan(page, VOLUNTEER);
  await press(page, '我的积分');
  await expect(page.getByText('正在公示')).toBeVisible();
  await expect(page.getByText('20 积分', { exact: true })).toBeVisible();
  await press(page, '首页');

  // Three working days and a weekend later it is there.
  await scene.station.advance(7 * DAY_MS);
  await openPoints(page, SAMPLE_HEAD_PIN, '核对和公示');
  await expect(page.getByText('没有等着办的').first()).toBeVisible();
  expect(scene.count('ENTRY_POSTED')).toBe(1);
  expect(sums()).toMatchObject({ pending: 0, available: before + 20 });
  await lock(page);

  // 收回积分: the same person twice is refused, a second one is not.
  await openPoints(page, SAMPLE_HEAD_PIN, '收回积分');
  await scan(page, VOLUNTEER);
  await page.getByRole('listitem').filter({ hasText: '见义勇为' }).getByRole('button').tap();
  await press(page, '重复记了');
  await press(page, '下一步');
  await typePin(page, SAMPLE_HEAD_PIN);
  await expect(page.getByRole('alert')).toContainText('换一个人');
  expect(scene.count('ENTRY_REVERSED')).toBe(0);
  await typePin(page, SAMPLE_KEEPER_PIN);
  await expect(savedLine(page)).toBeVisible();
  expect(scene.count('ENTRY_REVERSED')).toBe(1);
  expect(sums()).toMatchObject({ available: before });
  expect(lots('state')).toBe(5);
});

test('an exchange is cancelled by a touch: goods and points are back', async ({ page }) => {
  const goods = village.reference.goods.find(({ unitPoints }) => unitPoints === 30);
  if (goods === undefined) throw new Error('nothing for 30 points');
  const stock = () =>
    readStation<{ readonly quantity: number }>(
      scene.dir,
      'SELECT quantity FROM stock WHERE goods_id = ?',
      goods.id,
    )[0]?.quantity ?? 0;
  let before = 0;
  let stockBefore = 0;
  const exchange = async () => {
    before = sums()?.available ?? 0;
    stockBefore = stock();
    await scene.client.ask('redeem', {
      requestId: crypto.randomUUID(),
      personToken: (await scene.open(VOLUNTEER)).personToken,
      lines: [{ goodsId: goods.id, quantity: 2, unitPoints: 30 }],
      pin: '',
    });
  };
  await begin(page, (reference) => reference, exchange);
  expect([sums()?.available, stock()]).toEqual([before - 60, stockBefore - 2]);

  await openPoints(page, SAMPLE_KEEPER_PIN, '退换物品');
  await page.getByRole('listitem').filter({ hasText: name }).getByRole('button').tap();
  await press(page, `减一件 ${goods.name}`);
  await press(page, '下一步：退回 30 积分');
  await press(page, '不想要了');
  await press(page, '退回 30 积分');
  await expect(savedLine(page)).toBeVisible();
  expect(scene.count('REDEMPTION_UNDONE')).toBe(1);
  expect([sums()?.available, stock()]).toEqual([before - 30, stockBefore - 1]);
});

test('a villager agrees to spend together by their card, and takes it back', async ({ page }) => {
  await begin(page, (reference) => reference);
  const consents = () =>
    readStation<{ readonly given: number }>(
      scene.dir,
      'SELECT given FROM pooling WHERE volunteer_id = ?',
      VOLUNTEER,
    ).map(({ given }) => given);
  await press(page, '我的记录');
  await scan(page, VOLUNTEER);
  await press(page, '我的积分');
  await press(page, '全家一起用积分');
  await expect(page.getByText('您愿意让家里人也用您的积分吗')).toBeVisible();
  expect(consents()).toEqual([]);
  await press(page, '我同意');
  await expect(savedLine(page)).toBeVisible();
  expect(consents()).toEqual([1]);
  await press(page, /^全家一起用积分/);
  await press(page, '收回同意');
  await expect(savedLine(page)).toBeVisible();
  expect(consents()).toEqual([0]);
});

test('the notice prints on A4 with masked names, and nothing of the screen', async ({ page }) => {
  await begin(page, posted);
  await scene.client.ask('award', {
    requestId: crypto.randomUUID(),
    keeperToken: await scene.unlock(),
    awardId: 2,
    holderId: VOLUNTEER,
    reason: '看病借款',
  });
  await openPoints(page, SAMPLE_KEEPER_PIN, '核对和公示');
  await press(page, '去办');
  await press(page, '情况属实');
  await press(page, '记下：核对无误');
  await lock(page);
  await openPoints(page, SAMPLE_HEAD_PIN, '核对和公示');
  await press(page, '去办');
  await press(page, '审核通过');
  await press(page, '记下：审核通过');
  await lock(page);
  await openPoints(page, SAMPLE_HEAD_PIN, '打印公示');
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', 'true');
  });
  await press(page, '打印 A4 纸');
  await expect(page.locator('body[data-printed="true"]')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  const sheet = page.locator('.sheet');
  await expect(sheet).toBeVisible();
  await expect(page.locator('#root')).toBeHidden();
  const told = (await sheet.textContent()) ?? '';
  expect(told).toContain('见义勇为');
  expect(told).toContain(`${name.slice(0, 1)}*`);
  expect(told).not.toContain(name);
  // Why somebody was awarded may speak of their need or health.
  expect(told).not.toContain('看病');
  expect(told).not.toContain('****');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.toString('latin1')).toMatch(/MediaBox ?\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
});
