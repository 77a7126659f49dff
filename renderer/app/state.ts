/**
 * What the interface knows and which screen it shows, as one value changed only by `reduce`. What belongs to a
 * person (visit) or to the keeper (keeper) is dropped whole when the home screen comes back.
 */
import type {
  BasketLine,
  CardProblem,
  HomeView,
  KeeperDesk,
  KeeperSession,
  PersonSummary,
  PersonView,
  PinProblem,
  QuoteOutcome,
  ShopView,
  StatusView,
} from '../../electron/contract/views.ts';
import type { TroubleView } from '../../electron/contract/troubleViews.ts';
import type { PairingView } from '../../electron/contract/pairingViews.ts';
import type { AccountsView, LedgerDesk } from '../../electron/contract/ledgerViews.ts';
import type { ClientError } from '../client/bridge.ts';
import { DEFAULT_LANGUAGE, type Language } from '../texts/i18n.ts';
import type { Saved, Screen, SignResult } from './screen.ts';

export type * from './screen.ts';

/** Why the last step did not go on, told on the screen where the person is. */
export type Problem =
  | { readonly kind: 'CARD'; readonly problem: CardProblem }
  | { readonly kind: 'CHECK_DIGIT' }
  | { readonly kind: 'SCAN_AGAIN' }
  /** A number typed by hand proves nobody's consent. */
  | { readonly kind: 'CARD_NEEDED' }
  | { readonly kind: 'NO_HOUSEHOLD' }
  | { readonly kind: 'ALT_CODES' }
  /** A guest's wish to have their points here has been recorded before. */
  | { readonly kind: 'UNDER_WAY' }
  | { readonly kind: 'PIN'; readonly problem: PinProblem }
  | { readonly kind: 'FAULT'; readonly error: ClientError };

export interface Visit {
  readonly person: PersonView | null;
  /** Of that person; null until they have come. */
  readonly accounts: AccountsView | null;
  readonly basket: readonly BasketLine[];
  readonly quote: QuoteOutcome | null;
  /** Another person's card was scanned in the shop: the basket begins anew. */
  readonly switched: boolean;
}
export interface KeeperState {
  readonly session: KeeperSession;
  readonly desk: KeeperDesk | null;
  readonly ledger: LedgerDesk | null;
  /** Whether a page of the desk waits for somebody's card, and whose came. */
  readonly picking: boolean;
  readonly picked: PersonSummary | null;
}
/** One scan of rapid mode, newest first. */
export interface RapidEntry {
  readonly serial: number;
  readonly outcome: 'IN' | 'REPEAT' | 'REFUSED';
  readonly name: string;
  readonly result: SignResult;
}
export interface RapidState {
  readonly counted: number;
  readonly entries: readonly RapidEntry[];
}

export interface AppState {
  readonly connected: boolean;
  /** Whether the station's database can be opened; null until the station has said so. */
  readonly trouble: TroubleView | null;
  /** Whether the machine has been brought in; null until the station has said so. */
  readonly pairing: PairingView | null;
  readonly home: HomeView | null;
  readonly status: StatusView | null;
  /** This machine's monotonic time when `status` came, so that the clock on screen is the station's. */
  readonly statusMonoMs: number;
  readonly shop: ShopView | null;
  readonly language: Language;
  readonly largeText: boolean;
  readonly screen: Screen;
  /** Counts the visits: an answer that was asked for in an earlier one is dropped. */
  readonly visitNumber: number;
  readonly visit: Visit;
  readonly keeper: KeeperState | null;
  readonly rapid: RapidState;
  readonly problem: Problem | null;
  readonly saved: Saved | null;
  /** A scan came where none can be taken. */
  readonly scanPaused: boolean;
  /** A request that must not be sent twice is under way: its buttons rest. */
  readonly pending: boolean;
  readonly helpOpen: boolean;
  /** The word about a USB stick lies over the screen: it came by itself, or the keeper asked for it. */
  readonly stickOpen: boolean;
  /** Somebody has just started the program a second time. */
  readonly alreadyOpen: boolean;
  /** Seconds until the person is taken to be gone; null while nobody is asked. */
  readonly askingSeconds: number | null;
}

const NOBODY: Visit = { person: null, accounts: null, basket: [], quote: null, switched: false };
export const RAPID_SHOWN = 6;

export const INITIAL_STATE: AppState = {
  connected: false,
  trouble: null,
  pairing: null,
  home: null,
  status: null,
  statusMonoMs: 0,
  shop: null,
  language: DEFAULT_LANGUAGE,
  largeText: false,
  screen: { kind: 'HOME' },
  visitNumber: 0,
  visit: NOBODY,
  keeper: null,
  rapid: { counted: 0, entries: [] },
  problem: null,
  saved: null,
  scanPaused: false,
  pending: false,
  helpOpen: false,
  stickOpen: false,
  alreadyOpen: false,
  askingSeconds: null,
};

