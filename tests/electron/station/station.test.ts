/**
 * A whole station as one process, driven over its WebSocket as the README describes it: the real store, the real
 * crypto, a clock moved by the test. Each story then looks into SQLite.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { beginEmptyScene, beginScene, type Scene } from '../../harness/scene.ts';
import { startStation, todayAtNine } from '../../harness/station.ts';
import { cardOf, testVillage } from '../../harness/village.ts';

const HOUR_MS = 3_600_000;
const village = testVillage();

let scene: Scene;
afterEach(() => scene.end());

test('in at nine, out two and a half hours later: 150 minutes and their points, told only once recorded', async () => {
  scene = await beginScene();
  const signedIn = await scene.sign(3);
  if (signedIn.kind !== 'SIGNED_IN') throw new Error(signedIn.kind);
  expect(signedIn.person.volunteerId).toBe(3);
  expect(scene.count('SIGNED_IN')).toBe(1);
  await scene.station.advance(2.5 * HOUR_MS);
  const out = await scene.sign(3);
  if (out.kind !== 'SIGNED_OUT') throw new Error(out.kind);
  expect(out.actualMinutes).toBe(150);
  expect(out.creditedMinutes).toBe(150);
  expect(out.points).toBeGreaterThanOrEqual(25);
  expect(out.balance.minutesTotal).toBe(150);
  expect(scene.count('SIGNED_OUT')).toBe(1);
  const home = await scene.client.ask('getHome', {});
  expect(home.todayActivities.every(({ presentCount }) => presentCount === 0)).toBe(true);
});

test('a double tap is one fact and one answer, also after a restart', async () => {
  scene = await beginScene();
  const request = { requestId: randomUUID(), scanId: await scene.scan(3), activityId: null };
  const [first, second] = await Promise.all([
    scene.client.ask('sign', request),
    scene.client.ask('sign', request),
  ]);
  expect(second).toEqual(first);
  expect(scene.count('SIGNED_IN')).toBe(1);
  scene = await scene.restart('close', { startMs: todayAtNine() + HOUR_MS });
  const again = await scene.client.ask('sign', request);
  expect(again).toEqual(first);
  expect(scene.count('SIGNED_IN')).toBe(1);
});

test('one scan does one thing, and not for long', async () => {
  scene = await beginScene();
  const scanId = await scene.scan(3);
  expect(await scene.client.ask('sign', { requestId: randomUUID(), scanId, activityId: null })).toMatchObject(
    {
      kind: 'SIGNED_IN',
    },
  );
  expect(await scene.client.ask('sign', { requestId: randomUUID(), scanId, activityId: null })).toMatchObject(
    {
      kind: 'REFUSED',
      reason: { kind: 'SCAN_USED' },
    },
  );
  expect(await scene.client.ask('openPerson', { scanId })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'SCAN_USED' },
  });
  const late = await scene.scan(4);
  await scene.station.advance(5_001);
  expect(await scene.client.ask('openPerson', { scanId: late })).toMatchObject({
    reason: { kind: 'SCAN_EXPIRED' },
  });
  expect(scene.count('SIGNED_IN')).toBe(1);
});

test('the activity is corrected by touch within ten minutes', async () => {
  scene = await beginScene();
  const signedIn = await scene.sign(3);
  if (signedIn.kind !== 'SIGNED_IN') throw new Error(signedIn.kind);
  const [other] = signedIn.otherActivities;
  if (other === undefined) throw new Error('only one activity is open at nine');
  const change = { requestId: randomUUID(), signInSeq: signedIn.seq, activityId: other.id };
  const changed = await scene.client.ask('changeActivity', change);
  expect(changed).toMatchObject({ kind: 'SIGNED_IN', activity: { id: other.id } });
  expect(await scene.client.ask('changeActivity', change)).toEqual(changed);
  await scene.station.advance(11 * 60_000);
  expect(
    await scene.client.ask('changeActivity', {
      ...change,
      requestId: randomUUID(),
      activityId: signedIn.activity.id,
    }),
  ).toMatchObject({ kind: 'REFUSED', reason: { kind: 'TOO_LATE_TO_CHANGE' } });
});

test('an opened person is forgotten when closed and when idle', async () => {
  scene = await beginScene();
  const { personToken } = await scene.open(5);
  await scene.client.ask('closePerson', { personToken });
  expect(await scene.client.ask('quoteBasket', { personToken, lines: [] })).toEqual({ kind: 'PERSON_GONE' });
  const idle = await scene.open(6);
  await scene.station.advance(120_001);
  expect(await scene.client.ask('quoteBasket', { personToken: idle.personToken, lines: [] })).toEqual({
    kind: 'PERSON_GONE',
  });
});

test('an emergency: the keeper opens an activity, and in rapid mode every scan is a check-in', async () => {
  scene = await beginScene();
  const keeperToken = await scene.unlock();
  const opening = {
    requestId: randomUUID(),
    keeperToken,
    name: '抗洪抢险',
    teamId: 0,
    platform: 7,
    theme: 2,
    minutes: 240,
  };
  const opened = await scene.client.ask('openActivity', opening);
  if (opened.kind !== 'DONE') throw new Error(opened.kind);
  expect(await scene.client.ask('openActivity', opening)).toEqual(opened);
  const { activityId } = opened;
  expect(await scene.client.ask('setRapid', { keeperToken, activityId })).toEqual({ kind: 'DONE' });
  expect((await scene.client.ask('getStatus', {})).rapidActivityId).toBe(activityId);
  for (let volunteerId = 30; volunteerId < 50; volunteerId += 1)
    expect(await scene.sign(volunteerId)).toMatchObject({ kind: 'SIGNED_IN', activity: { id: activityId } });
  await scene.station.advance(4_000);
  expect(await scene.sign(30)).toMatchObject({ kind: 'REFUSED', reason: { kind: 'ALREADY_IN' } });
  const home = await scene.client.ask('getHome', {});
  expect(home.todayActivities.find(({ id }) => id === activityId)?.presentCount).toBe(20);
  expect(scene.count('SIGNED_IN')).toBe(20);
});

test('nobody signs out: unclosed by itself, and the keeper closes it not after the planned end', async () => {
  scene = await beginScene();
  const signedIn = await scene.sign(3);
  if (signedIn.kind !== 'SIGNED_IN') throw new Error(signedIn.kind);
  const { seq, atMs, activity } = signedIn;
  await scene.station.advance(activity.endMs - atMs + 121 * 60_000);
  const keeperToken = await scene.unlock();
  const desk = await scene.client.ask('getDesk', { keeperToken });
  if (desk.kind !== 'DESK') throw new Error(desk.kind);
  expect(desk.desk.attendances).toMatchObject([{ signInSeq: seq, unclosed: true }]);
  const closing = { keeperToken, signInSeq: seq, reason: '忘记签退' };
  expect(
    await scene.client.ask('closeAttendance', {
      ...closing,
      requestId: randomUUID(),
      outAtMs: activity.endMs + 60_000,
    }),
  ).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'TIME_OUT_OF_RANGE', fromMs: atMs, toMs: activity.endMs },
  });
  expect(
    await scene.client.ask('closeAttendance', {
      ...closing,
      requestId: randomUUID(),
      outAtMs: activity.endMs,
    }),
  ).toMatchObject({ kind: 'DONE' });
});

test('a screen hears the scan, that something changed, and the new state', async () => {
  scene = await beginScene();
  await scene.sign(3);
  await expect.poll(() => scene.client.pushed.map(({ event }) => event)).toContain('status');
  expect(scene.client.pushed.find(({ event }) => event === 'scan')).toMatchObject({
    data: { outcome: { kind: 'CARD' } },
  });
  expect(scene.client.pushed).toContainEqual({ event: 'changed', data: { what: ['HOME', 'DESK'] } });
  const status = await scene.client.ask('getStatus', {});
  expect(status.sync).toMatchObject({ state: 'NOT_CONFIGURED', reachedCounty: 0 });
  expect(status.scanner).toBe('KEYBOARD_ONLY');
});

test('a second station on the same folder is refused in one line', async () => {
  scene = await beginScene();
  await expect(startStation({ dir: scene.dir })).rejects.toThrow(/Another station is running/);
});

test('an empty folder is a station that waits for its county, and says so', async () => {
  scene = await beginEmptyScene();
  expect(await scene.client.ask('getHome', {})).toMatchObject({
    ready: false,
    villageName: '',
    sample: true,
  });
  expect(await scene.client.ask('unlockKeeper', { pin: '1234' })).toMatchObject({
    problem: { kind: 'NO_KEEPER' },
  });
  const event = await scene.client.ask('submitScan', { text: cardOf(village, 3), source: 'WEDGE' });
  expect(event.outcome).toEqual({ kind: 'UNKNOWN_ISSUER' });
});
