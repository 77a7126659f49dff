/** What the interface does with scans and answers, against a station whose answers the test holds back. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodName } from '../../electron/contract/contract.ts';
import type { ScanEvent } from '../../electron/contract/views.ts';
import { createController, type Controller } from '../../renderer/app/controller.ts';
import { INITIAL_STATE, reduce, type AppEvent, type AppState } from '../../renderer/app/state.ts';
import { createStore, type Store } from '../../renderer/app/store.ts';
import type { Bridge, Pushed } from '../../renderer/client/bridge.ts';
import { ANSWERS, SIGNED_IN, STATUS, WANG } from '../harness/mockViews.ts';

interface Asked {
  readonly method: MethodName;
  readonly input: object;
  readonly answer: (value: unknown) => Promise<void>;
  readonly fail: () => Promise<void>;
}

let asked: Asked[];
let sounds: string[];
let push: (pushed: Pushed) => void;
let nowMs: number;
let store: Store<AppState, AppEvent>;
let controller: Controller;

/** Lets everything that waits on a settled promise run. */
const settle = () => new Promise<void>((done) => setImmediate(done));
const calls = (method: MethodName) => asked.filter((call) => call.method === method);
const last = (method: MethodName) => {
  const call = calls(method).at(-1);
  if (call === undefined) throw new Error(`${method} was not asked`);
  return call;
};
let scans = 0;
function scan(outcome: ScanEvent['outcome']): ScanEvent {
  scans += 1;
  const data: ScanEvent = { scanId: `scan-${scans}`, source: 'HID', atMs: 0, outcome };
  push({ event: 'scan', data });
  return data;
}
const card = () => scan({ kind: 'CARD', person: WANG });

beforeEach(() => {
  asked = [];
  sounds = [];
  nowMs = 0;
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
          input,
          answer: (value) => end({ ok: true, value }),
          fail: () => end({ ok: false, error: { kind: 'DISCONNECTED' } }),
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
    monoMs: () => nowMs,
  });
  controller.start();
});

describe('a scan at home', () => {
  it('signs at once, and says so only after the station did', async () => {
    const { scanId } = card();
    expect(last('sign').input).toEqual({ requestId: 'uuid-1', scanId, activityId: null });
    expect(sounds).toEqual([]);
    await last('sign').answer(SIGNED_IN);
    expect(store.get().screen.kind).toBe('SIGN_RESULT');
    expect(sounds).toEqual(['success']);
  });
  it('is handled once, though it comes by push and as an answer', () => {
    const data = card();
    push({ event: 'scan', data });
    expect(calls('sign')).toHaveLength(1);
  });
  it('shows the newest person, whichever answer comes last', async () => {
    card();
    card();
    const [first, second] = calls('sign');
    await second?.answer({ ...SIGNED_IN, person: { ...WANG, name: '后来的' } });
    await first?.answer(SIGNED_IN);
    expect(JSON.stringify(store.get().screen)).toContain('后来的');
  });
  it('keeps what was recorded on the screen when the same card is seen again', async () => {
    card();
    await last('sign').answer(SIGNED_IN);
    const { screen } = store.get();
    scan({ kind: 'REPEAT', person: WANG });
    expect(store.get().screen).toBe(screen);
    expect(sounds).toEqual(['success', 'repeat']);
    expect(calls('sign')).toHaveLength(1);
  });
  it('tries again under the same id when the station could not be asked', async () => {
    card();
    await last('sign').fail();
    const { screen } = store.get();
    if (screen.kind !== 'SIGN_RESULT' || screen.result.kind !== 'FAULT' || screen.result.retry === null)
      throw new Error('no retry is offered');
    void controller.sign.retry(screen.result.retry);
    expect(calls('sign').map(({ input }) => 'requestId' in input && input.requestId)).toEqual([
      'uuid-1',
      'uuid-1',
    ]);
  });
});

