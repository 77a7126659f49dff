/** The shop and the desk of a whole station as one process; each story then looks into SQLite. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { SAMPLE_KEEPER_PIN } from '../../../county/sample/village.ts';
import { formatCardNumber } from '../../../domain/cards/cardNumber.ts';
import { EVENTS } from '../../../domain/journal/events.ts';
import { beginScene, type Scene } from '../../harness/scene.ts';
import { readStation } from '../../harness/station.ts';
import { testVillage } from '../../harness/village.ts';

const village = testVillage();
const { openingStock } = village;

let scene: Scene;
afterEach(() => scene.end());

const goods = (id: number) => {
  const found = village.reference.goods.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no goods ${id}`);
  return found;
};
const line = (goodsId: number, quantity: number) => ({
  goodsId,
  quantity,
  unitPoints: goods(goodsId).unitPoints,
});
const cheap = village.reference.goods.find(
  ({ id, unitPoints, scarce, staple }) =>
    unitPoints <= 100 && !scarce && !staple && openingStock.some(({ goodsId }) => goodsId === id),
);

test('points become goods: stock and points move together, once', async () => {
  scene = await beginScene();
  if (cheap === undefined) throw new Error('nothing cheap in the sample');
  const person = await scene.open(5);
  const lines = [line(cheap.id, 1)];
  const request = { requestId: randomUUID(), personToken: person.personToken, lines, pin: '' };
  const before = (await scene.client.ask('getShop', {})).goods.find(({ id }) => id === cheap.id)?.stock ?? 0;
  const quote = await scene.client.ask('quoteBasket', { personToken: person.personToken, lines });
  expect(quote).toMatchObject({ kind: 'FINE', totalPoints: cheap.unitPoints, needsKeeper: false });
  const answers = await Promise.all([
    scene.client.ask('redeem', request),
    scene.client.ask('redeem', request),
  ]);
  expect(answers[0]).toMatchObject({
    kind: 'REDEEMED',
    remainingPoints: person.balance.availablePoints - cheap.unitPoints,
  });
  expect(answers[1]).toEqual(answers[0]);
  expect(scene.count('REDEEMED')).toBe(1);
  const after = (await scene.client.ask('getShop', {})).goods.find(({ id }) => id === cheap.id)?.stock;
  expect(after).toBe(before - 1);
});

test('many points need the keeper: asked for, a wrong PIN counted, the right one recorded with the name', async () => {
  scene = await beginScene();
  const dear = village.reference.goods.find(
    ({ id, unitPoints }) =>
      unitPoints > 100 && unitPoints <= 300 && openingStock.some(({ goodsId }) => goodsId === id),
  );
  if (dear === undefined) throw new Error('nothing dear in the sample');
  const { personToken } = await scene.open(5);
  const request = { requestId: randomUUID(), personToken, lines: [line(dear.id, 1)] };
  expect(await scene.client.ask('redeem', { ...request, pin: '' })).toEqual({ kind: 'KEEPER_NEEDED' });
  expect(await scene.client.ask('redeem', { ...request, pin: '0000' })).toEqual({
    kind: 'PIN_REFUSED',
    problem: { kind: 'WRONG_PIN', triesLeft: 4 },
  });
  expect(scene.count('REDEEMED')).toBe(0);
  expect(await scene.client.ask('redeem', { ...request, pin: SAMPLE_KEEPER_PIN })).toMatchObject({
    kind: 'REDEEMED',
  });
  const [event] = readStation<{ actor: number; confirmed: number }>(
    scene.dir,
    "SELECT json_extract(text, '$[7]') AS actor, json_extract(text, '$[11]') AS confirmed FROM journal " +
      "WHERE json_extract(text, '$[0]') = ?",
    EVENTS.REDEEMED.code,
  );
  expect(event).toEqual({ actor: 1, confirmed: 1 });
});

test('a number typed by hand lets one look, but spend only with the keeper', async () => {
  scene = await beginScene();
  if (cheap === undefined) throw new Error('nothing cheap in the sample');
  const card = village.reference.cards.find(({ volunteerId }) => volunteerId === 5);
  const event = await scene.client.ask('submitCardNumber', {
    digits: formatCardNumber(card?.cardNumber ?? 0),
  });
  const opened = await scene.client.ask('openPerson', { scanId: event.scanId });
  if (opened.kind !== 'OPENED') throw new Error(opened.kind);
  const { personToken } = opened.person;
  expect(
    await scene.client.ask('redeem', {
      requestId: randomUUID(),
      personToken,
      lines: [line(cheap.id, 1)],
      pin: '',
    }),
  ).toEqual({ kind: 'KEEPER_NEEDED' });
});

test('the desk locks itself after a minute without use, and each opening is in the journal', async () => {
  scene = await beginScene();
  const keeperToken = await scene.unlock();
  await scene.station.advance(59_000);
  expect(await scene.client.ask('getDesk', { keeperToken })).toMatchObject({ kind: 'DESK' });
  await scene.station.advance(59_000);
  expect(await scene.client.ask('getDesk', { keeperToken })).toMatchObject({ kind: 'DESK' });
  await scene.station.advance(60_001);
  expect(await scene.client.ask('getDesk', { keeperToken })).toEqual({ kind: 'KEEPER_GONE' });
  expect(scene.count('KEEPER_UNLOCKED')).toBe(1);
});

test('a keeper is asked for the date until it is settled, and the answer is a fact with a name', async () => {
  scene = await beginScene();
  const keeperToken = await scene.unlock();
  const asked = async () => {
    const answer = await scene.client.ask('getDesk', { keeperToken });
    return answer.kind === 'DESK' ? answer.desk.dateToConfirmMs : undefined;
  };
  expect(await asked()).toBeGreaterThan(0);
  expect(await scene.client.ask('getStatus', {})).toMatchObject({ dateToConfirm: true });
  const request = { requestId: randomUUID(), keeperToken };
  const done = await scene.client.ask('confirmDate', request);
  expect(done).toMatchObject({ kind: 'DONE' });
  expect(await scene.client.ask('confirmDate', request)).toEqual(done);
  expect(scene.count('DATE_CONFIRMED')).toBe(1);
  expect(await asked()).toBeNull();
  expect(await scene.client.ask('getStatus', {})).toMatchObject({ dateToConfirm: false });
  await scene.station.advance(60_001);
  expect(await scene.client.ask('confirmDate', { ...request, requestId: randomUUID() })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'KEEPER_GONE' },
  });
});

test('five wrong PINs lock the desk, and pulling the plug does not open it', async () => {
  scene = await beginScene();
  for (let i = 0; i < 4; i += 1) await scene.client.ask('unlockKeeper', { pin: '0000' });
  expect(await scene.client.ask('unlockKeeper', { pin: '0000' })).toMatchObject({
    problem: { kind: 'LOCKED' },
  });
  scene = await scene.restart('kill');
  expect(await scene.client.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN })).toMatchObject({
    problem: { kind: 'LOCKED' },
  });
  await scene.station.advance(5 * 60_000);
  expect(await scene.client.ask('unlockKeeper', { pin: SAMPLE_KEEPER_PIN })).toMatchObject({
    kind: 'UNLOCKED',
  });
});

test('the keeper books a delivery, never below nothing, and once for a double tap', async () => {
  scene = await beginScene();
  const keeperToken = await scene.unlock();
  const goodsId = openingStock[0]?.goodsId ?? 0;
  const had = openingStock[0]?.quantity ?? 0;
  const booked = scene.count('STOCK_MOVED');
  const delivery = {
    requestId: randomUUID(),
    keeperToken,
    goodsId,
    quantity: 7,
    reason: 'DONATION',
    note: '',
  } as const;
  const done = await scene.client.ask('moveStock', delivery);
  expect(done).toMatchObject({ kind: 'DONE' });
  expect(await scene.client.ask('moveStock', delivery)).toEqual(done);
  expect(scene.count('STOCK_MOVED')).toBe(booked + 1);
  expect(
    await scene.client.ask('moveStock', {
      ...delivery,
      requestId: randomUUID(),
      quantity: -9999,
      reason: 'LOSS',
    }),
  ).toEqual({ kind: 'REFUSED', reason: { kind: 'STOCK_WOULD_BE_NEGATIVE', stock: had + 7 } });
  expect(
    await scene.client.ask('moveStock', { ...delivery, requestId: randomUUID(), goodsId: 999_999 }),
  ).toMatchObject({ reason: { kind: 'NOT_FOUND' } });
});

test('the first delivery is recorded once, whatever happens later', async () => {
  scene = await beginScene();
  expect(scene.count('STOCK_MOVED')).toBe(openingStock.length);
  scene = await scene.restart('close');
  expect(scene.count('STOCK_MOVED')).toBe(openingStock.length);
});
