/** The screens' own logic, without a screen: what is kept, what is dropped, when somebody is taken to be gone. */
import { describe, expect, it } from 'vitest';
import type { PersonView, ShopView, StatusView } from '../../electron/contract/views.ts';
import { ASK_MS, DESK_IDLE_MS, IDLE_MS, idleStep, RESULT_MS } from '../../renderer/app/idle.ts';
import { INITIAL_STATE, rapidShown, reduce, type AppEvent, type AppState } from '../../renderer/app/state.ts';
import { changedBasket } from '../../renderer/app/visitActions.ts';
import { GOODS, OUYANG, STATUS, WANG } from '../harness/mockViews.ts';

const run = (...events: readonly AppEvent[]): AppState => events.reduce(reduce, INITIAL_STATE);
const person = (summary = WANG): PersonView => ({
  ...summary,
  personToken: `token-${summary.volunteerId}`,
  maskedPhone: '',
  balance: {
    availablePoints: 100,
    minutesThisYear: 0,
    minutesTotal: 0,
    honorMinutesThisYear: 0,
    honorMinutesTotal: 0,
  },
  awaitingCountyPoints: 0,
  elsewhere: null,
  recent: [],
});
const [rice, flour, oil] = GOODS as [(typeof GOODS)[0], (typeof GOODS)[0], (typeof GOODS)[0]];
const basket = [{ goodsId: rice.id, quantity: 1, unitPoints: rice.unitPoints }];
const status = (change: Partial<StatusView>): AppEvent => ({
  type: 'STATUS',
  status: { ...STATUS, ...change },
  monoMs: 5,
});
const session = { keeperToken: 'k', name: '陈守国', only: null };

describe('going home', () => {
  it('drops the person, the basket, the keeper and every message', () => {
    const state = run(
      { type: 'PERSON', person: person() },
      { type: 'BASKET', basket },
      { type: 'KEEPER', session },
      { type: 'PROBLEM', problem: { kind: 'CHECK_DIGIT' } },
      { type: 'GO_HOME' },
    );
    expect(JSON.stringify(state)).not.toContain('王秀英');
    expect(state).toEqual({ ...INITIAL_STATE, visitNumber: 1 });
  });
  it('keeps the language of somebody who presses home, and takes it back when nobody is there', () => {
    const english: AppEvent = { type: 'LANGUAGE', language: 'en' };
    expect(run(english, { type: 'GO_HOME' }).language).toBe('en');
    expect(run(english, { type: 'GONE' }).language).toBe('zh-CN');
  });
});

describe('a card in the shop', () => {
  it('keeps what was chosen before the first card', () => {
    expect(run({ type: 'BASKET', basket }, { type: 'PERSON', person: person() }).visit.basket).toEqual(
      basket,
    );
  });
  it('keeps the basket of the same person and empties it for another, saying so', () => {
    const first: AppEvent = { type: 'PERSON', person: person() };
    expect(run(first, { type: 'BASKET', basket }, first).visit.basket).toEqual(basket);
    const other = run(first, { type: 'BASKET', basket }, { type: 'PERSON', person: person(OUYANG) });
    expect(other.visit).toMatchObject({ basket: [], switched: true });
  });
  it('forgets the quote when the basket changes', () => {
    const state = run(
      { type: 'QUOTE', quote: { kind: 'FINE', totalPoints: 1, remainingPoints: 1, needsKeeper: false } },
      { type: 'BASKET', basket },
    );
    expect(state.visit.quote).toBeNull();
  });
  it('counts the basket at the price that is shown now', () => {
    const shop: ShopView = { hours: { open: true, nextOpenMs: 0 }, goods: [{ ...rice, unitPoints: 300 }] };
    const state = run({ type: 'BASKET', basket }, { type: 'SHOP_VIEW', shop });
    expect(state.visit.basket[0]?.unitPoints).toBe(300);
  });
});

