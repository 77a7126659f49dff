/**
 * The keeper brings the station back from its backup, at the desk, in a real browser before a real station, while the
 * line is down and the disk has spoilt a record: the preview says what would be lost, the PIN is asked for once more, the station comes back by itself
 * and says that it is another incarnation, and the accounts are those of the backup. Then the line is there again,
 * and the county gives the rest back.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { SAMPLE_KEEPER_PIN } from '../../county/sample/village.ts';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import { startCounty, type CountyProcess } from '../harness/county.ts';
import { sceneOf, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';
import { sha256 } from '../harness/wire.ts';

const village = testVillage();
const BEFORE = 6;
const AFTER = 7;
const TIMEOUT = { timeout: 30_000 };

let dir: string;
let county: CountyProcess;
let scene: Scene;
test.setTimeout(150_000);
test.beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'county-'));
  county = await startCounty({ dir });
  scene = await sceneOf(village, {
    dir: await mkdtemp(join(tmpdir(), 'station-')),
    countyUrl: county.url,
    pauseMs: 200,
  });
});
test.afterEach(async () => {
  await scene.end();
  await county.close();
  await rm(dir, { recursive: true });
});

const press = (page: Page, label: string, exact = false) =>
  page.getByRole('button', { name: label, exact }).first().tap({ timeout: 15_000 });
async function typePin(page: Page): Promise<void> {
  for (const digit of SAMPLE_KEEPER_PIN) await press(page, digit, true);
  await press(page, '确定', true);
}
async function openBackups(page: Page): Promise<void> {
  await press(page, '管理员', true);
  await typePin(page);
  await press(page, '上报', true);
  await press(page, '备份和恢复');
}
/** Who has how many points, by what stands in the station's database. */
const accounts = () =>
  readStation(scene.dir, 'SELECT holder, holder_id, available FROM account WHERE issued > 0 ORDER BY 1, 2');
/** What a dying disk does to a record; the station has not noticed yet. */
function spoil(seq: number): void {
  const db = new Database(databaseFile(scene.dir));
  const triggers = db.prepare<[], { readonly name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'",
  );
  for (const { name } of triggers.all()) db.exec(`DROP TRIGGER ${name}`);
  expect(db.prepare("UPDATE journal SET text = text || ' ' WHERE seq = ?").run(seq).changes).toBe(1);
  db.close();
}
async function award(holderId: number): Promise<void> {
  const keeperToken = await scene.unlock();
  const asked = { requestId: randomUUID(), keeperToken, awardId: 1, holderId, reason: '调解邻里纠纷' };
  expect((await scene.client.ask('award', asked)).kind).toBe('DONE');
}
async function reached(): Promise<void> {
  await expect
    .poll(async () => {
      await scene.client.ask('syncNow', {});
      const { recorded, reachedCounty } = (await scene.client.ask('getStatus', {})).sync;
      return recorded === reachedCounty;
    }, TIMEOUT)
    .toBe(true);
}

test('restored at the desk, and filled again by the county', async ({ page }) => {
  await expect.poll(async () => (await scene.client.ask('getHome', {})).ready, TIMEOUT).toBe(true);
  await award(BEFORE);
  await reached();
  const nowMs = (await scene.client.ask('getStatus', {})).nowMs;
  const backup = makeBackup(
    { dir: scene.dir, folder: backupFolder(scene.dir), nowMs, maxBytes: 1e9 },
    sha256,
  );
  if (!backup.ok || backup.value === null) throw new Error(JSON.stringify(backup));
  const then = accounts();
  await award(AFTER);
  await reached();
  const now = accounts();
  expect(now).not.toEqual(then);
  await county.close();
  spoil(backup.value.seq + 1);

  await page.goto(scene.station.address);
  await openBackups(page);
  await expect(page.getByText('换了编号：这是第一次开机')).toBeVisible();
  // The station may have made another one meanwhile.
  const row = page.locator('li', { hasText: `到第 ${backup.value.seq} 条` });
  await row.getByRole('button', { name: '看看能恢复什么' }).tap();
  // That the keeper unlocked the desk just now has reached nobody yet.
  await expect(page.getByText('条县里有，1 条哪里都没有')).toBeVisible();
  await press(page, '恢复到这一份');
  await expect(page.getByText('真的要恢复，请再输一次密码')).toBeVisible();
  await typePin(page);
  await expect(page.getByText('恢复好了')).toBeVisible(TIMEOUT);
  expect(accounts()).toEqual(then);
  await press(page, '好了', true);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();

  await openBackups(page);
  await expect(page.getByText('换了编号：从备份恢复过')).toBeVisible();
  county = await startCounty({ dir, port: county.port, startMs: nowMs });
  await expect.poll(accounts, TIMEOUT).toEqual(now);
  await page.reload();
  await openBackups(page);
  await press(page, '找回了多少');
  // That one stood whole behind the spoilt record, and joined what the county gave back.
  await expect(page.getByText(/找回的是.*没有丢的/)).toBeVisible();
});
