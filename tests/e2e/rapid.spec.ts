/**
 * The drum sounds and sixty people come running: the keeper has switched on rapid mode, each holds the card to the
 * scanner in passing, and nobody touches anything. Every one of them is recorded, once.
 */
import { expect, test } from '@playwright/test';
import { beginScene, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';
import { cardOf } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';

let scene: Scene;
test.afterEach(() => scene.end());

test('rapid mode misses nobody and takes nobody twice', async ({ page }) => {
  scene = await beginScene();
  // What the station answers to the page, which is the one that signs people in.
  const answers: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"result":')) answers.push(String(payload));
    }),
  );
  await page.goto(scene.station.address);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
  const { todayActivities } = await scene.client.ask('getHome', {});
  const open = todayActivities.find(({ openForSignIn }) => openForSignIn);
  const keeperToken = await scene.unlock();
  await scene.client.ask('setRapid', { keeperToken, activityId: open?.id ?? 0 });
  await expect(page.locator('[data-screen="rapid"]')).toBeVisible();

  // From the scanner's own process, all at once: faster than any queue of people.
  const people = scene.village.reference.volunteers.slice(0, 60);
  const scans = people.map(({ id }) =>
    scene.client.ask('submitScan', { text: cardOf(scene.village, id), source: 'CAMERA' }),
  );
  for (const { outcome } of await Promise.all(scans)) expect(outcome.kind).toBe('CARD');
  await expect(page.getByRole('status')).toHaveText('60');

  // And typed by a scanner in keyboard mode: one who is new, and the same card a moment later.
  const late = scene.village.reference.volunteers[60];
  await scanByWedge(page, cardOf(scene.village, late?.id ?? 0));
  await expect(page.getByRole('status')).toHaveText('61');
  await scanByWedge(page, cardOf(scene.village, late?.id ?? 0));
  await expect(page.getByRole('log')).toContainText(`${late?.name ?? ''} 已经签过了`);

  // No answer was a refusal, whatever was asked at once.
  expect(answers.filter((answer) => !answer.includes('"result":{"ok":true'))).toEqual([]);
  expect(answers.filter((answer) => answer.includes('"kind":"SIGNED_IN"'))).toHaveLength(61);
  const signedIn = readStation<{ readonly volunteer_id: number; readonly activity_id: number }>(
    scene.dir,
    'SELECT volunteer_id, activity_id FROM attendance ORDER BY volunteer_id',
  );
  const expected = [...people, late].map((person) => ({ volunteer_id: person?.id, activity_id: open?.id }));
  expect(signedIn).toEqual(expected);
  expect(scene.count('SIGNED_IN')).toBe(61);
  expect(scene.count('SIGNED_OUT')).toBe(0);
});
