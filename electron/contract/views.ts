/** What the screens are shown. Times are ms since 1970 UTC; points and minutes are integers. */
import type { CardProblem as CardCodeProblem } from '../../domain/cards/verify.ts';
import type { ScanSource } from '../../domain/journal/events.ts';
import type { RestoreEnd } from './backupViews.ts';
import type { SyncView } from './syncViews.ts';
import type { StickView } from './stickViews.ts';

export interface ActivityView {
  readonly id: number;
  readonly name: string;
  readonly teamName: string;
  readonly platform: number;
  readonly theme: number;
  readonly place: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Volunteers signed in and not yet out. */
  readonly presentCount: number;
  readonly openForSignIn: boolean;
}

export interface HomeView {
  readonly stationId: number;
  readonly villageName: string;
  readonly townshipName: string;
  readonly countyName: string;
  /** True for the made-up village that `npm start` shows. */
  readonly sample: boolean;
  /** False until the county's first reference data has come. */
  readonly ready: boolean;
  readonly todayActivities: readonly ActivityView[];
  readonly shop: ShopHours;
}
export interface ShopHours {
  readonly open: boolean;
  /** When it opens next; 0 if open now or never within 62 days. */
  readonly nextOpenMs: number;
}

export type ScannerState = 'READY' | 'MISSING' | 'NO_PERMISSION' | 'KEYBOARD_ONLY';
export interface StatusView {
  readonly nowMs: number;
  readonly sync: SyncView;
  readonly scanner: ScannerState;
  /** The wall clock jumped back or lies before the last event: times are marked doubtful. */
  readonly clockDoubtful: boolean;
  /** Nobody has vouched for the date since the machine was switched on: a keeper is asked for it. */
  readonly dateToConfirm: boolean;
  /** For more than 45 days nothing was heard from the county: people, cards and prices may be old. */
  readonly referenceOld: boolean;
  /** Anything but WORKING: points are not taken until it is. */
  readonly standing: 'WORKING' | SpendingStopped['kind'];
  readonly storage: 'OK' | 'FULL' | 'READ_ONLY' | 'IO' | 'BUSY' | 'CORRUPT';
  /**
   * A disk that will be full soon: the data's own, or that of the second backups. In how many days, by how fast it has
   * filled; null: nobody can say. Null: there is room.
   */
  readonly low: { readonly place: 'DATA' | 'BACKUPS'; readonly days: number | null } | null;
  readonly rapidActivityId: number | null;
  readonly stick: StickView;
  /** How the last restore ended since the program was started; null if there was none. */
  readonly restoreEnd: RestoreEnd | null;
  /**
   * What the last backups said. FAILED: none could be written. DAMAGED: the journal does not prove whole, and a restore
   * is needed. VIEWS: figures say something else than the journal, and are made anew at the next start.
   */
  readonly backup: 'OK' | 'FAILED' | 'DAMAGED' | 'VIEWS';
  /**
   * The records are being put in order after a restore or a return, and nothing is taken meanwhile: how many of them
   * are done, out of all (0: not counted yet). Null: nothing of the kind.
   */
  readonly arranging: { readonly done: number; readonly total: number } | null;
  /** Why this station's records have a new number, until a keeper has seen it; null where nothing is to be seen. */
  readonly newNumber: 'OTHER_MACHINE' | 'RESTORED' | null;
}

/** Why a card, or what was scanned, cannot be used. */
export type CardProblem =
  | CardCodeProblem
  /** A number typed by hand that no card has. */
  | { readonly kind: 'UNKNOWN_NUMBER' };

export interface PersonSummary {
  readonly volunteerId: number;
  /** Empty for a guest the station knows nothing of. */
  readonly name: string;
  /** Belongs to another village. */
  readonly guest: boolean;
  readonly teamName: string;
}

/** Pushed for each scan, whatever its source; used once, within SCAN_TTL_MS. */
export interface ScanEvent {
  readonly scanId: string;
  readonly source: ScanSource;
  readonly atMs: number;
  readonly outcome:
    | { readonly kind: 'CARD'; readonly person: PersonSummary }
    /** The same code again within 3 s: told by its own sound, recorded as nothing. */
    | { readonly kind: 'REPEAT'; readonly person: PersonSummary }
    | CardProblem;
}
/** A scan that no screen took within this time is forgotten, so that it cannot act on a later screen. */
export const SCAN_TTL_MS = 5_000;

