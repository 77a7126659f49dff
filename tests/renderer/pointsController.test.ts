/** What the interface does with points, backups and picked people, against a station that answers when told. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodName } from '../../electron/contract/contract.ts';
import type { ScanEvent } from '../../electron/contract/views.ts';
import { createController, type Controller } from '../../renderer/app/controller.ts';
import { idleStep } from '../../renderer/app/idle.ts';
import { INITIAL_STATE, reduce, type AppEvent, type AppState } from '../../renderer/app/state.ts';
import { createStore, type Store } from '../../renderer/app/store.ts';
import type { Bridge, Pushed } from '../../renderer/client/bridge.ts';
import { ACCOUNTS, LEDGER, WAITING } from '../harness/mockPoints.ts';
import { ANSWERS, CANNOT_OPEN, DESK, OUYANG, STATUS, WANG } from '../harness/mockViews.ts';

interface Asked {
  readonly method: MethodName;
  readonly input: Record<string, unknown>;
  readonly answer: (value: unknown) => Promise<void>;
  /** The station is on its way out. */
  readonly refuse: () => Promise<void>;
}

let asked: Asked[];
let sounds: string[];
let push: (pushed: Pushed) => void;
let store: Store<AppState, AppEvent>;
let controller: Controller;

const settle = () => new Promise<void>((done) => setImmediate(done));
const last = (method: MethodName): Asked => {
  const call = asked.findLast((one) => one.method === method);
  if (call === undefined) throw new Error(`${method} was not asked`);
  return call;
};
let scans = 0;
function scan(outcome: ScanEvent['outcome']): void {
  scans += 1;
  push({ event: 'scan', data: { scanId: `scan-${scans}`, source: 'HID', atMs: 0, outcome } });
}
async function openRecord(): Promise<void> {
  controller.go({ kind: 'BY_HAND', next: 'RECORD' });
  scan({ kind: 'CARD', person: WANG });
  await last('openPerson').answer(await ANSWERS.openPerson({ scanId: '' }));
}
async function openDesk(): Promise<void> {
  controller.go({ kind: 'KEEPER_PIN', next: 'DESK' });
  void controller.keeper.unlock('1234');
  await last('unlockKeeper').answer({
    kind: 'UNLOCKED',
    session: { keeperToken: 'k', name: '陈', only: null },
  });
  await last('getDesk').answer({ kind: 'DESK', desk: DESK });
  controller.go({ kind: 'DESK', tab: 'POINTS' });
}

beforeEach(() => {
  asked = [];
  sounds = [];
  let uuids = 0;
  const bridge: Bridge = {
    call: (method, input) =>
      new Promise<never>((resolve) => {
        const end = (result: unknown) => {
          resolve(result as never);
          return settle();
        };
        asked.push({
          method,
          input: input,
          answer: (value) => end({ ok: true, value }),
          refuse: () => end({ ok: false, error: { kind: 'CLOSING' } }),
        });
      }),
    subscribe: (listener) => {
      push = listener;
      return () => undefined;
    },
  };
  store = createStore(INITIAL_STATE, reduce);
  controller = createController({
    bridge,
    store,
    play: (name) => sounds.push(name),
    randomUuid: () => `uuid-${(uuids += 1)}`,
    monoMs: () => 0,
  });
  controller.start();
});