export type AppEvent =
  | { readonly type: 'CONNECTION'; readonly connected: boolean }
  | { readonly type: 'TROUBLE'; readonly trouble: TroubleView }
  | { readonly type: 'ALREADY_OPEN'; readonly on: boolean }
  | { readonly type: 'PAIRING'; readonly pairing: PairingView }
  | { readonly type: 'HOME_VIEW'; readonly home: HomeView }
  | { readonly type: 'STATUS'; readonly status: StatusView; readonly monoMs: number }
  | { readonly type: 'SHOP_VIEW'; readonly shop: ShopView }
  | { readonly type: 'GO'; readonly screen: Screen }
  | { readonly type: 'GO_HOME' }
  /** Home because nobody is there any more: language and text size go back, too. */
  | { readonly type: 'GONE' }
  | { readonly type: 'PERSON'; readonly person: PersonView }
  /** The wish of the person who is open to have their points here was recorded. */
  | { readonly type: 'ALLOWANCE_REQUESTED'; readonly atMs: number }
  | { readonly type: 'BASKET'; readonly basket: readonly BasketLine[] }
  | { readonly type: 'QUOTE'; readonly quote: QuoteOutcome }
  | { readonly type: 'KEEPER'; readonly session: KeeperSession }
  | { readonly type: 'DESK_VIEW'; readonly desk: KeeperDesk }
  | { readonly type: 'LEDGER_VIEW'; readonly ledger: LedgerDesk }
  | { readonly type: 'ACCOUNTS_VIEW'; readonly accounts: AccountsView }
  /** A page of the desk begins or ends to wait for a card. */
  | { readonly type: 'PICKING'; readonly on: boolean }
  | { readonly type: 'PICKED'; readonly person: PersonSummary }
  | { readonly type: 'SAVED'; readonly what: Saved | null }
  | { readonly type: 'RAPID_SCAN'; readonly entry: RapidEntry }
  | { readonly type: 'PROBLEM'; readonly problem: Problem | null }
  | { readonly type: 'SCAN_PAUSED' }
  | { readonly type: 'PENDING'; readonly pending: boolean }
  | { readonly type: 'KEEP_RESULT' }
  | { readonly type: 'LANGUAGE'; readonly language: Language }
  | { readonly type: 'LARGE_TEXT'; readonly largeText: boolean }
  | { readonly type: 'HELP'; readonly open: boolean }
  | { readonly type: 'STICK'; readonly open: boolean }
  | { readonly type: 'ASKING'; readonly seconds: number | null };

/** The state after an event. Pure: what has to be told to the station is the controller's. */
export function reduce(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case 'CONNECTION':
      return { ...state, connected: event.connected };
    case 'TROUBLE':
      return { ...state, trouble: event.trouble };
    case 'ALREADY_OPEN':
      return { ...state, alreadyOpen: event.on };
    case 'PAIRING':
      return { ...state, pairing: event.pairing };
    case 'HOME_VIEW':
      return { ...state, home: event.home };
    case 'STATUS':
      return withStatus(state, event.status, event.monoMs);
    case 'SHOP_VIEW':
      return { ...state, shop: event.shop, visit: repriced(state.visit, event.shop) };
    case 'GO':
      return {
        ...state,
        screen: event.screen,
        problem: null,
        saved: null,
        scanPaused: false,
        pending: false,
      };
    case 'GO_HOME':
      return atHome(state);
    case 'GONE':
      return { ...atHome(state), language: DEFAULT_LANGUAGE, largeText: false };
    case 'PERSON':
      return withPerson(state, event.person);
    case 'ALLOWANCE_REQUESTED': {
      const { person } = state.visit;
      if (!person?.elsewhere) return state;
      const asked = { ...person, elsewhere: { ...person.elsewhere, requestedMs: event.atMs } };
      return { ...state, visit: { ...state.visit, person: asked } };
    }
    case 'BASKET':
      return {
        ...state,
        visit: { ...state.visit, basket: event.basket, quote: null, switched: false },
        problem: null,
      };
    case 'QUOTE':
      return { ...state, visit: { ...state.visit, quote: event.quote } };
    case 'KEEPER':
      return {
        ...state,
        keeper: { session: event.session, desk: null, ledger: null, picking: false, picked: null },
      };
    case 'DESK_VIEW':
      return withKeeper(state, { desk: event.desk });
    case 'LEDGER_VIEW':
      return withKeeper(state, { ledger: event.ledger });
    case 'ACCOUNTS_VIEW':
      return { ...state, visit: { ...state.visit, accounts: event.accounts } };
    case 'PICKING':
      return { ...withKeeper(state, { picking: event.on, picked: null }), problem: null, scanPaused: false };
    case 'PICKED':
      return { ...withKeeper(state, { picking: false, picked: event.person }), problem: null };
    case 'SAVED':
      return { ...state, saved: event.what };
    case 'RAPID_SCAN':
      return { ...state, rapid: withRapidScan(state.rapid, event.entry) };
    case 'PROBLEM':
      return { ...state, problem: event.problem };
    case 'SCAN_PAUSED':
      return { ...state, scanPaused: true };
    case 'PENDING':
      return { ...state, pending: event.pending };
    case 'KEEP_RESULT':
      return state.screen.kind === 'SIGN_RESULT'
        ? { ...state, screen: { ...state.screen, kept: true } }
        : state;
    case 'LANGUAGE':
      return { ...state, language: event.language };
    case 'LARGE_TEXT':
      return { ...state, largeText: event.largeText };
    case 'HELP':
      return { ...state, helpOpen: event.open };
    case 'STICK':
      return { ...state, stickOpen: event.open };
    case 'ASKING':
      return state.askingSeconds === event.seconds ? state : { ...state, askingSeconds: event.seconds };
  }
}