export type ScanUseError = { readonly kind: 'SCAN_EXPIRED' } | { readonly kind: 'SCAN_USED' };

export interface Balance {
  /** Points that can be spent here now. */
  readonly availablePoints: number;
  readonly minutesThisYear: number;
  readonly minutesTotal: number;
  /** Of these the honour hours, which no scan recorded. */
  readonly honorMinutesThisYear: number;
  readonly honorMinutesTotal: number;
}

export type SignOutcome =
  | {
      readonly kind: 'SIGNED_IN';
      readonly seq: number;
      readonly person: PersonSummary;
      readonly activity: ActivityView;
      readonly atMs: number;
      /** An earlier attendance that was never signed out and is now for the leader to close. */
      readonly lapsed: { readonly activityName: string; readonly signedInMs: number } | null;
      /** Other activities the volunteer may mean; the first proposal is `activity`. */
      readonly otherActivities: readonly ActivityView[];
      readonly balance: Balance;
    }
  | {
      readonly kind: 'SIGNED_OUT';
      readonly seq: number;
      readonly person: PersonSummary;
      readonly activity: ActivityView;
      readonly atMs: number;
      readonly actualMinutes: number;
      readonly creditedMinutes: number;
      readonly points: number;
      /** The points can be spent at once: null; else after they were checked and posted for so many working days. */
      readonly postedWorkingDays: number | null;
      /** Which cap took minutes or points away, if any. */
      readonly cappedBy:
        'NONE' | 'SESSION' | 'DAY_MINUTES' | 'DAY_POINTS' | 'DATE' | 'MONTH_POINTS' | 'VILLAGE_MONTH';
      readonly balance: Balance;
    }
  | ({ readonly kind: 'REFUSED'; readonly person: PersonSummary } & { readonly reason: SignRefusal });

export type SignRefusal =
  | { readonly kind: 'NO_ACTIVITY_NOW' }
  | { readonly kind: 'ACTIVITY_NOT_OPEN' }
  | { readonly kind: 'TOO_MANY_PAIRS'; readonly limit: number }
  | { readonly kind: 'NOT_SIGNED_IN' }
  | { readonly kind: 'ALREADY_CLOSED' }
  /** Rapid mode: the volunteer is signed in to this activity already; nothing was recorded. */
  | { readonly kind: 'ALREADY_IN' }
  /** The activity can be corrected within so many minutes of the sign-in. */
  | { readonly kind: 'TOO_LATE_TO_CHANGE'; readonly limitMinutes: number }
  | ScanUseError;

export interface RecordEntry {
  readonly seq: number;
  readonly atMs: number;
  /** SERVICE_CLOSED: the keeper closed it; these may be honour hours, without points. */
  readonly kind:
    | 'SERVICE'
    | 'SERVICE_OPEN'
    | 'SERVICE_UNCLOSED'
    | 'SERVICE_CLOSED'
    | 'REDEMPTION'
    /** Hours that no scan recorded, approved or not yet. */
    | 'BACKFILL'
    | 'BACKFILL_WAITING'
    | 'ALLOWANCE'
    | 'MOVED_AWAY';
  /** The activity's name, the goods with their quantities, or the station that points came from or went to. */
  readonly title: string;
  readonly minutes: number;
  /** Signed: negative for a redemption. */
  readonly points: number;
}
export interface PersonView extends PersonSummary {
  /** Names the opened person to later calls; forgotten at `closePerson` and after two idle minutes. */
  readonly personToken: string;
  readonly maskedPhone: string;
  readonly balance: Balance;
  /** Of the available points, those that can be spent only after the county has acknowledged them. */
  readonly awaitingCountyPoints: number;
  /** Of somebody of another village, or whose points went to one; null for whoever has theirs here. */
  readonly elsewhere: Elsewhere | null;
  readonly recent: readonly RecordEntry[];
}
/** Where somebody's points are if not here, and whether they have asked for them to be brought here. */
export interface Elsewhere {
  /** The station that has them; empty if it is not known here. */
  readonly stationName: string;
  /** When the wish was recorded that has no answer yet; 0: none is under way. */
  readonly requestedMs: number;
}
export type AllowanceOutcome =
  /** Recorded; the points come when both stations have met the county. */
  | { readonly kind: 'REQUESTED'; readonly atMs: number }
  | {
      readonly kind: 'REFUSED';
      readonly reason:
        | { readonly kind: 'PERSON_GONE' }
        /** The card must have been scanned, not typed. */
        | { readonly kind: 'CARD_NEEDED' }
        | { readonly kind: 'UNDER_WAY' };
    };

