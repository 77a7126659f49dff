/**
 * The office at the county's page: a village's file with a mistake is not taken and the mistake is named, the mended one
 * is; a new village gets its number; a rule is changed after its difference was seen; two people change a price.
 */
import { expect, test, type Page } from '@playwright/test';
import type { County } from '../../county/server/county.ts';
import { dateOf } from '../../domain/reference/villageFile.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { bytesOf, villageFile } from '../harness/villageFiles.ts';
import { logInBy } from './countyLogin.ts';

let county: County;
test.beforeEach(async ({ page }) => {
  const begun = await listeningCounty({ sample: false });
  county = begun.county;
  await page.goto(begun.url);
  await logInBy(page, county.adminToken);
});
test.afterEach(() => county.close());

const handIn = (page: Page, file: unknown) =>
  page
    .getByLabel('选择文件')
    .last()
    .setInputFiles({
      name: '七里坪.json',
      mimeType: 'application/json',
      buffer: Buffer.from(bytesOf(file)),
    });
const fill = async (page: Page, values: Readonly<Record<string, string>>) => {
  for (const [label, value] of Object.entries(values))
    await page.getByRole('dialog').getByLabel(label).first().fill(value);
};

test('villages are brought in and added, and every mistake has its place', async ({ page }) => {
  const lines = page.locator('#village-lines');
  const file = villageFile(17, '七里坪村');
  await handIn(page, { ...file, goods: [{ id: 1, name: '食盐', unit: '袋', unitPoints: 0 }] });
  await expect(lines).toContainText('goods 第 1 项（编号 1） unitPoints：不能小于 1');
  await handIn(page, file);
  await expect(lines).toContainText('✓ 17 号站 七里坪村：新增，第 1 版，3 人');
  await page.getByRole('button', { name: '新增一个村' }).click();
  await fill(page, { 站号: '18', 村名: '李家畈村', 乡镇: '觅儿寺镇', 县: '红安县' });
  await page.getByRole('dialog').getByRole('button', { name: '新增一个村' }).click();
  await page.getByText('各村资料（2 个村）').click();
  await expect(page.locator('#village-list')).toContainText('18 · 李家畈村第 1 版');
  await page.locator('#villages-section').screenshot({ path: 'test-results/county-villages.png' });
});

test('a rule is changed once its difference was seen; a price by two people', async ({ page }) => {
  await handIn(page, villageFile(17, '七里坪村'));
  await expect(page.locator('#village-lines')).toContainText('✓');
  await page.getByRole('button', { name: '全县规则' }).click();
  await fill(page, { '服务积分每人每天最多（积分）': '60' });
  await page.screenshot({ path: 'test-results/county-rules.png' });
  await page.getByRole('button', { name: '看一看改了什么' }).click();
  await expect(page.getByRole('dialog')).toContainText('服务积分每人每天最多（积分）：80 → 60');
  await page.getByLabel('处理人姓名').fill('王主任');
  await page.getByLabel(/^理由/).fill('试行');
  await page.getByRole('button', { name: '确认修改' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: '全县规则' }).click();
  await expect(page.getByRole('dialog')).toContainText('全县规则（第 2 版）');
  await page.getByRole('button', { name: '关闭' }).click();

  const from = dateOf(shanghaiDay(Date.now()) + 5);
  await page.getByRole('button', { name: '改价' }).click();
  await fill(page, { 站号: '17', 物品编号: '1', '新价（积分）': '30', 从哪天起: from, 处理人姓名: '王主任' });
  await page.getByRole('dialog').getByLabel(/^理由/).fill('进价涨了');
  await page.getByRole('button', { name: '提出改价' }).click();
  const change = page.getByRole('dialog').locator('li');
  await expect(change).toContainText(`17 号站 食盐：25 分 → 30 分，${from} 起`);
  await change.getByLabel('处理人姓名').fill('王主任');
  await change.getByRole('button', { name: '确认改价' }).click();
  await expect(page.getByRole('alert').last()).toContainText('提出的人不能自己确认');
  await change.getByLabel('处理人姓名').fill('李会计');
  await change.getByRole('button', { name: '确认改价' }).click();
  await expect(page.getByRole('dialog').locator('li')).toContainText('李会计 确认，请在村里公示');
  await page.screenshot({ path: 'test-results/county-prices.png' });
});

test('two registrations of one person are looked at, and then merged', async ({ page }) => {
  await handIn(page, villageFile(17, '七里坪村'));
  await expect(page.locator('#village-lines')).toContainText('✓');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: '合并重复登记' }).click();
  await fill(page, { 停用的编号: '17002', 保留的编号: '17002' });
  await page.getByRole('button', { name: '先看一看是谁' }).click();
  await expect(dialog.getByRole('alert')).toContainText('两个编号是同一个');
  await fill(page, { 保留的编号: '17001' });
  await page.getByRole('button', { name: '先看一看是谁' }).click();
  await expect(dialog).toContainText('停用：17002 号 李建国，17 号站');
  await expect(dialog).toContainText('保留：17001 号 王秀英，17 号站');
  await fill(page, { 处理人姓名: '王主任', 理由: '重复登记' });
  await page.screenshot({ path: 'test-results/county-merge.png' });
  await page.getByRole('button', { name: '确认合并' }).click();
  await expect(dialog).toContainText('已合并');
  await dialog.getByRole('button', { name: '关闭' }).click();
  await page.getByRole('button', { name: '合并重复登记' }).click();
  await fill(page, { 停用的编号: '17002', 保留的编号: '17001' });
  await page.getByRole('button', { name: '先看一看是谁' }).click();
  await expect(dialog.getByRole('alert')).toContainText('17002 号早已并入 17001 号');
});