describe('the basket', () => {
  it('adds, takes away, drops an empty line and keeps the order', () => {
    const two = changedBasket(changedBasket([], rice, 1), flour, 2);
    expect(changedBasket(two, rice, 1).map(({ goodsId, quantity }) => [goodsId, quantity])).toEqual([
      [rice.id, 2],
      [flour.id, 2],
    ]);
    expect(changedBasket(two, rice, -1).map(({ goodsId }) => goodsId)).toEqual([flour.id]);
  });
  it('takes no more than there is', () => {
    expect(changedBasket([], { ...oil, stock: 3 }, 5)[0]?.quantity).toBe(3);
    expect(changedBasket([], { ...oil, stock: 0 }, 1)).toEqual([]);
  });
});

describe('nobody there', () => {
  const record = run({ type: 'PERSON', person: person() }, { type: 'GO', screen: { kind: 'RECORD' } });
  it('asks after a minute, counts fifteen seconds, then goes', () => {
    expect(idleStep(record, IDLE_MS - 1)).toEqual({ kind: 'STAY' });
    expect(idleStep(record, IDLE_MS)).toEqual({ kind: 'ASK', seconds: 15 });
    expect(idleStep(record, IDLE_MS + ASK_MS - 1)).toEqual({ kind: 'ASK', seconds: 1 });
    expect(idleStep(record, IDLE_MS + ASK_MS)).toEqual({ kind: 'GONE' });
  });
  it('locks the desk after sixty seconds in all', () => {
    const desk = run({ type: 'KEEPER', session }, { type: 'GO', screen: { kind: 'DESK', tab: 'TODAY' } });
    expect(DESK_IDLE_MS + ASK_MS).toBe(60_000);
    expect(idleStep(desk, 60_000)).toEqual({ kind: 'GONE' });
  });
  it('lets a result stand for twelve seconds, and for good while it is kept by a touch', () => {
    const result = run({
      type: 'GO',
      screen: {
        kind: 'SIGN_RESULT',
        result: { kind: 'CARD', problem: { kind: 'REVOKED' } },
        serial: 1,
        kept: false,
      },
    });
    expect(RESULT_MS).toBeGreaterThanOrEqual(10_000);
    expect(idleStep(result, RESULT_MS - 1)).toEqual({ kind: 'STAY' });
    expect(idleStep(result, RESULT_MS)).toEqual({ kind: 'GONE' });
    expect(idleStep(reduce(result, { type: 'KEEP_RESULT' }), RESULT_MS)).toEqual({ kind: 'STAY' });
  });
  it('leaves the home screen and rapid mode alone', () => {
    expect(idleStep(INITIAL_STATE, 10 * IDLE_MS)).toEqual({ kind: 'STAY' });
    const rapid = run(status({ rapidActivityId: 2 }), { type: 'GO', screen: { kind: 'RECORD' } });
    expect(idleStep(rapid, 10 * IDLE_MS)).toEqual({ kind: 'STAY' });
  });
  it('takes back the language that a visitor left behind on the home screen', () => {
    expect(idleStep(run({ type: 'LANGUAGE', language: 'en' }), IDLE_MS)).toEqual({ kind: 'GONE' });
  });
});

describe('rapid mode', () => {
  const scan = (serial: number, outcome: 'IN' | 'REPEAT'): AppEvent => ({
    type: 'RAPID_SCAN',
    entry: { serial, outcome, name: '王秀英', result: { kind: 'REPEAT', person: WANG } },
  });
  it('has every screen but the keeper’s', () => {
    const rapid = run(status({ rapidActivityId: 2 }));
    expect(rapidShown(rapid)).toBe(true);
    expect(rapidShown(reduce(rapid, { type: 'GO', screen: { kind: 'KEEPER_PIN', next: 'END_RAPID' } }))).toBe(
      false,
    );
    expect(rapidShown(run(status({ rapidActivityId: null })))).toBe(false);
  });
  it('counts who came in, not who was there already, and begins anew with another activity', () => {
    const counted = run(status({ rapidActivityId: 2 }), scan(1, 'IN'), scan(2, 'REPEAT'), scan(3, 'IN'));
    expect(counted.rapid.counted).toBe(2);
    expect(counted.rapid.entries[0]?.serial).toBe(3);
    expect(reduce(counted, status({ rapidActivityId: 2 })).rapid.counted).toBe(2);
    expect(reduce(counted, status({ rapidActivityId: 5 })).rapid.counted).toBe(0);
  });
});
