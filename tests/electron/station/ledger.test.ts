/** Points at the desk of a whole station as one process: who may do what, and what their owner sees of it. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { SAMPLE_HEAD_PIN, SAMPLE_KEEPER_PIN } from '../../../county/sample/village.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import type {
  AccountsView,
  LedgerOutcome,
  WaitingEntryView,
} from '../../../electron/contract/ledgerViews.ts';
import { beginScene, type Scene } from '../../harness/scene.ts';
import { readStation } from '../../harness/station.ts';

let scene: Scene;
afterEach(() => scene.end());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The sample village under `posted` settlement, its keeper being volunteer 7. */
function posted(reference: Reference): Reference {
  const { rules, keepers } = reference;
  return {
    ...reference,
    rules: {
      ...rules,
      points: { ...rules.points, settlement: 'posted' },
      ledger: { ...rules.ledger, gifts: { enabled: true, perHundredEarned: 100 } },
    },
    keepers: keepers.map((keeper) => (keeper.id === 1 ? { ...keeper, volunteerId: 7 } : keeper)),
  };
}

async function head(): Promise<string> {
  const unlocked = await scene.client.ask('unlockKeeper', { pin: SAMPLE_HEAD_PIN });
  if (unlocked.kind !== 'UNLOCKED') throw new Error(unlocked.problem.kind);
  return unlocked.session.keeperToken;
}
/** Opens a person; the same card again within three seconds would be taken for a repeat. */
async function open(volunteerId: number): Promise<string> {
  await scene.station.advance(4000);
  return (await scene.open(volunteerId)).personToken;
}
async function accounts(volunteerId: number): Promise<AccountsView> {
  const personToken = await open(volunteerId);
  const answer = await scene.client.ask('getAccounts', { personToken });
  if (answer.kind !== 'ACCOUNTS') throw new Error(answer.kind);
  return answer.accounts;
}
async function waiting(keeperToken: string): Promise<readonly WaitingEntryView[]> {
  const answer = await scene.client.ask('getLedger', { keeperToken });
  if (answer.kind !== 'LEDGER') throw new Error(answer.kind);
  return answer.ledger.waiting;
}
function refOf({ holder, holderId, incarnation, seq }: WaitingEntryView) {
  return { holder, holderId, incarnation, seq };
}
function award(keeperToken: string, holderId: number, awardId = 2): Promise<LedgerOutcome> {
  return scene.client.ask('award', {
    requestId: randomUUID(),
    keeperToken,
    awardId,
    holderId,
    reason: '救助落水儿童',
  });
}
function step(
  keeperToken: string,
  row: WaitingEntryView,
  what: 'CONFIRM' | 'APPROVE' | 'OBJECT' | 'UPHOLD' | 'DISMISS',
): Promise<LedgerOutcome> {
  const request = { requestId: randomUUID(), keeperToken, entry: refOf(row), step: what, reason: '核对' };
  return scene.client.ask('stepEntry', request);
}

test('posted: recorded, confirmed, approved by another, posted three working days, then available', async () => {
  scene = await beginScene(posted);
  await scene.confirmDate();
  const keeperToken = await scene.unlock();
  const before = await accounts(5);
  expect(await award(keeperToken, 5)).toMatchObject({ kind: 'DONE' });
  const [row] = await waiting(keeperToken);
  if (row === undefined) throw new Error('nothing waits');
  expect(row).toMatchObject({ holder: 'PERSON', holderId: 5, points: 20, state: 'RECORDED' });
  expect(row.name).not.toBe('');
  expect((await accounts(5)).spendablePoints).toBe(before.spendablePoints);

  expect(await step(keeperToken, row, 'APPROVE')).toMatchObject({ reason: { kind: 'WRONG_STATE' } });
  expect(await step(keeperToken, row, 'CONFIRM')).toMatchObject({ kind: 'DONE' });
  expect(await step(keeperToken, row, 'APPROVE')).toMatchObject({ reason: { kind: 'ROLE' } });
  expect(await step(await head(), row, 'APPROVE')).toMatchObject({ kind: 'DONE' });
  expect((await waiting(await head()))[0]).toMatchObject({ state: 'APPROVED' });

  // Three working days, and the weekend that may lie between.
  await scene.station.advance(3 * DAY_MS - HOUR_MS);
  expect(await waiting(await head())).toHaveLength(1);
  await scene.station.advance(3 * DAY_MS);
  expect(await waiting(await head())).toEqual([]);
  const after = await accounts(5);
  expect(after.spendablePoints).toBe(before.spendablePoints + 20);
  expect(after.lines).toMatchObject([{ kind: 'AWARD', points: 20, reason: '救助落水儿童' }]);
});