describe("one's own account", () => {
  it('comes with the record, and not for somebody who has left', async () => {
    await openRecord();
    const call = last('getAccounts');
    expect(call.input).toEqual({ personToken: 'person-7' });
    controller.goHome();
    await call.answer({ kind: 'ACCOUNTS', accounts: ACCOUNTS });
    expect(store.get().visit.accounts).toBeNull();
  });
  it('asks for the card again when the station has forgotten the person', async () => {
    await openRecord();
    await last('getAccounts').answer({ kind: 'PERSON_GONE' });
    expect(store.get().screen).toEqual({ kind: 'BY_HAND', next: 'RECORD' });
    expect(store.get().problem).toEqual({ kind: 'SCAN_AGAIN' });
  });
  it('takes a consent once, under one id, and says that it was recorded', async () => {
    await openRecord();
    await last('getAccounts').answer({ kind: 'ACCOUNTS', accounts: ACCOUNTS });
    controller.account.openPooling();
    const { screen } = store.get();
    if (screen.kind !== 'POOLING') throw new Error(screen.kind);
    void controller.account.setPooling(screen.requestId, 'GIVEN');
    void controller.account.setPooling(screen.requestId, 'GIVEN');
    const calls = asked.filter(({ method }) => method === 'setPooling');
    expect(calls.map(({ input }) => input)).toEqual([
      { requestId: screen.requestId, personToken: 'person-7', consent: 'GIVEN' },
    ]);
    await calls[0]?.answer({ kind: 'DONE', seq: 5 });
    expect(store.get()).toMatchObject({ screen: { kind: 'ACCOUNT' }, saved: 'POOLING' });
    controller.goBack();
    expect(store.get()).toMatchObject({ screen: { kind: 'RECORD' }, saved: null });
  });
  it('says that the card itself is needed where a number was typed', async () => {
    await openRecord();
    controller.account.openPooling();
    void controller.account.setPooling('x', 'GIVEN');
    await last('setPooling').answer({ kind: 'REFUSED', reason: { kind: 'PERSON_GONE' } });
    expect(store.get().problem).toEqual({ kind: 'CARD_NEEDED' });
    expect(store.get().screen.kind).toBe('POOLING');
  });
});

