/**
 * A new machine where no line is: the keeper chooses the stick, types number and code from the paper, and is told at
 * each moment what to do with the stick, until the village is there.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { makeCode } from '../../county/server/pairing.ts';
import { importFile } from '../../county/server/stickPairing.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { startStation } from '../harness/station.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
async function type(page: Page, text: string): Promise<void> {
  for (const letter of text) await press(page, letter);
}
/** Nothing is cut off or out of reach at either size of a station's screen. */
async function looksWell(page: Page, name: string): Promise<void> {
  for (const size of [
    { width: 1080, height: 1920 },
    { width: 1366, height: 768 },
  ]) {
    await page.setViewportSize(size);
    const over = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth - innerWidth, scrollHeight - innerHeight];
    });
    expect(over, `${name} at ${size.width}`).toEqual([0, 0]);
    for (const button of await page.getByRole('button').all())
      await expect(button).toBeInViewport({ ratio: 1 });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  }
}

test('brought in by stick', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'stick-pairing-e2e-'));
  const stick = join(folder, 'stick');
  const pocket = join(folder, 'pocket');
  const file = (side: string, name: string) => join(pocket, 'village-station', side, name);
  const { county } = await listeningCounty();
  const dir = join(folder, 'station');
  const station = await startStation({ dir, stickDir: stick, unpaired: true, startMs: Date.now() });
  try {
    const made = await makeCode(county.context, 1, { replaces: false });
    if (!made.ok) throw new Error(made.error.kind);
    await page.goto(station.address);
    await looksWell(page, 'scan by line');
    await press(page, '没有网络，用 U 盘配对');
    await expect(page.getByText('用 U 盘配对：把县里给的二维码放到扫码口')).toBeVisible();
    await looksWell(page, 'scan by stick');
    await press(page, '没有二维码，用手输入');
    await expect(page.getByText('第 1 步，共 2 步')).toBeVisible();
    await type(page, '1');
    await press(page, '确定');
    await type(page, made.value.code.replace('-', ''));
    await press(page, '下一步');
    await expect(page.getByText('请插入 U 盘')).toBeVisible();
    await looksWell(page, 'insert');
    mkdirSync(join(stick, 'village-station'), { recursive: true });
    await expect(page.getByText('可以拔下 U 盘了')).toBeVisible();
    await looksWell(page, 'safe');
    renameSync(stick, pocket);
    await expect(page.getByText('等 U 盘从县里回来')).toBeVisible();
    await press(page, '重新配对');
    await expect(page.getByText('要重新配对吗？')).toBeVisible();
    await looksWell(page, 'anew');
    await press(page, '继续等');

    const report = await importFile(county.context, readFileSync(file('to-county', 'pairing-00001.vse')));
    if (!report.ok || report.value.answer === null) throw new Error('not taken');
    const { name, bytes } = report.value.answer;
    mkdirSync(join(pocket, 'village-station', 'from-county'));
    writeFileSync(file('from-county', name), bytes.subarray(0, 500));
    renameSync(pocket, stick);
    await expect(page.getByText('县里的回执不完整')).toBeVisible();
    await looksWell(page, 'damaged');
    renameSync(stick, pocket);
    await expect(page.getByText('等 U 盘从县里回来')).toBeVisible();
    writeFileSync(file('from-county', name), bytes);
    renameSync(pocket, stick);
    await expect(page.locator('[data-screen="home"]')).toBeVisible();
    await expect(page.getByText('李家畈村').first()).toBeVisible();
  } finally {
    await station.close();
    await county.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
