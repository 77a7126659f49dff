/**
 * A stick's way through the hands of people: the keeper at the station's screen, the administrator at the county's
 * page, and the keeper again.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { startBrowserShell } from '../../electron/browser.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { openLocal } from '../harness/local.ts';
import { bundlesOn, introduce } from '../harness/stick.ts';
import { seedStation, testVillage } from '../harness/village.ts';

const quiet = { warn: () => undefined, error: () => undefined };
const village = testVillage();

test('written at the station, taken in on the page, read at the station', async ({ page, context }) => {
  const folder = mkdtempSync(join(tmpdir(), 'stick-e2e-'));
  const dir = join(folder, 'station');
  const stick = join(folder, 'stick');
  const pocket = join(folder, 'pocket');
  const { county, url } = await listeningCounty({ sample: false });
  seedStation(dir, village.reference);
  await introduce(county, dir, village.reference);
  const local = openLocal(dir, village, { stickDir: stick });
  const token = randomBytes(32).toString('base64url');
  const rendererDir = resolve('out/renderer');
  const shell = await startBrowserShell({ station: local.station, rendererDir, port: 0, token, log: quiet });
  try {
    await page.goto(`${shell.address}/#token=${token}`);
    await expect(page.locator('[data-screen="home"]')).toBeVisible();
    const { sync } = await local.status();
    mkdirSync(join(stick, 'village-station'), { recursive: true });
    await expect(page.getByText(`可以带走 ${sync.recorded} 条记录`)).toBeVisible();
    await page.getByRole('button', { name: '写入 U 盘' }).tap();
    await expect(page.getByText('可以拔下 U 盘了')).toBeVisible();
    renameSync(stick, pocket);
    await expect(page.getByRole('dialog')).toBeHidden();

    const desk = await context.newPage();
    await desk.goto(url);
    await desk.getByRole('button', { name: '管理员登录' }).click();
    await desk.getByLabel('登录口令').fill(county.adminToken);
    await desk.getByRole('button', { name: '登录', exact: true }).click();
    const toCounty = join(pocket, 'village-station', 'to-county');
    await desk
      .getByLabel('选择文件（.vsb、.vse）')
      .setInputFiles(bundlesOn(pocket).map((name) => join(toCounty, name)));
    await expect(desk.getByText(`收下 ${sync.recorded} 条新记录`)).toBeVisible();
    const { violations } = await new AxeBuilder({ page: desk }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    const saved = desk.waitForEvent('download');
    await desk.getByRole('button', { name: /保存回执/ }).click();
    const download = await saved;
    const answer = download.suggestedFilename();
    expect(answer).toMatch(/-00001\.vsb$/);
    await download.saveAs(join(pocket, 'village-station', 'from-county', answer));

    renameSync(pocket, stick);
    await expect(page.getByText(`县里已收到 ${sync.recorded} 条记录`)).toBeVisible();
    expect((await local.status()).sync.reachedCounty).toBe(sync.recorded);
  } finally {
    await shell.close();
    await local.close();
    await county.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