test('points whose last day comes while they are posted can be spent all the same, and others lapse', async () => {
  scene = await beginScene((reference) => {
    const { rules, ...rest } = posted(reference);
    return { ...rest, rules: { ...rules, ledger: { ...rules.ledger, expiry: 'MONTHS', expiryMonths: 1 } } };
  });
  await scene.confirmDate();
  // Volunteer 5 has an allowance, too, which lapses on the same day.
  await award(await scene.unlock(), 5);
  const [row] = await waiting(await scene.unlock());
  if (row === undefined) throw new Error('nothing waits');
  await scene.station.advance(28 * DAY_MS);
  expect(await step(await scene.unlock(), row, 'CONFIRM')).toMatchObject({ kind: 'DONE' });
  expect(await step(await head(), row, 'APPROVE')).toMatchObject({ kind: 'DONE' });
  await scene.station.advance(8 * DAY_MS);
  expect(await waiting(await head())).toEqual([]);
  const { accounts: own, spendablePoints } = await accounts(5);
  expect(spendablePoints).toBe(20);
  expect(own[0]).toMatchObject({ available: 20, pending: 0 });
  expect(own[0]?.expired).toBeGreaterThan(20);
});

test('an objection freezes that entry only, until the head settles it', async () => {
  scene = await beginScene(posted);
  const keeperToken = await scene.unlock();
  await award(keeperToken, 5);
  await award(keeperToken, 6, 1);
  const rows = await waiting(keeperToken);
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error('nothing waits');
  expect(await step(keeperToken, first, 'OBJECT')).toMatchObject({ kind: 'DONE' });
  expect((await accounts(5)).accounts[0]).toMatchObject({ pending: 0, held: 20 });
  expect(await step(keeperToken, first, 'CONFIRM')).toMatchObject({
    reason: { kind: 'WRONG_STATE', state: 'HELD' },
  });
  expect(await step(keeperToken, second, 'CONFIRM')).toMatchObject({ kind: 'DONE' });
  expect(await step(keeperToken, first, 'UPHOLD')).toMatchObject({ reason: { kind: 'ROLE' } });
  expect(await step(await head(), first, 'UPHOLD')).toMatchObject({ kind: 'DONE' });
  expect((await accounts(5)).accounts[0]).toMatchObject({ pending: 0, held: 0 });
  expect((await accounts(6)).accounts[0]).toMatchObject({ pending: 10 });
});

test('nobody decides about their own household, and the household has a cap a month', async () => {
  scene = await beginScene(posted);
  const keeperToken = await scene.unlock();
  expect(await award(keeperToken, 7)).toMatchObject({ reason: { kind: 'OWN_HOUSEHOLD' } });
  const headToken = await head();
  // Mediation gives 100, and a household 200 a month.
  expect(await award(headToken, 7, 3)).toMatchObject({ kind: 'DONE' });
  expect(await award(headToken, 7, 3)).toMatchObject({ kind: 'DONE' });
  expect(await award(headToken, 7, 3)).toMatchObject({ reason: { kind: 'AWARD_CAP', limit: 200, left: 0 } });
  const [row] = await waiting(headToken);
  if (row === undefined) throw new Error('nothing waits');
  expect(await step(keeperToken, row, 'CONFIRM')).toMatchObject({ reason: { kind: 'OWN_HOUSEHOLD' } });
  expect(await award(headToken, 9999)).toMatchObject({ reason: { kind: 'NOT_FOUND' } });
  expect(scene.count('POINTS_AWARDED')).toBe(2);
});

