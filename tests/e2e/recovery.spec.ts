/**
 * The disk has spoilt the database over night. In the morning the station starts in the Chromium shell, the way of
 * Debian: the screen says what is wrong, the keeper brings the records back by touch and PIN, the station opens by
 * itself, and the first card is scanned.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { SAMPLE_KEEPER_PIN } from '../../county/sample/village.ts';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { ROOT } from '../../scripts/lib/tools.ts';
import { connectClient } from '../harness/client.ts';
import { cardOf, seedStation, testVillage } from '../harness/village.ts';
import { sha256 } from '../harness/wire.ts';

/** Now, because the program itself has the real clock: the plan has something at every hour. */
const village = testVillage(Date.now());
const TIMEOUT = { timeout: 60_000 };

let dir: string;
let station: ChildProcess | undefined;
test.beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recovery-'));
  seedStation(dir, village.reference, Date.now());
});
test.afterEach(async () => {
  if (station?.exitCode === null) {
    const ended = once(station, 'exit');
    station.kill('SIGKILL');
    await ended;
  }
  await rm(dir, { recursive: true });
});

const press = (page: Page, label: string, exact = false) =>
  page.getByRole('button', { name: label, exact }).first().tap({ timeout: 15_000 });
async function typePin(page: Page): Promise<void> {
  for (const digit of SAMPLE_KEEPER_PIN) await press(page, digit, true);
  await press(page, '确定', true);
}

/** The very program of `npm run station -- --headless`: its port and its token. */
async function startProgram(): Promise<{ readonly port: number; readonly token: string }> {
  const tokenFile = join(dir, 'token');
  const program = spawn(
    process.execPath,
    [
      join(ROOT, 'scripts', 'station.ts'),
      '--headless',
      '--data',
      dir,
      '--station',
      '1',
      '--token-file',
      tokenFile,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  station = program;
  let said = '';
  for await (const chunk of program.stdout) {
    said += String(chunk);
    const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return { port: Number(port), token: (await readFile(tokenFile, 'utf8')).trim() };
  }
  throw new Error(`the station ended: ${said}`);
}

test('flipped bytes, a restore by touch, and the first card', async ({ page }) => {
  const backup = makeBackup({ dir, folder: backupFolder(dir), nowMs: Date.now(), maxBytes: 1e9 }, sha256);
  expect(backup).toMatchObject({ ok: true });
  const bytes = await readFile(databaseFile(dir));
  bytes.fill(0xff, 4096 + 8, 4096 + 200);
  await writeFile(databaseFile(dir), bytes);

  const { port, token } = await startProgram();
  await page.goto(`http://127.0.0.1:${port}/#token=${token}`);
  await expect(page.getByRole('heading', { name: '记录坏了，本站打不开' })).toBeVisible(TIMEOUT);
  await expect(page.getByText('有好的备份，能恢复')).toBeVisible(TIMEOUT);
  await press(page, '管理员：用备份恢复');
  await typePin(page);
  await press(page, '看看能恢复什么');
  await expect(page.getByText('会丢')).toBeVisible(TIMEOUT);
  await press(page, '恢复到这一份');
  await expect(page.getByText('真的要恢复，请再输一次密码')).toBeVisible();
  await typePin(page);
  await expect(page.getByText('恢复好了')).toBeVisible(TIMEOUT);
  await press(page, '好了', true);
  await expect(page.locator('[data-screen="home"]')).toBeVisible(TIMEOUT);

  const client = await connectClient(port, token);
  await client.ask('submitScan', { text: cardOf(village, 3), source: 'WEDGE' });
  await expect(page.getByText('签到成功')).toBeVisible(TIMEOUT);
  client.close();
  const program = station;
  if (program === undefined) throw new Error('no program');
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});