describe('the points desk', () => {
  it('takes a card only while a page asks whose', async () => {
    await openDesk();
    scan({ kind: 'CARD', person: WANG });
    expect(store.get()).toMatchObject({ scanPaused: true, keeper: { picked: null } });
    store.send({ type: 'PICKING', on: true });
    scan({ kind: 'REVOKED' });
    expect(store.get().problem).toMatchObject({ kind: 'CARD', problem: { kind: 'REVOKED' } });
    scan({ kind: 'REPEAT', person: OUYANG });
    expect(store.get()).toMatchObject({ keeper: { picked: OUYANG, picking: false }, problem: null });
    expect(asked.some(({ method }) => method === 'sign')).toBe(false);
    scan({ kind: 'CARD', person: WANG });
    expect(store.get().keeper?.picked).toEqual(OUYANG);
  });
  it('says what was recorded until the next step, and what was refused', async () => {
    await openDesk();
    const form = { requestId: 'r', awardId: 2, holderId: 8, reason: '救人' };
    const saved = controller.keeper.points.award(form);
    expect(last('award').input).toEqual({ ...form, keeperToken: 'k' });
    await last('award').answer({ kind: 'DONE', seq: 9 });
    await last('getDesk').answer({ kind: 'DESK', desk: DESK });
    // The list of what waits has changed, too.
    await last('getLedger').answer({ kind: 'LEDGER', ledger: LEDGER });
    expect(await saved).toBeNull();
    expect(store.get()).toMatchObject({ saved: 'AWARD', keeper: { ledger: LEDGER } });
    controller.go({ kind: 'DESK', tab: 'STOCK' });
    expect(store.get().saved).toBeNull();

    const refused = controller.keeper.points.award(form);
    const reason = { kind: 'AWARD_CAP', limit: 200, left: 0 };
    await last('award').answer({ kind: 'REFUSED', reason });
    expect(await refused).toEqual({ kind: 'REFUSED', reason });
    expect(store.get().saved).toBeNull();
    const wrong = controller.keeper.points.reverse({
      requestId: 'r2',
      entry: { holder: 'PERSON', holderId: 7, incarnation: '0123456789abcdef', seq: 1 },
      reason: '重复',
      secondPin: '0000',
    });
    await last('reverseEntry').answer({ kind: 'PIN_REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } });
    expect(await wrong).toEqual({ kind: 'PIN', problem: { kind: 'WRONG_PIN', triesLeft: 4 } });
  });
  it('confirms several one by one, each under its own id, and counts the refused', async () => {
    await openDesk();
    controller.go({ kind: 'DESK', tab: 'STOCK' });
    const entries = WAITING.filter(({ state }) => state === 'RECORDED').slice(0, 2);
    const result = controller.keeper.points.confirmAll(entries);
    await last('stepEntry').answer({ kind: 'DONE', seq: 1 });
    await last('getDesk').answer({ kind: 'DESK', desk: DESK });
    await last('stepEntry').answer({ kind: 'REFUSED', reason: { kind: 'OWN_HOUSEHOLD' } });
    expect(await result).toEqual({ done: 1, refused: 1 });
    const ids = asked.filter(({ method }) => method === 'stepEntry').map(({ input }) => input['requestId']);
    expect(new Set(ids).size).toBe(2);
  });
  it('asks for the PIN again when the desk has locked itself', async () => {
    await openDesk();
    void controller.keeper.points.notice();
    await last('getNotice').answer({ kind: 'KEEPER_GONE' });
    expect(store.get().screen).toEqual({ kind: 'KEEPER_PIN', next: 'DESK' });
  });
});

describe('a restore', () => {
  it('stays on its screen until the station is back, and takes no scan meanwhile', async () => {
    await openDesk();
    const ordered = controller.keeper.points.restore('station-4', '1234');
    expect(last('restore').input).toEqual({ keeperToken: 'k', name: 'station-4', pin: '1234' });
    await last('restore').answer({ kind: 'RESTARTING' });
    expect(await ordered).toBeNull();
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: null });
    expect(idleStep(store.get(), 600_000)).toEqual({ kind: 'STAY' });
    scan({ kind: 'CARD', person: WANG });
    push({ event: 'changed', data: { what: ['HOME', 'DESK'] } });
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: null });
    push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: null });
    await last('getStatus').answer({ ...STATUS, restoreEnd: { kind: 'RESTORED' } });
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: { kind: 'RESTORED' } });
    expect(asked.some(({ method }) => method === 'sign')).toBe(false);
    // Other news afterwards takes nothing back.
    push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
    await last('getStatus').answer({ ...STATUS, restoreEnd: null });
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: { kind: 'RESTORED' } });
  });
  it.each([
    [{ kind: 'NOT_RESTORED', reason: 'BACKUP' } as const, 'BACKUP'],
    [null, 'OTHER'],
  ])('says that it was none where the station says %j', async (restoreEnd, reason) => {
    await openDesk();
    void controller.keeper.points.restore('station-4', '1234');
    await last('restore').answer({ kind: 'RESTARTING' });
    push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
    await last('getStatus').answer({ ...STATUS, restoreEnd });
    expect(store.get().screen).toEqual({ kind: 'RESTORING', end: { kind: 'NOT_RESTORED', reason } });
    expect(sounds).toContain('refusal');
  });
  it('that did not bring the station back says so instead of that it is done', async () => {
    await openDesk();
    const ordered = controller.keeper.points.restore('station-4', '1234');
    await last('restore').answer({ kind: 'RESTARTING' });
    await ordered;
    push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
    const trouble = { ...CANNOT_OPEN, restoreFailed: true };
    for (const call of asked.filter(({ method }) => method === 'getStatus')) await call.refuse();
    await last('getTrouble').answer(trouble);
    expect(store.get()).toMatchObject({ screen: { kind: 'HOME' }, keeper: null, trouble });
  });
  it('is all that a keeper is let in for where nothing can be recorded', async () => {
    controller.go({ kind: 'KEEPER_PIN', next: 'DESK' });
    void controller.keeper.unlock('1234');
    await last('unlockKeeper').answer({
      kind: 'UNLOCKED',
      session: { keeperToken: 'k', name: '陈', only: 'BACKUPS' },
    });
    expect(store.get().screen).toEqual({ kind: 'BACKUPS' });
    expect(asked.some(({ method }) => method === 'getDesk')).toBe(false);
  });
  it('tells a wrong PIN and stays where it was', async () => {
    await openDesk();
    const ordered = controller.keeper.points.restore('station-4', '0000');
    const answer = { kind: 'PIN_REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } };
    await last('restore').answer(answer);
    expect(await ordered).toEqual(answer);
    expect(store.get().screen.kind).toBe('DESK');
  });
});

it('a scanner set to Alt codes is told to the keeper where a result is looked for', () => {
  controller.altCodes();
  expect(store.get().screen).toMatchObject({ kind: 'SIGN_RESULT', result: { kind: 'ALT_CODES' } });
  controller.go({ kind: 'KEEPER_PIN', next: 'DESK' });
  controller.altCodes();
  expect(store.get().problem).toEqual({ kind: 'ALT_CODES' });
  expect(sounds).toEqual(['refusal', 'refusal']);
});