test('a keeper confirms no exchange of their own by PIN, and another keeper does', async () => {
  scene = await beginScene(posted);
  const dear = (await scene.client.ask('getShop', {})).goods.find(
    ({ unitPoints, stock }) => unitPoints > 100 && unitPoints <= 300 && stock > 0,
  );
  if (dear === undefined) throw new Error('nothing dear');
  const lines = [{ goodsId: dear.id, quantity: 1, unitPoints: dear.unitPoints }];
  const request = { requestId: randomUUID(), personToken: await open(7), lines };
  expect(await scene.client.ask('redeem', { ...request, pin: SAMPLE_KEEPER_PIN })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'OWN_HOUSEHOLD' },
  });
  expect(await scene.client.ask('redeem', { ...request, pin: SAMPLE_HEAD_PIN })).toMatchObject({
    kind: 'REDEEMED',
  });
});

test('hours that earned nothing are taken back by two keepers: for the record, for stars, once', async () => {
  scene = await beginScene((reference) => ({
    ...reference,
    rules: { ...reference.rules, points: { ...reference.rules.points, perCreditHour: 1 } },
    activities: reference.activities.map((one) => ({ ...one, factorPercent: 50 })),
  }));
  const before = (await scene.open(5)).balance.minutesTotal;
  await scene.station.advance(4000);
  expect(await scene.sign(5)).toMatchObject({ kind: 'SIGNED_IN' });
  await scene.station.advance(HOUR_MS);
  expect(await scene.sign(5)).toMatchObject({ kind: 'SIGNED_OUT' });
  await scene.station.advance(4000);
  expect((await scene.open(5)).balance.minutesTotal).toBe(before + 60);
  const keeperToken = await scene.unlock();
  const list = await scene.client.ask('listEntries', { keeperToken, volunteerId: 5 });
  if (list.kind !== 'ENTRIES') throw new Error(list.kind);
  const [row] = list.entries;
  expect(row).toMatchObject({
    points: 0,
    reversiblePoints: 0,
    reversibleMinutes: 60,
    cause: { kind: 'SERVICE' },
  });
  const { holder, holderId, incarnation, seq } = row ?? {
    holder: 'PERSON',
    holderId: 0,
    incarnation: '',
    seq: 0,
  };
  const entry = { holder, holderId, incarnation, seq } as const;
  const request = { keeperToken, entry, reason: '没来', secondPin: SAMPLE_HEAD_PIN };
  const reverse = () => scene.client.ask('reverseEntry', { ...request, requestId: randomUUID() });
  expect(await reverse()).toMatchObject({ kind: 'DONE' });
  expect(await reverse()).toMatchObject({ reason: { kind: 'NOT_FOUND' } });
  await scene.station.advance(4000);
  expect((await scene.open(5)).balance.minutesTotal).toBe(before);
});

test('a reversal needs a second keeper, and what was spent is owed', async () => {
  scene = await beginScene();
  const keeperToken = await scene.unlock();
  const done = await award(keeperToken, 5);
  if (done.kind !== 'DONE') throw new Error(done.kind);
  const [{ incarnation } = { incarnation: '' }] = readStation<{ readonly incarnation: string }>(
    scene.dir,
    'SELECT name AS incarnation FROM incarnation WHERE ordinal = ?',
    1,
  );
  const entry = { holder: 'PERSON', holderId: 5, incarnation, seq: done.seq } as const;
  const request = { requestId: randomUUID(), keeperToken, entry, reason: '重复登记', secondPin: '2580' };
  expect(await scene.client.ask('reverseEntry', request)).toMatchObject({ reason: { kind: 'SAME_PERSON' } });
  expect(await scene.client.ask('reverseEntry', { ...request, secondPin: '0000' })).toMatchObject({
    kind: 'PIN_REFUSED',
  });
  const before = await accounts(5);
  const reversed = await scene.client.ask('reverseEntry', { ...request, secondPin: SAMPLE_HEAD_PIN });
  expect(reversed).toMatchObject({ kind: 'DONE' });
  expect(await scene.client.ask('reverseEntry', { ...request, secondPin: SAMPLE_HEAD_PIN })).toEqual(
    reversed,
  );
  expect((await accounts(5)).spendablePoints).toBe(before.spendablePoints - 20);
  const again = { ...request, requestId: randomUUID(), secondPin: SAMPLE_HEAD_PIN };
  expect(await scene.client.ask('reverseEntry', again)).toMatchObject({ reason: { kind: 'NOTHING_LEFT' } });
  expect(scene.count('ENTRY_REVERSED')).toBe(1);
});