describe('rapid mode', () => {
  it('shows every answer and names the activity', async () => {
    push({ event: 'status', data: { ...STATUS, rapidActivityId: 2 } });
    card();
    card();
    for (const call of calls('sign')) {
      expect(call.input).toMatchObject({ activityId: 2 });
      await call.answer(SIGNED_IN);
    }
    expect(store.get().rapid.counted).toBe(2);
  });
  it('looks at the home screen once more, however many people change it meanwhile', async () => {
    await last('getTrouble').answer({ kind: 'NONE' });
    await last('getPairing').answer({ kind: 'PAIRED' });
    const before = calls('getHome').length;
    for (let people = 0; people < 60; people += 1) push({ event: 'changed', data: { what: ['HOME'] } });
    expect(calls('getHome')).toHaveLength(before);
    await last('getHome').answer(await ANSWERS.getHome({}));
    await last('getStatus').answer(STATUS);
    expect(calls('getHome')).toHaveLength(before + 1);
    await last('getHome').answer({ ...(await ANSWERS.getHome({})), villageName: '后来的村' });
    await last('getStatus').answer(STATUS);
    expect(calls('getHome')).toHaveLength(before + 1);
    expect(store.get().home?.villageName).toBe('后来的村');
  });
  it('takes somebody who is in already as a repeat', async () => {
    push({ event: 'status', data: { ...STATUS, rapidActivityId: 2 } });
    card();
    await last('sign').answer({ kind: 'REFUSED', person: WANG, reason: { kind: 'ALREADY_IN' } });
    expect(sounds).toEqual(['repeat']);
    expect(store.get().rapid).toMatchObject({ counted: 0, entries: [{ outcome: 'REPEAT' }] });
  });
});

describe('a person who left', () => {
  it('is closed at the station when nobody is there any more', async () => {
    controller.go({ kind: 'BY_HAND', next: 'RECORD' });
    card();
    const opened = await ANSWERS.openPerson({ scanId: '' });
    await last('openPerson').answer(opened);
    expect(store.get().screen.kind).toBe('RECORD');
    nowMs = 75_000;
    controller.tick();
    expect(last('closePerson').input).toEqual({ personToken: 'person-7' });
    expect(store.get().visit.person).toBeNull();
  });
  it('does not come back with an answer that was under way', async () => {
    controller.go({ kind: 'BY_HAND', next: 'RECORD' });
    card();
    controller.goHome();
    await last('openPerson').answer(await ANSWERS.openPerson({ scanId: '' }));
    expect(store.get()).toMatchObject({ screen: { kind: 'HOME' }, visit: { person: null } });
    expect(last('closePerson').input).toEqual({ personToken: 'person-7' });
  });
});

describe('the keeper', () => {
  it('is not signed in by a scan, and no scan acts on the desk', () => {
    controller.go({ kind: 'KEEPER_PIN', next: 'DESK' });
    card();
    expect(calls('sign')).toHaveLength(0);
    expect(store.get().scanPaused).toBe(true);
  });
  it('has no desk left open when it was left while the PIN was being checked', async () => {
    controller.go({ kind: 'KEEPER_PIN', next: 'DESK' });
    void controller.keeper.unlock('1234');
    controller.goHome();
    await last('unlockKeeper').answer({
      kind: 'UNLOCKED',
      session: { keeperToken: 'k', name: '陈', only: null },
    });
    expect(store.get().keeper).toBeNull();
    expect(last('lockKeeper').input).toEqual({ keeperToken: 'k' });
  });
  it('leaves the page within the desk first, the innermost before the others, and only then the desk', () => {
    const closed: string[] = [];
    controller.go({ kind: 'DESK', tab: 'POINTS' });
    controller.backLeadsTo(() => closed.push('page'));
    const leave = controller.backLeadsTo(() => closed.push('form'));
    controller.goBack();
    leave();
    controller.goBack();
    expect(closed).toEqual(['form', 'page']);
    expect(store.get().screen).toEqual({ kind: 'DESK', tab: 'POINTS' });
  });
});

it('tells a wrong check digit without asking the station', async () => {
  await controller.submitCardNumber('1234567890');
  expect(calls('submitCardNumber')).toHaveLength(0);
  expect(store.get().problem).toEqual({ kind: 'CHECK_DIGIT' });
});
