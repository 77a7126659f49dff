/**
 * A morning at the county: two kiosks of one village sold the same last bag while their lines were down, and a copied
 * database told another story under numbers that were taken. The administrator logs in, reads what happened, and
 * settles both: the villager without a bag gets the points back by the station itself.
 */
import { expect, test, type Page } from '@playwright/test';
import { makeSampleVillage } from '../../county/sample/village.ts';
import { sha256 } from '../../county/server/codecs.ts';
import type { County } from '../../county/server/county.ts';
import { ingestRun } from '../../county/server/ingest.ts';
import { putReference } from '../../county/server/reference.ts';
import type { EventDraft, JournalEvent } from '../../domain/journal/events.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { decodeBatch, encodeBatch } from '../../domain/wire/batch.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { runOf } from '../harness/wire.ts';
import { logInBy } from './countyLogin.ts';

const NOW_MS = Date.now();
const A = { stationId: 1, incarnation: 'aaaaaaaaaaaaaaaa' };
const B = { stationId: 1, incarnation: 'bbbbbbbbbbbbbbbb' };
const WHO = 3;

const { reference } = makeSampleVillage({ nowMs: NOW_MS });
const nameOf = (id: number) =>
  reference.volunteers.find((volunteer) => volunteer.id === id)?.name ?? 'nobody';

// Something that the points of an hour pay, at the county's price.
const bag = reference.goods.find(({ unitPoints }) => unitPoints <= 40) ?? { id: 0, name: '', unitPoints: 0 };

let county: County;
let url = '';
test.beforeEach(async () => {
  ({ county, url } = await listeningCounty());
});
test.afterEach(async () => {
  await county.close();
});

function events(...drafts: readonly EventDraft[]): readonly JournalEvent[] {
  const header = {
    atMs: NOW_MS - 3_600_000,
    boot: 1,
    monoMs: 1000,
    trust: 0,
    rulesVersion: 1,
    actorId: 0,
  } as const;
  return drafts.map((draft, i) => ({ ...draft, ...header, seq: i + 1 }));
}
async function send(at: typeof A, all: readonly JournalEvent[]): Promise<boolean> {
  const decoded = decodeBatch(encodeBatch(runOf(all, at)), sha256);
  if (!decoded.ok) throw new Error(decoded.error.kind);
  return (await ingestRun(county.context, decoded.value, new Uint8Array())).ok;
}
const started: EventDraft = { type: 'STATION_STARTED', osBoot: 'b', appVersion: '1' };
function sale(volunteerId: number, goodsId: number): EventDraft {
  const card = { cardNumber: 1, source: 'HID', confirmedBy: 'CARD' } as const;
  return {
    type: 'REDEEMED',
    volunteerId,
    ...card,
    lines: [{ goodsId, quantity: 1, unitPoints: bag.unitPoints }],
    totalPoints: bag.unitPoints,
  };
}
/** Four hours of service, whose sign-in is the fact with that number. */
const earned = (volunteerId: number, signInSeq: number): readonly EventDraft[] => [
  { type: 'SIGNED_IN', volunteerId, cardNumber: 1, activityId: 1, source: 'HID', mode: 'NORMAL' },
  {
    type: 'SIGNED_OUT',
    signInSeq,
    volunteerId,
    cardNumber: 1,
    source: 'HID',
    actualMinutes: 240,
    credits: [{ day: shanghaiDay(NOW_MS), minutes: 240, points: 40 }],
  },
];

const logIn = (page: Page, token = county.adminToken) => logInBy(page, token);
async function settle(page: Page, title: string, choice: string): Promise<void> {
  const item = page.locator('#inbox li', { hasText: title });
  await item.getByRole('button', { name: '处理' }).click();
  await page.getByText(choice).click();
  await page.getByLabel('处理人姓名').fill('王主任');
  await page.getByLabel(/^理由/).fill('已打电话核实');
  await page.getByRole('button', { name: '确定' }).click();
}

test('a fork and an oversold item are read and settled, by whoever has the token', async ({ page }) => {
  const delivery: EventDraft = {
    type: 'STOCK_MOVED',
    goodsId: bag.id,
    quantity: 1,
    reason: 'DONATION',
    note: '',
  };
  const first = events(started, delivery, ...earned(WHO, 3), ...earned(WHO + 1, 5), sale(WHO, bag.id));
  const second = events(started, sale(WHO + 1, bag.id));
  await send(A, first);
  await send(B, second);
  expect(await send(A, [...first.slice(0, 6), ...events(sale(WHO + 1, bag.id))])).toBe(false);

  // Whoever is not logged in learns that there is something, and no name.
  await page.setViewportSize({ width: 1366, height: 768 });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/40[14]/.test(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  await expect(page.locator('#alerts li')).toHaveCount(3);
  await expect(page.locator('#inbox-section')).toBeHidden();
  expect((await page.request.get(`${url}/admin/exceptions`)).status()).toBe(404);
  await logIn(page, 'not the token');
  await expect(page.getByText('口令不对')).toBeVisible();
  await page.getByLabel('登录口令').fill(county.adminToken);
  await page.getByRole('button', { name: '登录', exact: true }).click();

  await expect(page.locator('#inbox li')).toHaveCount(3);
  const oversold = page.locator('#inbox li', { hasText: '兑出的商品超过了库存' });
  await expect(oversold).toContainText(`${bag.name} ×1`);
  await expect(oversold).toContainText(nameOf(WHO + 1));
  await page.screenshot({ path: test.info().outputPath('inbox-1366.png'), fullPage: true });

  await settle(page, '同一编号下有两份不同的记录', '以县里已存的为准');
  await expect(page.locator('#inbox li')).toHaveCount(2);
  await settle(page, '兑出的商品超过了库存', '退还积分');
  await expect(oversold).toContainText('等该站下次联系时执行');
  await expect(oversold.getByRole('button')).toHaveCount(0);

  // The station has carried it out.
  const { act_id: actId } = await county.context.db
    .selectFrom('county_act')
    .select('act_id')
    .executeTakeFirstOrThrow();
  await send(B, [...second, ...events({ type: 'COUNTY_ACT_DONE', actId, outcome: 'DONE' })]);
  await expect(page.locator('#inbox li')).toHaveCount(1);
  await expect(page.locator('#settled li')).toHaveCount(2);
  await expect(page.locator('#settled')).toContainText('王主任');
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.screenshot({ path: test.info().outputPath('settled-1920.png'), fullPage: true });

  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.locator('#inbox-section')).toBeHidden();
  await page.reload();
  await expect(page.getByRole('button', { name: '管理员登录' })).toBeVisible();
  expect(problems).toEqual([]);
});

