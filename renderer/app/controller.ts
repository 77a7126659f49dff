/**
 * Everything that happens besides drawing: hears the station, routes each scan to the screen that can use it,
 * watches for people who have left, and leaves nothing of a person behind.
 */
import type { PairingWay } from '../../electron/contract/pairingViews.ts';
import type { Contract } from '../../electron/contract/contract.ts';
import type { InputOf } from '../../electron/contract/types.ts';
import type { ScanEvent } from '../../electron/contract/views.ts';
import { parseCardNumber } from '../../domain/cards/cardNumber.ts';
import type { Pushed } from '../client/bridge.ts';
import type { ControllerContext } from './controllerContext.ts';
import { idleStep } from './idle.ts';
import { createKeeperActions, type KeeperActions } from './keeperActions.ts';
import { createSignActions, type SignActions } from './signActions.ts';
import { rapidShown, type Screen } from './state.ts';
import { createAccountActions, type AccountActions } from './accountActions.ts';
import { createVisitActions, type VisitActions } from './visitActions.ts';

type PairInput = InputOf<Contract['pair']>;

export interface Controller {
  readonly sign: SignActions;
  readonly visit: VisitActions;
  readonly account: AccountActions;
  readonly keeper: KeeperActions;
  readonly go: (screen: Screen) => void;
  readonly goHome: () => void;
  /** Writes onto the USB stick; the status tells how it goes. */
  readonly writeStick: () => Promise<void>;
  /** One step towards home: out of a page within the screen first. */
  readonly goBack: () => void;
  /** A page within the screen opened: the way back closes it. Answers what to call when it is gone. */
  readonly backLeadsTo: (close: () => void) => () => void;
  /** What a keyboard scanner typed. */
  readonly submitScan: (text: string) => Promise<void>;
  /** A keyboard scanner is set so that no card can be read by it. */
  readonly altCodes: () => void;
  readonly submitCardNumber: (digits: string) => Promise<void>;
  /** Tries at once to open a station that could not be opened. */
  readonly retryOpening: () => Promise<void>;
  /** Brings the machine in by what was typed on the pairing screen. */
  readonly pairTyped: (typed: Omit<Extract<PairInput, { kind: 'TYPED' }>, 'kind'>) => Promise<void>;
  /** Chooses the way of the pairing; one that is on its way by stick is given up. */
  readonly choosePairing: (by: PairingWay) => Promise<void>;
  /** Somebody touched the screen or a key. */
  readonly touched: () => void;
  /** Somebody said that they are still there. */
  readonly answered: () => void;
  /** To be called a few times a second. */
  readonly tick: () => void;
  readonly start: () => () => void;
}

/** How many handled scans are remembered: the same scan comes by push and as an answer. */
const REMEMBERED_SCANS = 32;

