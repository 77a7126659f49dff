/** What the keeper looks through, and the sheet for the notice board, of a whole station as one process. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { SAMPLE_HEAD_PIN } from '../../../county/sample/village.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { beginScene, type Scene } from '../../harness/scene.ts';

let scene: Scene;
afterEach(() => scene.end());

const HOUR_MS = 3_600_000;
const posted = (reference: Reference): Reference => ({
  ...reference,
  // One of another village, whom the county lists too.
  volunteers: reference.volunteers.map((one) => (one.id === 9 ? { ...one, homeStationId: 2 } : one)),
  rules: { ...reference.rules, points: { ...reference.rules.points, settlement: 'posted' } },
});
const nameOf = (id: number) => scene.village.reference.volunteers.find((one) => one.id === id)?.name ?? '';

test('a sign-out under posted settlement says that its points wait, and the board shows them masked', async () => {
  scene = await beginScene(posted);
  const { client, station } = scene;
  await scene.sign(5);
  await station.advance(2.5 * HOUR_MS);
  const out = await scene.sign(5);
  if (out.kind !== 'SIGNED_OUT') throw new Error(out.kind);
  expect(out).toMatchObject({ postedWorkingDays: 3 });
  expect(out.points).toBeGreaterThan(0);

  const keeperToken = await scene.unlock();
  const desk = await client.ask('getLedger', { keeperToken });
  if (desk.kind !== 'LEDGER') throw new Error(desk.kind);
  expect(desk.ledger).toMatchObject({ mayApprove: false, giftsEnabled: false });
  const [row] = desk.ledger.waiting;
  if (row === undefined) throw new Error('nothing waits');
  expect(row.cause).toEqual({ kind: 'SERVICE', title: out.activity.name, reason: '' });
  const { holder, holderId, incarnation, seq } = row;
  const entry = { holder, holderId, incarnation, seq };
  const step = (token: string, what: 'CONFIRM' | 'APPROVE') =>
    client.ask('stepEntry', {
      requestId: randomUUID(),
      keeperToken: token,
      entry,
      step: what,
      reason: '',
    });
  await step(keeperToken, 'CONFIRM');
  const unlocked = await client.ask('unlockKeeper', { pin: SAMPLE_HEAD_PIN });
  if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.kind);
  const head = unlocked.session.keeperToken;
  expect(await step(head, 'APPROVE')).toMatchObject({ kind: 'DONE' });

  const answer = await client.ask('getNotice', { keeperToken: head });
  if (answer.kind !== 'NOTICE') throw new Error(answer.kind);
  const { notice } = answer;
  expect(notice.posted).toMatchObject([{ volunteerId: 5, item: out.activity.name, points: out.points }]);
  expect(notice.posted[0]?.group).toMatch(/^\d组$/);
  const told = JSON.stringify(notice);
  expect(nameOf(5).length).toBeGreaterThan(1);
  expect(told).not.toContain(nameOf(5));
  expect(told).not.toContain('****');
  // The owner sees the same entry on its way.
  await station.advance(4000);
  const { personToken } = await scene.open(5);
  const accounts = await client.ask('getAccounts', { personToken });
  if (accounts.kind !== 'ACCOUNTS') throw new Error(accounts.kind);
  expect(accounts.accounts.waiting).toMatchObject([{ state: 'APPROVED', points: out.points }]);
  expect(accounts.accounts.household?.name).toMatch(/户$/);
  expect(accounts.accounts.poolingOffered).toBe(true);
});

test("today's exchanges can be found, by a person's days later, and what came back is no longer among them", async () => {
  scene = await beginScene(posted);
  const { client, station } = scene;
  const cheap = (await client.ask('getShop', {})).goods.find(
    ({ unitPoints, stock, scarce, staple }) => unitPoints <= 50 && stock > 2 && !scarce && !staple,
  );
  if (cheap === undefined) throw new Error('nothing cheap');
  const { personToken } = await scene.open(5);
  const lines = [{ goodsId: cheap.id, quantity: 2, unitPoints: cheap.unitPoints }];
  const done = await client.ask('redeem', { requestId: randomUUID(), personToken, lines, pin: '' });
  expect(done.kind).toBe('REDEEMED');

  const exchanges = async (volunteerId: number | null) => {
    const answer = await client.ask('listExchanges', { keeperToken: await scene.unlock(), volunteerId });
    if (answer.kind !== 'EXCHANGES') throw new Error(answer.kind);
    return answer.exchanges;
  };
  const [row] = await exchanges(null);
  expect(row).toMatchObject({
    person: { volunteerId: 5 },
    lines: [{ goodsId: cheap.id, name: cheap.name, quantity: 2 }],
    cancellable: true,
    returnable: true,
  });
  expect(await exchanges(6)).toEqual([]);
  if (row === undefined) throw new Error('no exchange');
  const undo = { incarnation: row.incarnation, seq: row.seq, kind: 'CANCELLED' as const, reason: '没拿走' };
  const one = [{ goodsId: cheap.id, quantity: 1 }];
  await client.ask('undoRedemption', {
    requestId: randomUUID(),
    keeperToken: await scene.unlock(),
    ...undo,
    lines: one,
  });
  expect(await exchanges(null)).toMatchObject([{ lines: [{ quantity: 1 }], points: cheap.unitPoints }]);
  const notice = await client.ask('getNotice', { keeperToken: await scene.unlock() });
  if (notice.kind !== 'NOTICE') throw new Error(notice.kind);
  expect(notice.notice.redeemed).toMatchObject([{ quantity: 1, points: cheap.unitPoints }]);
  expect(notice.notice.stock.find(({ name }) => name === cheap.name)?.quantity).toBe(cheap.stock - 1);
  // The next day it is found by its owner only, for faulty goods.
  await station.advance(24 * HOUR_MS);
  expect(await exchanges(null)).toEqual([]);
  expect(await exchanges(5)).toMatchObject([{ cancellable: false, returnable: true }]);
  await station.advance(8 * 24 * HOUR_MS);
  expect(await exchanges(5)).toEqual([]);
});

test('the lists are of the village, and what the county moved here is not for the keeper to take back', async () => {
  scene = await beginScene(posted);
  const { client } = scene;
  const keeperToken = await scene.unlock();
  const answer = await client.ask('listVillagers', { keeperToken });
  if (answer.kind !== 'VILLAGERS') throw new Error(answer.kind);
  expect(answer.villagers).toHaveLength(scene.village.reference.volunteers.length - 1);
  expect(answer.villagers.some(({ volunteerId }) => volunteerId === 9)).toBe(false);
  expect(answer.villagers[0]).toMatchObject({ volunteerId: 1, name: nameOf(1) });
  await client.ask('award', {
    requestId: randomUUID(),
    keeperToken,
    awardId: 2,
    holderId: 5,
    reason: '救人',
  });
  const entries = await client.ask('listEntries', { keeperToken, volunteerId: 5 });
  if (entries.kind !== 'ENTRIES') throw new Error(entries.kind);
  expect(entries.entries).toMatchObject([
    {
      holder: 'PERSON',
      holderId: 5,
      reversiblePoints: 20,
      cause: { kind: 'AWARD', title: '见义勇为', reason: '救人' },
    },
  ]);
  for (const method of ['listVillagers', 'getNotice'] as const)
    expect(await client.ask(method, { keeperToken: 'nobody' })).toEqual({ kind: 'KEEPER_GONE' });
});
