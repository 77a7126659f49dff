/** A person's own record, and the exchange of points for goods. */
import type { BasketLine, GoodsView, ScanEvent } from '../../electron/contract/views.ts';
import type { ControllerContext } from './controllerContext.ts';
import { quantityOf } from './state.ts';

export interface VisitActions {
  readonly openShop: () => Promise<void>;
  readonly refreshShop: () => Promise<void>;
  /** A scan on the record screen or in the shop. */
  readonly scan: (event: ScanEvent, next: 'RECORD' | 'SHOP') => Promise<void>;
  /** Puts `change` pieces more (or fewer) of these goods into the basket, within stock. */
  readonly changeBasket: (goods: GoodsView, change: number) => void;
  /** Opens the confirm screen: here the request's id is made, kept for every retry of this form. */
  readonly confirm: () => void;
  /** Asks the station what the basket would cost and whether it may be exchanged. */
  readonly quote: () => Promise<void>;
  /** Asks that the points of the guest who is open be brought to this station. */
  readonly requestAllowance: () => Promise<void>;
  readonly redeem: (requestId: string, pin: string) => Promise<void>;
}

/** The basket with a changed quantity of one kind of goods; a line with nothing in it is dropped. */
export function changedBasket(
  basket: readonly BasketLine[],
  goods: GoodsView,
  change: number,
): readonly BasketLine[] {
  const quantity = Math.min(quantityOf(basket, goods.id) + change, goods.stock, 99);
  const line = { goodsId: goods.id, quantity, unitPoints: goods.unitPoints };
  const others = basket.filter((other) => other.goodsId !== goods.id);
  if (quantity <= 0) return others;
  const place = basket.findIndex((other) => other.goodsId === goods.id);
  return place < 0 ? [...basket, line] : basket.map((other, at) => (at === place ? line : other));
}