export function createController(context: ControllerContext): Controller {
  const { store, bridge, play, monoMs } = context;
  const handled: string[] = [];
  /** How the pages within the screen are closed, the innermost last. */
  const pages: (() => void)[] = [];
  let touchedAtMs = monoMs();

  /** Tells the station that the person and the keeper are gone; then forgets them here. */
  function leave(type: 'GO_HOME' | 'GONE'): void {
    const { visit, keeper } = store.get();
    if (visit.person !== null) void bridge.call('closePerson', { personToken: visit.person.personToken });
    if (keeper !== null) void bridge.call('lockKeeper', { keeperToken: keeper.session.keeperToken });
    touchedAtMs = monoMs();
    store.send({ type });
  }
  const goHome = (): void => leave('GO_HOME');

  const sign = createSignActions(context);
  const account = createAccountActions(context);
  const visit = createVisitActions(context, account.refresh);
  const keeper = createKeeperActions(context, goHome);

  async function handleScan(event: ScanEvent): Promise<void> {
    if (handled.includes(event.scanId)) return;
    handled.push(event.scanId);
    if (handled.length > REMEMBERED_SCANS) handled.shift();
    touched();
    const state = store.get();
    // Nothing can be recorded yet: the screen says so, and the card is scanned once more afterwards.
    if ((state.status?.arranging ?? null) !== null) {
      pauseScan();
      return;
    }
    if (state.helpOpen) store.send({ type: 'HELP', open: false });
    if (rapidShown(state)) return sign.scan(event);
    const { screen } = state;
    switch (screen.kind) {
      case 'HOME':
      case 'SIGN_RESULT':
        return sign.scan(event);
      case 'BY_HAND':
        return screen.next === 'SIGN' ? sign.scan(event) : visit.scan(event, screen.next);
      case 'RECORD':
      case 'ACCOUNT':
      case 'POOLING':
        return visit.scan(event, 'RECORD');
      case 'SHOP':
      case 'SHOP_CONFIRM':
        return visit.scan(event, 'SHOP');
      case 'DESK':
        if (state.keeper?.picking === true) pick(event);
        else pauseScan();
        return;
      case 'SHOP_PIN':
      case 'KEEPER_PIN':
      case 'BACKUPS':
      case 'RESTORING':
        pauseScan();
        return;
      // The exchange is done; the next card is the next person's, who starts at the beginning.
      case 'SHOP_RESULT':
        goHome();
        return sign.scan(event);
    }
  }

  function pauseScan(): void {
    play('repeat');
    store.send({ type: 'SCAN_PAUSED' });
  }

  /** A page of the desk asked whose: the card says so, and does nothing else. */
  function pick({ outcome }: ScanEvent): void {
    if (outcome.kind === 'CARD' || outcome.kind === 'REPEAT') {
      play('success');
      store.send({ type: 'PICKED', person: outcome.person });
    } else {
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'CARD', problem: outcome } });
    }
  }

  /** A touch also keeps a result that is being read, and answers the question whether somebody is there. */
  function touched(): void {
    touchedAtMs = monoMs();
    store.send({ type: 'ASKING', seconds: null });
  }

  function hear(pushed: Pushed): void {
    switch (pushed.event) {
      case 'scan':
        void handleScan(pushed.data);
        return;
      case 'status': {
        store.send({ type: 'STATUS', status: pushed.data, monoMs: monoMs() });
        return;
      }
      case 'changed':
        if (pushed.data.what.includes('HOME')) void refreshHome();
        if (pushed.data.what.includes('SHOP') && store.get().shop !== null) void visit.refreshShop();
        if (store.get().screen.kind === 'RESTORING') void restored(pushed.data.what);
        else if (pushed.data.what.includes('DESK')) void keeper.refreshDesk();
        return;
      case 'alreadyOpen':
        store.send({ type: 'ALREADY_OPEN', on: true });
    }
  }

  /** Asks for the machine to be brought in; how it goes on is heard as a change. */
  async function pair(input: PairInput): Promise<void> {
    const answer = await bridge.call('pair', input);
    if (answer.ok) store.send({ type: 'PAIRING', pairing: answer.value });
  }

  /**
   * A station that was opened anew says that everything it shows has changed; what became of the restore it says
   * where it is asked. One that knows of none has not carried it out, and one that did not come back says that.
   */
  async function restored(what: readonly string[]): Promise<void> {
    if (!['HOME', 'SHOP', 'DESK'].every((one) => what.includes(one))) return;
    const status = await bridge.call('getStatus', {});
    if (!status.ok && (await isTroubled())) {
      if (store.get().trouble?.kind === 'ARRANGING') return; // It is being carried out.
      play('refusal');
      goHome();
      return;
    }
    const { screen } = store.get();
    if (!status.ok || screen.kind !== 'RESTORING' || screen.end !== null) return;
    const end = status.value.restoreEnd ?? ({ kind: 'NOT_RESTORED', reason: 'OTHER' } as const);
    if (end.kind !== 'RESTORED') play('refusal');
    store.send({ type: 'GO', screen: { kind: 'RESTORING', end } });
  }
  /** Asks whether the station could be opened, and keeps what it says. */
  async function isTroubled(): Promise<boolean> {
    const trouble = await bridge.call('getTrouble', {});
    if (trouble.ok) store.send({ type: 'TROUBLE', trouble: trouble.value });
    return trouble.ok && trouble.value.kind !== 'NONE';
  }

  async function askHome(): Promise<void> {
    if (store.get().trouble?.kind !== 'NONE' && (await isTroubled())) return;
    if (store.get().pairing?.kind !== 'PAIRED') {
      const pairing = await bridge.call('getPairing', {});
      if (pairing.ok) store.send({ type: 'PAIRING', pairing: pairing.value });
      if (pairing.ok && pairing.value.kind !== 'PAIRED') return;
    }
    const [home, status] = await Promise.all([bridge.call('getHome', {}), bridge.call('getStatus', {})]);
    if (home.ok) store.send({ type: 'HOME_VIEW', home: home.value });
    if (status.ok) store.send({ type: 'STATUS', status: status.value, monoMs: monoMs() });
    // A station that was open may have been opened anew, and not have come back.
    if (!home.ok && home.error.kind === 'CLOSING') await isTroubled();
  }
  const refreshHome = onceAtATime(askHome);

  return {
    sign,
    visit,
    account,
    keeper,
    goHome,
    writeStick: async () => {
      const answer = await bridge.call('writeStick', {});
      if (!answer.ok || answer.value.kind === 'NO_STICK') play('refusal');
    },
    go: (screen) => store.send({ type: 'GO', screen }),
    backLeadsTo: (close) => {
      pages.push(close);
      return () => void pages.splice(pages.indexOf(close), 1);
    },
    goBack: () => {
      const innermost = pages.at(-1);
      if (innermost !== undefined) {
        innermost();
        return;
      }
      const { screen, visit: current } = store.get();
      if (screen.kind === 'ACCOUNT' || screen.kind === 'POOLING') {
        store.send({ type: 'GO', screen: { kind: screen.kind === 'ACCOUNT' ? 'RECORD' : 'ACCOUNT' } });
        return;
      }
      const toShop =
        screen.kind === 'SHOP_CONFIRM' ||
        screen.kind === 'SHOP_PIN' ||
        (screen.kind === 'BY_HAND' && screen.next === 'SHOP');
      if (!toShop) {
        goHome();
        return;
      }
      store.send({ type: 'GO', screen: { kind: 'SHOP' } });
      if (current.basket.length > 0) void visit.refreshShop();
    },
    retryOpening: async () => {
      await bridge.call('retryOpening', {});
    },
    pairTyped: (typed) => pair({ kind: 'TYPED', ...typed }),
    choosePairing: async (by) => {
      const answer = await bridge.call('choosePairing', { by });
      if (answer.ok) store.send({ type: 'PAIRING', pairing: answer.value });
    },
    submitScan: async (text) => {
      const { pairing } = store.get();
      if (pairing !== null && pairing.kind !== 'PAIRED') return pair({ kind: 'TEXT', text });
      const answer = await bridge.call('submitScan', { text, source: 'WEDGE' });
      if (answer.ok) return handleScan(answer.value);
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
    },
    altCodes: () => {
      const { kind } = store.get().screen;
      if (kind === 'HOME' || kind === 'SIGN_RESULT' || rapidShown(store.get())) sign.altCodes();
      else {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'ALT_CODES' } });
      }
    },
    submitCardNumber: async (digits) => {
      // A slip of typing is told here, while the number is still on the screen.
      if (!parseCardNumber(digits).ok) {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'CHECK_DIGIT' } });
        return;
      }
      const answer = await bridge.call('submitCardNumber', { digits });
      if (answer.ok) return handleScan(answer.value);
      play('refusal');
      store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
    },
    touched: () => {
      // While somebody is asked for, the answer counts when the finger is lifted: see `answered`.
      if (store.get().askingSeconds !== null) return;
      touched();
      store.send({ type: 'KEEP_RESULT' });
    },
    answered: touched,
    tick: () => {
      const step = idleStep(store.get(), monoMs() - touchedAtMs);
      if (step.kind === 'GONE') leave('GONE');
      else store.send({ type: 'ASKING', seconds: step.kind === 'ASK' ? step.seconds : null });
    },
    start: () => {
      const stopHearing = bridge.subscribe(hear);
      const stopWatching = (bridge.watchConnection ?? alwaysConnected)((connected) => {
        store.send({ type: 'CONNECTION', connected });
        if (connected) void refreshHome();
      });
      return () => {
        stopHearing();
        stopWatching();
      };
    },
  };
}

/**
 * Does something once at a time: wishes that come meanwhile are one more time afterwards, however many they are.
 * Sixty check-ins in one second change the home screen sixty times, and it is asked for twice.
 */
function onceAtATime(action: () => Promise<void>): () => Promise<void> {
  let underWay = false;
  let again = false;
  return async () => {
    again = true;
    if (underWay) return;
    underWay = true;
    while (again) {
      again = false;
      await action();
    }
    underWay = false;
  };
}

/** Inside Electron the station lives in the same program. */
function alwaysConnected(watcher: (connected: boolean) => void): () => void {
  watcher(true);
  return () => undefined;
}
