/** Two stations are started on one folder: one writes, the other says plainly why it does not. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyFolder } from '../../db/verify.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { beginScene } from '../harness/scene.ts';
import { startStation, todayAtNine } from '../harness/station.ts';

test('the second process on a folder is refused in a plain line, until the first has gone, be it by kill -9', async () => {
  let scene = await beginScene();
  await expect(startStation({ dir: scene.dir })).rejects.toThrow(
    /Another station is running on .*close that one/,
  );
  // The first has felt nothing of it.
  const request = { requestId: randomUUID(), scanId: await scene.scan(3), activityId: null };
  const told = await scene.client.ask('sign', request);
  expect(told.kind).toBe('SIGNED_IN');
  scene = await scene.restart('kill', { startMs: todayAtNine() + 60_000 });
  expect(await scene.client.ask('sign', request)).toEqual(told);
  await expect(startStation({ dir: scene.dir })).rejects.toThrow(/Another station is running/);
  expect(verifyFolder(scene.dir, realWorld().sha256).finding).toBeNull();
  await scene.end();
});

test('two windows on one station tap the same form: one fact, one answer', async () => {
  const scene = await beginScene();
  const other = await scene.station.connect();
  const request = { requestId: randomUUID(), scanId: await scene.scan(3), activityId: null };
  const [here, there] = await Promise.all([scene.client.ask('sign', request), other.ask('sign', request)]);
  expect(there).toEqual(here);
  expect(scene.count('SIGNED_IN')).toBe(1);
  other.close();
  await scene.end();
});

test('two windows answer the same scan by two forms at once: one is recorded, the other is told that it is used', async () => {
  const scene = await beginScene();
  const other = await scene.station.connect();
  for (const volunteerId of [3, 4, 5, 6]) {
    const scanId = await scene.scan(volunteerId);
    const answers = await Promise.all(
      [scene.client, other].map((window) =>
        window.ask('sign', { requestId: randomUUID(), scanId, activityId: null }),
      ),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['REFUSED', 'SIGNED_IN']);
    expect(answers).toContainEqual(expect.objectContaining({ reason: { kind: 'SCAN_USED' } }));
  }
  expect(scene.count('SIGNED_IN')).toBe(4);
  other.close();
  await scene.end();
});
