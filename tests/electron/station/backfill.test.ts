/** Hours that no scan recorded, of a whole station as one process; each story then looks into SQLite. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { SAMPLE_HEAD_PIN, SAMPLE_KEEPER_PIN } from '../../../county/sample/village.ts';
import { sha256 } from '../../../county/server/codecs.ts';
import { verifyFolder } from '../../../db/verify.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { DAY_MS, dayStartMs, shanghaiDay } from '../../../domain/time.ts';
import type { BackfillOutcome, BackfillView } from '../../../electron/contract/backfillViews.ts';
import { beginScene, type Scene } from '../../harness/scene.ts';
import { readStation, todayAtNine } from '../../harness/station.ts';

let scene: Scene;
afterEach(() => scene.end());

const HOUR_MS = 3_600_000;
const TODAY = shanghaiDay(todayAtNine());
/** Of the first day, before the station was started at nine. */
const atHour = (hour: number): number => dayStartMs(TODAY) + hour * HOUR_MS;

/** The duty of every day, from six to ten in the evening. */
function duty(): number {
  const found = scene.village.reference.activities.find(
    ({ startMs, endMs }) => startMs === atHour(6) && endMs === atHour(22),
  );
  if (found === undefined) throw new Error('no duty in the plan');
  return found.id;
}
const form = async (change: object = {}) => ({
  requestId: randomUUID(),
  keeperToken: await scene.unlock(),
  volunteerId: 5,
  activityId: duty(),
  startMs: atHour(12),
  minutes: 120,
  reason: '当天停电',
  evidence: '纸质签到表 12 号',
  ...change,
});
const record = async (change: object = {}): Promise<BackfillOutcome> =>
  scene.client.ask('recordBackfill', await form(change));
async function waiting(): Promise<readonly BackfillView[]> {
  const answer = await scene.client.ask('getLedger', { keeperToken: await scene.unlock() });
  if (answer.kind !== 'LEDGER') throw new Error(answer.kind);
  return answer.ledger.backfills;
}
async function approve(secondPin: string, requestId = randomUUID()): Promise<BackfillOutcome> {
  const [first] = await waiting();
  if (first === undefined) throw new Error('nothing waits');
  const { incarnation, seq } = first;
  const keeperToken = await scene.unlock();
  return scene.client.ask('approveBackfill', { requestId, keeperToken, incarnation, seq, secondPin });
}
const rows = () =>
  readStation(scene.dir, 'SELECT volunteer_id, minutes, state, credited_minutes, points FROM backfill');
const dayOf = (volunteerId: number) =>
  readStation(
    scene.dir,
    'SELECT minutes, honor_minutes, points FROM service_day WHERE volunteer_id = ? AND day = ?',
    volunteerId,
    TODAY,
  );

test('what was on paper is recorded by one keeper and approved by the PIN of another, and counts as honour hours', async () => {
  scene = await beginScene();
  const { client, station } = scene;
  await scene.sign(5, duty());
  await station.advance(2.5 * HOUR_MS);
  await scene.sign(5);
  await station.advance(DAY_MS);

  const plan = await client.ask('getBackfillPlan', { keeperToken: await scene.unlock() });
  if (plan.kind !== 'PLAN') throw new Error(plan.kind);
  expect(plan.plan).toMatchObject({ withinDays: 30, unitMinutes: 30, maxMinutes: 240 });
  expect(plan.plan.activities.map(({ activityId }) => activityId)).toContain(duty());
  expect(plan.plan.activities.every(({ startMs }) => startMs <= plan.plan.nowMs)).toBe(true);

  const request = await form();
  const [first, second] = await Promise.all([
    client.ask('recordBackfill', request),
    client.ask('recordBackfill', request),
  ]);
  expect(first).toMatchObject({ kind: 'DONE', creditedMinutes: 0 });
  expect(second).toEqual(first);
  expect(scene.count('BACKFILL_RECORDED')).toBe(1);
  // It waits, and counts for nothing yet; its owner sees that.
  expect(dayOf(5)).toEqual([{ minutes: 150, honor_minutes: 0, points: 25 }]);
  expect(await waiting()).toMatchObject([
    { volunteerId: 5, minutes: 120, reason: '当天停电', evidence: '纸质签到表 12 号' },
  ]);
  expect((await scene.open(5)).recent[0]).toMatchObject({ kind: 'BACKFILL_WAITING', minutes: 120 });

  // The keeper who recorded it cannot say that it is true.
  expect(await approve(SAMPLE_KEEPER_PIN)).toEqual({ kind: 'REFUSED', reason: { kind: 'SAME_PERSON' } });
  expect(await approve('9999')).toMatchObject({ kind: 'PIN_REFUSED' });
  const requestId = randomUUID();
  const approved = await approve(SAMPLE_HEAD_PIN, requestId);
  expect(approved).toMatchObject({ kind: 'DONE', creditedMinutes: 120, points: 0 });
  expect(await waiting()).toEqual([]);
  expect(rows()).toEqual([{ volunteer_id: 5, minutes: 120, state: 1, credited_minutes: 120, points: 0 }]);
  expect(dayOf(5)).toEqual([{ minutes: 270, honor_minutes: 120, points: 25 }]);
  await station.advance(4000); // Else it is the same scan.
  const { balance, recent } = await scene.open(5);
  expect(balance).toMatchObject({ minutesTotal: 270, honorMinutesTotal: 120, honorMinutesThisYear: 120 });
  expect(recent[0]).toMatchObject({ kind: 'BACKFILL', minutes: 120, points: 0 });
  const actors = readStation<{ readonly actor: number }>(
    scene.dir,
    "SELECT json_extract(text, '$[7]') AS actor FROM journal WHERE json_extract(text, '$[0]') IN (51, 52) ORDER BY seq",
  );
  expect(actors).toEqual([{ actor: 1 }, { actor: 2 }]);

  // The same request once more, after the power went, is the same fact.
  const { incarnation, seq } = { incarnation: '0'.repeat(16), seq: 0 };
  scene = await scene.restart('kill');
  const again = { requestId, keeperToken: '', incarnation, seq, secondPin: SAMPLE_HEAD_PIN };
  expect(await scene.client.ask('approveBackfill', again)).toEqual(approved);
  expect(scene.count('BACKFILL_SETTLED')).toBe(1);
  expect(verifyFolder(scene.dir, sha256).finding).toBeNull();
});