function withKeeper(state: AppState, change: Partial<KeeperState>): AppState {
  return state.keeper === null ? state : { ...state, keeper: { ...state.keeper, ...change } };
}

/** Home, with everything of the person and of the keeper dropped. */
function atHome(state: AppState): AppState {
  return {
    ...state,
    screen: { kind: 'HOME' },
    visitNumber: state.visitNumber + 1,
    visit: NOBODY,
    keeper: null,
    shop: null,
    problem: null,
    saved: null,
    scanPaused: false,
    pending: false,
    helpOpen: false,
    askingSeconds: null,
  };
}

/** A new rapid mode counts from nothing. */
function withStatus(state: AppState, status: StatusView, statusMonoMs: number): AppState {
  const sameRapid = state.status?.rapidActivityId === status.rapidActivityId;
  return {
    ...state,
    status,
    statusMonoMs,
    stickOpen: stickOpen(state, status.stick),
    rapid: sameRapid ? state.rapid : INITIAL_STATE.rapid,
  };
}

/** A stick that was just put in speaks up by itself, once; whoever closed it is left alone until the next. */
function stickOpen(state: AppState, { serial, state: now, putInNow }: StatusView['stick']): boolean {
  if (now === 'NONE') return false;
  return state.stickOpen || (putInNow && state.status !== null && state.status.stick.serial !== serial);
}

/** Whether the word about a stick may be shown: never over what a person is in the middle of. */
export function stickShown(state: AppState): boolean {
  return state.stickOpen && ['HOME', 'DESK'].includes(state.screen.kind) && !rapidShown(state);
}

/** Another person in the middle of a basket begins with an empty one; the same person keeps it. */
function withPerson(state: AppState, person: PersonView): AppState {
  const before = state.visit.person;
  const other = before !== null && before.volunteerId !== person.volunteerId;
  const switched = other && state.visit.basket.length > 0;
  return {
    ...state,
    problem: null,
    visit: { person, accounts: null, basket: other ? [] : state.visit.basket, quote: null, switched },
  };
}

/** The basket at the prices now shown beside it. */
function repriced(visit: Visit, shop: ShopView): Visit {
  const basket = visit.basket.map((line) => {
    const unitPoints = shop.goods.find((goods) => goods.id === line.goodsId)?.unitPoints ?? line.unitPoints;
    return unitPoints === line.unitPoints ? line : { ...line, unitPoints };
  });
  const same = basket.every((line, at) => line === visit.basket[at]);
  return same ? visit : { ...visit, basket };
}

function withRapidScan(rapid: RapidState, entry: RapidEntry): RapidState {
  return {
    counted: rapid.counted + (entry.outcome === 'IN' ? 1 : 0),
    entries: [entry, ...rapid.entries].slice(0, RAPID_SHOWN),
  };
}

/** Whether rapid mode has the screen: it takes every screen but those that the keeper ends it with. */
export function rapidShown(state: AppState): boolean {
  const id = state.status?.rapidActivityId ?? null;
  return id !== null && !['KEEPER_PIN', 'DESK', 'BACKUPS', 'RESTORING'].includes(state.screen.kind);
}

/** Points of all lines of a basket. */
export function basketPoints(basket: readonly BasketLine[]): number {
  return basket.reduce((sum, line) => sum + line.quantity * line.unitPoints, 0);
}

/** Pieces in a basket of one kind of goods. */
export function quantityOf(basket: readonly BasketLine[], goodsId: number): number {
  return basket.find((line) => line.goodsId === goodsId)?.quantity ?? 0;
}