export interface GoodsView {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly picture: string;
  readonly unitPoints: number;
  readonly stock: number;
  readonly staple: boolean;
  readonly scarce: boolean;
}
export interface ShopView {
  readonly hours: ShopHours;
  readonly goods: readonly GoodsView[];
}

/**
 * Why the station takes no points at all just now. AWAITING_RETURN: it was restored, and the county may hold more of
 * what was before. SUPERSEDED: another machine is at work as this station. FORKED: the county holds other facts
 * under the same numbers. REVOKED: the county has shut this machine out. All but the first want a person at the county.
 */
export interface SpendingStopped {
  readonly kind: 'AWAITING_RETURN' | 'SUPERSEDED' | 'FORKED' | 'REVOKED';
}

/** The reason that binds, the one to be shown first. */
export type RedemptionRefusal =
  | { readonly kind: 'SHOP_CLOSED'; readonly nextOpenMs: number }
  | { readonly kind: 'EMPTY_BASKET' }
  | { readonly kind: 'NOT_ON_SALE'; readonly goodsId: number }
  | { readonly kind: 'PRICE_CHANGED'; readonly goodsId: number; readonly unitPoints: number }
  | { readonly kind: 'OUT_OF_STOCK'; readonly goodsId: number; readonly stock: number }
  /** Nobody below this age exchanges alone. */
  | { readonly kind: 'MINOR'; readonly adultYears: number }
  /** The PIN was of the buyer, or of their family: another keeper has to confirm it. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  /** A guest whose points are kept at another station. */
  | { readonly kind: 'NO_ALLOWANCE_HERE'; readonly homeStationId: number }
  | SpendingStopped
  | {
      readonly kind: 'MONTH_CAP';
      readonly limit: number;
      readonly left: number;
      readonly scope: 'PERSON' | 'HOUSEHOLD';
    }
  | {
      readonly kind: 'STAPLE_CAP';
      readonly limit: number;
      readonly left: number;
      readonly scope: 'PERSON' | 'HOUSEHOLD';
    }
  | {
      readonly kind: 'SCARCE_CAP';
      readonly limit: number;
      readonly left: number;
      readonly scope: 'PERSON' | 'HOUSEHOLD';
    }
  /** `awaiting` of the points were earned here and wait for the county's word. */
  | {
      readonly kind: 'AWAITING_COUNTY';
      readonly available: number;
      readonly awaiting: number;
      readonly needed: number;
    }
  | { readonly kind: 'NOT_ENOUGH_POINTS'; readonly available: number; readonly needed: number };

export interface BasketLine {
  readonly goodsId: number;
  readonly quantity: number;
  /** The price the villager was shown; a change in between is refused as PRICE_CHANGED. */
  readonly unitPoints: number;
}
export type QuoteOutcome =
  | {
      readonly kind: 'FINE';
      readonly totalPoints: number;
      readonly remainingPoints: number;
      readonly needsKeeper: boolean;
    }
  | { readonly kind: 'REFUSED'; readonly reason: RedemptionRefusal };
export type RedeemOutcome =
  | {
      readonly kind: 'REDEEMED';
      readonly seq: number;
      readonly person: PersonSummary;
      readonly lines: readonly (BasketLine & { readonly name: string; readonly unit: string })[];
      readonly totalPoints: number;
      readonly remainingPoints: number;
      readonly atMs: number;
    }
  | { readonly kind: 'REFUSED'; readonly reason: RedemptionRefusal }
  | { readonly kind: 'KEEPER_NEEDED' }
  | { readonly kind: 'PIN_REFUSED'; readonly problem: PinProblem }
  | { readonly kind: 'PERSON_GONE' };