test('no hour counts twice, and a day holds no more than a day', async () => {
  scene = await beginScene();
  const { station } = scene;
  await scene.sign(5, duty());
  await station.advance(2 * HOUR_MS);
  expect(await record({ startMs: atHour(8), minutes: 120 })).toMatchObject({
    reason: { kind: 'STILL_OPEN' },
  });
  await scene.sign(5);
  await station.advance(DAY_MS);
  expect(await record({ startMs: atHour(8), minutes: 120 })).toMatchObject({ reason: { kind: 'OVERLAP' } });
  expect(await record({ startMs: atHour(5), minutes: 60 })).toMatchObject({
    reason: { kind: 'OUT_OF_PLAN' },
  });
  expect(await record({ volunteerId: 4_000_000 })).toMatchObject({ reason: { kind: 'NOT_FOUND' } });
  for (const startMs of [atHour(11), atHour(15)]) {
    expect(await record({ startMs, minutes: 240 })).toMatchObject({ kind: 'DONE' });
    await approve(SAMPLE_HEAD_PIN);
  }
  // Two hours by scan and four by the first; of the second the day still held two.
  expect(dayOf(5)).toEqual([{ minutes: 480, honor_minutes: 360, points: 20 }]);
  expect(await record({ startMs: atHour(19), minutes: 60 })).toMatchObject({
    reason: { kind: 'DAY_FULL', limitMinutes: 480 },
  });
});

test('a second keeper rejects with a reason; nobody approves hours of their own household', async () => {
  const ofKeepers = (reference: Reference): Reference => ({
    ...reference,
    keepers: reference.keepers.map((keeper) => (keeper.id === 2 ? { ...keeper, volunteerId: 5 } : keeper)),
  });
  scene = await beginScene(ofKeepers);
  await scene.station.advance(DAY_MS);
  await record();
  expect(await approve(SAMPLE_HEAD_PIN)).toEqual({ kind: 'REFUSED', reason: { kind: 'OWN_HOUSEHOLD' } });
  const [first] = await waiting();
  if (first === undefined) throw new Error('nothing waits');
  const { incarnation, seq } = first;
  const rejected = await scene.client.ask('rejectBackfill', {
    ...{ requestId: randomUUID(), keeperToken: await scene.unlock(), incarnation, seq },
    reason: '签到表上没有',
  });
  expect(rejected).toMatchObject({ kind: 'DONE', creditedMinutes: 0 });
  expect(rows()).toMatchObject([{ state: 2, credited_minutes: 0 }]);
  expect(dayOf(5)).toEqual([]);
  // It may be recorded anew, such as with the right time.
  expect(await record({ startMs: atHour(13) })).toMatchObject({ kind: 'DONE' });
});

test('hours of a machine that is lost are recorded anew, also of no activity in this plan, for thirty days', async () => {
  scene = await beginScene();
  await scene.station.advance(30 * DAY_MS);
  expect(await record({ activityId: 0 })).toMatchObject({ kind: 'DONE' });
  await scene.station.advance(DAY_MS);
  expect(await record({ activityId: 0, startMs: atHour(8) })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'TOO_OLD', limitDays: 30 },
  });
  expect(await approve(SAMPLE_HEAD_PIN)).toMatchObject({ kind: 'DONE', creditedMinutes: 120 });
  expect(await scene.client.ask('getBackfillPlan', { keeperToken: 'nobody' })).toEqual({
    kind: 'KEEPER_GONE',
  });
});