/** `refreshAccounts` asks for the accounts of the person who was opened. */
export function createVisitActions(
  context: ControllerContext,
  refreshAccounts: () => Promise<void>,
): VisitActions {
  const { store, bridge, play, randomUuid } = context;

  async function refreshShop(): Promise<void> {
    const before = store.get().visitNumber;
    const answer = await bridge.call('getShop', {});
    if (store.get().visitNumber !== before) return;
    if (answer.ok) store.send({ type: 'SHOP_VIEW', shop: answer.value });
    else store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
  }

  async function quote(): Promise<void> {
    const { visit, visitNumber } = store.get();
    if (visit.person === null || visit.basket.length === 0) return;
    const { personToken } = visit.person;
    const answer = await bridge.call('quoteBasket', { personToken, lines: [...visit.basket] });
    const now = store.get();
    // A quote of a basket that has changed since says nothing.
    if (now.visitNumber !== visitNumber || now.visit.basket !== visit.basket) return;
    if (!answer.ok) store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
    else if (answer.value.kind === 'PERSON_GONE') personGone();
    else store.send({ type: 'QUOTE', quote: answer.value });
  }

  function personGone(): void {
    store.send({ type: 'GO', screen: { kind: 'BY_HAND', next: 'SHOP' } });
    store.send({ type: 'PROBLEM', problem: { kind: 'SCAN_AGAIN' } });
  }

  async function openPerson(scanId: string, next: 'RECORD' | 'SHOP'): Promise<void> {
    const { visitNumber } = store.get();
    const answer = await bridge.call('openPerson', { scanId });
    if (store.get().visitNumber !== visitNumber) {
      // The person left while we asked: forget what came.
      if (answer.ok && answer.value.kind === 'OPENED')
        void bridge.call('closePerson', { personToken: answer.value.person.personToken });
      return;
    }
    if (!answer.ok) {
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
    } else if (answer.value.kind === 'REFUSED') {
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'SCAN_AGAIN' } });
    } else {
      const before = store.get().visit.person;
      if (before !== null) void bridge.call('closePerson', { personToken: before.personToken });
      play('success');
      store.send({ type: 'PERSON', person: answer.value.person });
      goOn(next);
    }
  }

  /** With a filled basket and a person the shop goes straight on to the confirm screen. */
  function goOn(next: 'RECORD' | 'SHOP'): void {
    const { visit, screen } = store.get();
    if (next === 'RECORD') {
      store.send({ type: 'GO', screen: { kind: 'RECORD' } });
      void refreshAccounts();
    } else if (screen.kind === 'BY_HAND' && visit.basket.length > 0) confirm();
    else if (screen.kind === 'SHOP_CONFIRM' && visit.basket.length > 0) void quote();
    else store.send({ type: 'GO', screen: { kind: 'SHOP' } });
  }

  /** The wish of the person who is open: pressed again, it is the same one. */
  let wish = { personToken: '', requestId: '' };
  async function requestAllowance(): Promise<void> {
    const { visit, visitNumber, pending } = store.get();
    if (pending || visit.person === null) return;
    const { personToken } = visit.person;
    if (wish.personToken !== personToken) wish = { personToken, requestId: randomUuid() };
    store.send({ type: 'PENDING', pending: true });
    const answer = await bridge.call('requestAllowance', wish);
    if (store.get().visitNumber !== visitNumber) return;
    store.send({ type: 'PENDING', pending: false });
    if (!answer.ok) {
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
      return;
    }
    const outcome = answer.value;
    if (outcome.kind === 'REQUESTED') {
      play('success');
      store.send({ type: 'ALLOWANCE_REQUESTED', atMs: outcome.atMs });
      return;
    }
    play('refusal');
    if (outcome.reason.kind === 'PERSON_GONE') personGone();
    else store.send({ type: 'PROBLEM', problem: { kind: outcome.reason.kind } });
  }

  function confirm(): void {
    store.send({ type: 'GO', screen: { kind: 'SHOP_CONFIRM', requestId: randomUuid() } });
    void quote();
  }

  return {
    refreshShop,
    quote,
    confirm,
    requestAllowance,
    openShop: async () => {
      store.send({ type: 'GO', screen: { kind: 'SHOP' } });
      await refreshShop();
    },
    scan: async (event, next) => {
      const { outcome } = event;
      if (store.get().pending) play('repeat');
      else if (outcome.kind === 'REPEAT') play('repeat');
      else if (outcome.kind === 'CARD') await openPerson(event.scanId, next);
      else {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'CARD', problem: outcome } });
      }
    },
    changeBasket: (goods, change) => {
      const basket = changedBasket(store.get().visit.basket, goods, change);
      store.send({ type: 'BASKET', basket });
      const { screen } = store.get();
      if (screen.kind !== 'SHOP_CONFIRM') return;
      // A changed basket is another form: the id of an exchange that may have happened is not used for it.
      if (basket.length === 0) store.send({ type: 'GO', screen: { kind: 'SHOP' } });
      else confirm();
    },
    redeem: async (requestId, pin) => {
      const { visit, visitNumber, pending } = store.get();
      if (pending || visit.person === null) return;
      store.send({ type: 'PENDING', pending: true });
      const { personToken } = visit.person;
      const lines = [...visit.basket];
      const answer = await bridge.call('redeem', { requestId, personToken, lines, pin });
      if (store.get().visitNumber !== visitNumber) return;
      store.send({ type: 'PENDING', pending: false });
      if (!answer.ok) {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
        return;
      }
      const outcome = answer.value;
      play(outcome.kind === 'REDEEMED' ? 'success' : outcome.kind === 'KEEPER_NEEDED' ? 'tap' : 'refusal');
      switch (outcome.kind) {
        case 'REDEEMED': {
          store.send({ type: 'GO', screen: { kind: 'SHOP_RESULT', redeemed: outcome } });
          return;
        }
        case 'KEEPER_NEEDED': {
          store.send({ type: 'GO', screen: { kind: 'SHOP_PIN', requestId } });
          return;
        }
        case 'PIN_REFUSED': {
          store.send({ type: 'PROBLEM', problem: { kind: 'PIN', problem: outcome.problem } });
          return;
        }
        case 'PERSON_GONE': {
          personGone();
          return;
        }
        case 'REFUSED':
          store.send({ type: 'GO', screen: { kind: 'SHOP_CONFIRM', requestId: randomUuid() } });
          store.send({ type: 'QUOTE', quote: outcome });
          void refreshShop();
      }
    },
  };
}