test('a station that burnt down: what it costs is read first, then its points are on their way', async ({
  page,
}) => {
  const { station } = reference;
  await putReference(county.context, {
    ...{ ...reference, grants: [], volunteers: [], households: [] },
    station: { ...station, id: 2, name: '石桥村新时代文明实践站' },
  });
  const five = [0, 1, 2, 3, 4].map((n) => WHO + n);
  await send(A, events(started, ...five.flatMap((id, place) => earned(id, 2 + 2 * place))));
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto(url);
  await logIn(page);
  const card = page.locator('article', { hasText: `1 · ${station.name}` });
  await card.getByRole('button', { name: '申报丢失' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/转到哪个站/).fill('1');
  await dialog.getByRole('button', { name: '先看影响' }).click();
  await expect(dialog.getByRole('alert')).toContainText('另填一个');
  await dialog.getByLabel(/转到哪个站/).fill('2');
  await dialog.getByRole('button', { name: '先看影响' }).click();
  await expect(dialog.locator('.cost')).toContainText('在 2 号站开出：');
  await expect(dialog.locator('.cost')).toContainText('最多');
  await expect(dialog.getByRole('button', { name: '确认丢失' })).toBeInViewport({ ratio: 1 });
  await page.screenshot({ path: test.info().outputPath('lost-1366.png') });
  await dialog.getByRole('button', { name: '确认丢失' }).click();
  await expect(dialog.getByRole('alert')).toContainText('填写姓名和理由');
  await dialog.getByLabel('处理人姓名').fill('王主任');
  await dialog.getByLabel(/^理由/).fill('火灾烧毁');
  await dialog.getByRole('button', { name: '确认丢失' }).click();
  await expect(page.getByRole('dialog')).toContainText('已申报丢失');
  await page.getByRole('button', { name: '关闭' }).click();

  // A village is one line, and not one for each of its people.
  const moves = page.locator('#transfers li');
  await expect(moves).toContainText('1 号站 → 2 号站：5 个账户，共 200 分');
  await expect(moves).toContainText('已交出，等新站开出');
  await expect(card).toContainText('已申报丢失，积分转到别的站');
  await expect(card.getByRole('button')).toHaveCount(0);
  await moves.scrollIntoViewIfNeeded();
  await page.screenshot({ path: test.info().outputPath('transfers-1366.png') });
});

test('a session is of this page alone, and wrong tokens are made to wait', async ({ page }) => {
  await page.goto(url);
  await logIn(page);
  await expect(page.getByRole('button', { name: '退出登录' })).toBeVisible();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  // The cookie alone, as a form of another site would send it, changes nothing.
  expect((await page.request.post(`${url}/admin/codes/1`)).status()).toBe(404);
  await page.getByRole('button', { name: '配对码' }).click();
  await expect(page.locator('dialog[open] .code')).toHaveText(/^[A-Z0-9-]{8,}$/);
  await page.screenshot({ path: test.info().outputPath('code.png') });
  await page.getByRole('button', { name: '关闭' }).click();
  // All figures of a station stand in one row.
  await page.setViewportSize({ width: 1366, height: 768 });
  const rows = await page
    .locator('.figures > div')
    .evaluateAll((pairs) => new Set(pairs.map((pair) => pair.getBoundingClientRect().top)).size);
  expect(rows).toBe(1);
  // A machine was brought in meanwhile: what the page still offers is refused in words, and then it offers the right.
  await county.context.db
    .insertInto('station_key')
    .values({ station_id: 1, public_key: 'a'.repeat(64), enrolled_ms: 1, revoked_ms: null })
    .execute();
  await page.getByRole('button', { name: '配对码' }).click();
  await expect(page.locator('dialog[open]')).toContainText('该站已经有机器。要换一台，请用“更换机器”');
  await page.getByRole('button', { name: '关闭' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: '配对码' })).toHaveCount(0);
  await page.getByRole('button', { name: '吊销' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: '吊销' }).click();
  await expect(page.locator('dialog[open]')).toContainText('已吊销 1 个密钥');
  await page.getByRole('button', { name: '关闭' }).click();
  await page.getByRole('button', { name: '退出登录' }).click();
  for (let time = 0; time < 5; time++)
    await page.request.post(`${url}/admin/login`, {
      headers: { 'x-county-page': '1' },
      data: { token: 'wrong' },
    });
  await logIn(page, 'wrong');
  await expect(page.getByText('输错次数太多')).toBeVisible();
  await page.getByRole('button', { name: '取消' }).click();
  // Whoever has the right one is not locked out by others' tries.
  await logIn(page);
  await expect(page.getByRole('button', { name: '退出登录' })).toBeVisible();
});