test('an exchange is cancelled on its day: goods, points and caps come back; a day later it is too late', async () => {
  scene = await beginScene();
  const shelf = (await scene.client.ask('getShop', {})).goods;
  const cheap = shelf.find(
    ({ unitPoints, stock, scarce, staple }) => unitPoints <= 50 && stock > 1 && !scarce && !staple,
  );
  if (cheap === undefined) throw new Error('nothing cheap');
  const buy = async () => {
    const personToken = await open(5);
    const lines = [{ goodsId: cheap.id, quantity: 1, unitPoints: cheap.unitPoints }];
    const answer = await scene.client.ask('redeem', { requestId: randomUUID(), personToken, lines, pin: '' });
    if (answer.kind !== 'REDEEMED') throw new Error(answer.kind);
    return answer.seq;
  };
  const stock = async () =>
    (await scene.client.ask('getShop', {})).goods.find(({ id }) => id === cheap.id)?.stock;
  const before = (await accounts(5)).spendablePoints;
  const seq = await buy();
  const [{ incarnation } = { incarnation: '' }] = readStation<{ readonly incarnation: string }>(
    scene.dir,
    'SELECT name AS incarnation FROM incarnation WHERE ordinal = ?',
    1,
  );
  const undo = { incarnation, kind: 'CANCELLED' as 'CANCELLED' | 'FAULTY', lines: [], reason: '没有取货' };
  const keeperToken = await scene.unlock();
  const request = { requestId: randomUUID(), keeperToken, seq, ...undo };
  expect(await scene.client.ask('undoRedemption', request)).toMatchObject({ kind: 'DONE' });
  expect((await accounts(5)).spendablePoints).toBe(before);
  expect(await stock()).toBe(cheap.stock);
  await scene.station.advance(4000);
  expect((await scene.open(5)).recent.filter(({ kind }) => kind === 'REDEMPTION')).toEqual([]);
  expect(await scene.client.ask('undoRedemption', { ...request, requestId: randomUUID() })).toMatchObject({
    reason: { kind: 'NOT_FOUND' },
  });

  const second = await buy();
  await scene.station.advance(DAY_MS);
  const late = { ...request, seq: second, keeperToken: await scene.unlock() };
  expect(await scene.client.ask('undoRedemption', { ...late, requestId: randomUUID() })).toMatchObject({
    reason: { kind: 'TOO_LATE', limitDays: 0 },
  });
  // Faulty goods come back within seven days, and do not go onto the shelf again.
  const faulty = { ...late, requestId: randomUUID(), kind: 'FAULTY' as const };
  expect(await scene.client.ask('undoRedemption', faulty)).toMatchObject({ kind: 'DONE' });
  expect((await accounts(5)).spendablePoints).toBe(before);
  expect(await stock()).toBe(cheap.stock - 1);
});

test('notices: what lapses within 60 days is told to its owner and at the desk', async () => {
  scene = await beginScene((reference) => ({
    ...reference,
    rules: {
      ...reference.rules,
      version: 2,
      ledger: { ...reference.rules.ledger, expiry: 'MONTHS', expiryMonths: 1 },
    },
  }));
  await scene.confirmDate();
  const person = await accounts(5);
  expect(person.notices).toMatchObject([{ holder: 'PERSON', points: person.spendablePoints }]);
  // A month has 28 to 31 days.
  expect([30, 60]).toContain(person.notices[0]?.notice);
  await scene.station.advance(25 * DAY_MS);
  expect((await accounts(5)).notices).toMatchObject([{ notice: 7 }]);
  const desk = await scene.client.ask('getLedger', { keeperToken: await scene.unlock() });
  if (desk.kind !== 'LEDGER') throw new Error(desk.kind);
  expect(desk.ledger.notices.find(({ holderId }) => holderId === 5)).toMatchObject({ notice: 7 });
  await scene.station.advance(10 * DAY_MS);
  // It cannot be spent from the day on, and the books say so once the station has looked.
  expect((await accounts(5)).spendablePoints).toBe(0);
  await waiting(await scene.unlock());
  expect((await accounts(5)).accounts[0]).toMatchObject({ available: 0, expired: person.spendablePoints });
});