export type PinProblem =
  | { readonly kind: 'WRONG_PIN'; readonly triesLeft: number }
  | { readonly kind: 'LOCKED'; readonly untilMs: number }
  | { readonly kind: 'NO_KEEPER' };

export interface KeeperSession {
  readonly keeperToken: string;
  readonly name: string;
  /** BACKUPS: the store takes no records, so nothing but the way back from a backup is open; null: the desk is. */
  readonly only: 'BACKUPS' | null;
}
export interface OpenAttendanceView {
  readonly signInSeq: number;
  /** Of before a restore or on another machine: the incarnation that it is of; else empty. */
  readonly earlier: string;
  readonly person: PersonSummary;
  readonly activityId: number;
  readonly activityName: string;
  readonly signedInMs: number;
  readonly plannedEndMs: number;
  readonly unclosed: boolean;
  readonly time: TimeTrust;
}
/** How far a recorded time can be trusted: UNCONFIRMED by the county yet, DOUBTFUL after the clock jumped. */
export type TimeTrust = 'TRUSTED' | 'UNCONFIRMED' | 'DOUBTFUL';
export interface KeeperDesk {
  readonly keeperName: string;
  /** What hours that the keeper closes are: HONOR hours count, but earn no points. */
  readonly closedByLeaderAs: 'CREDIT' | 'HONOR';
  /** Today's records whose time is in doubt, of the newest 2000. */
  readonly todayTimes: { readonly unconfirmed: number; readonly doubtful: number };
  /** Rules in station.json that would loosen the county's, by name; they have no effect. */
  readonly looserWishes: readonly string[];
  /** Nobody has vouched for the date since the machine was switched on: the keeper is asked (wall ms); else null. */
  readonly dateToConfirmMs: number | null;
  readonly today: {
    readonly signIns: number;
    readonly signOuts: number;
    readonly points: number;
    readonly redemptions: number;
    readonly redeemedPoints: number;
  };
  readonly attendances: readonly OpenAttendanceView[];
  readonly goods: readonly GoodsView[];
  readonly activities: readonly ActivityView[];
  /** The village's teams, to choose from when an activity is opened. */
  readonly teams: readonly { readonly id: number; readonly name: string }[];
}
/** A record whose time is in doubt. It counts all the same. */
export interface DoubtfulView {
  /** Names it within the list. */
  readonly key: string;
  readonly type: string;
  /** Null for a record of nobody. */
  readonly person: PersonSummary | null;
  /** As the machine's clock stood. */
  readonly atMs: number;
  /** By how many ms the county found that clock wrong (positive: ahead); null: it had jumped, nobody knows how far. */
  readonly offByMs: number | null;
}
export type KeeperRefusal =
  | { readonly kind: 'KEEPER_GONE' }
  | { readonly kind: 'NOT_FOUND' }
  /** The keeper's own, or their family's: another keeper has to. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  | SpendingStopped
  | { readonly kind: 'ALREADY_CLOSED' }
  /** The attendance is not UNCLOSED yet: the volunteer can still sign out. */
  | { readonly kind: 'STILL_OPEN' }
  | { readonly kind: 'TIME_OUT_OF_RANGE'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'STOCK_WOULD_BE_NEGATIVE'; readonly stock: number };
export type KeeperOutcome =
  | { readonly kind: 'DONE'; readonly seq: number }
  | { readonly kind: 'REFUSED'; readonly reason: KeeperRefusal };

/** What the station pushes to every screen. */
export interface PushedEvents {
  readonly scan: ScanEvent;
  readonly status: StatusView;
  /** Reference data or facts changed what these screens show: ask again. */
  readonly changed: { readonly what: readonly ('HOME' | 'SHOP' | 'DESK')[] };
  /** Somebody started the program once more: the window that is open says that it is. */
  readonly alreadyOpen: Readonly<Record<string, never>>;
}
