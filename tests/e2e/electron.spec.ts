/** The same station in its Electron window, where Electron's program is there; elsewhere skipped, saying so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { electronProgram } from '../../scripts/lib/electron.ts';
import { hasDisplay } from '../../scripts/lib/chromium.ts';
import { ROOT } from '../../scripts/lib/tools.ts';
import { readStation } from '../harness/station.ts';
import { cardOf, seedStation, testVillage } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

const program = electronProgram();

test('a card is scanned in the kiosk window, and quitting leaves it recorded', async () => {
  test.skip(program === undefined, 'Electron’s program is not there: `npm start` fetches it where it can');
  test.skip(!hasDisplay(), 'no display: run under Xvfb');
  const village = testVillage(Date.now());
  const dir = await mkdtemp(join(tmpdir(), 'electron-'));
  seedStation(dir, village.reference, Date.now());
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[0] !== 'ELECTRON_RUN_AS_NODE' && entry[1] !== undefined,
    ),
  );
  const app = await _electron.launch({
    executablePath: program ?? '',
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ROOT, '--data', dir],
    env,
  });
  const page = await app.firstWindow();
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
  expect(page.url()).toBe('app://station/');
  expect(await page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
  await scanByWedge(page, cardOf(village, 3));
  await expect(page.getByText('签到成功')).toBeVisible();
  await app.close();
  expect(readStation(dir, "SELECT seq FROM journal WHERE json_extract(text, '$[0]') = 2")).toHaveLength(1);
  await rm(dir, { recursive: true });
});
