/** What the screens are shown of accounts, entries on their way and corrections. */
import type { BackfillView } from './backfillViews.ts';
import type { CauseView } from './pointsDeskViews.ts';
import type { PinProblem, SpendingStopped } from './views.ts';

/** An account of points as it stands; all in points. */
export interface AccountView {
  readonly holder: 'PERSON' | 'HOUSEHOLD' | 'GIFT';
  readonly holderId: number;
  readonly available: number;
  /** Recorded and not available yet, and of that what an objection froze. */
  readonly pending: number;
  readonly held: number;
  /** Owed: taken from what is earned next. */
  readonly arrears: number;
  readonly spent: number;
  readonly expired: number;
}
/** Names an entry: the fact it was recorded by. */
export interface EntryRef {
  readonly holder: 'PERSON' | 'HOUSEHOLD' | 'GIFT';
  readonly holderId: number;
  /** 16 hexadecimal digits. */
  readonly incarnation: string;
  readonly seq: number;
}
/** An entry on its way; for the keeper's desk and for the notice 公示, which shows it while APPROVED. */
export interface WaitingEntryView extends EntryRef {
  /** Of the volunteer or the household; empty if unknown. */
  readonly name: string;
  readonly cause: CauseView;
  readonly atMs: number;
  readonly points: number;
  readonly state: 'RECORDED' | 'CONFIRMED' | 'APPROVED' | 'HELD';
  /** The last day of posting, days since 1970-01-01; 0 before the approval. */
  readonly postedUntilDay: number;
}
/** Points that lapse soon. `notice`: the warning that is due, days before. */
export interface LapseNoticeView {
  readonly holder: 'PERSON' | 'HOUSEHOLD' | 'GIFT';
  readonly holderId: number;
  readonly name: string;
  readonly points: number;
  /** The last day on which they can be spent, days since 1970-01-01. */
  readonly expiryDay: number;
  readonly notice: number;
}
/** A line of 积分明细 besides hours and exchanges; points are signed. */
export interface LedgerLineView {
  readonly seq: number;
  readonly atMs: number;
  readonly kind:
    | 'AWARD'
    | 'OBJECTION'
    | 'OBJECTION_SETTLED'
    | 'REVERSAL'
    | 'EXPIRY'
    | 'GIVEN_BACK'
    /** Of gifts or of the household: moved here by the county, or away. */
    | 'ALLOWANCE'
    | 'MOVED_AWAY';
  readonly points: number;
  readonly reason: string;
}
export interface AccountsView {
  /** The own household; null if none is known here. */
  readonly household: { readonly id: number; readonly name: string } | null;
  /** Whether the county lets households pool at all. */
  readonly poolingOffered: boolean;
  /** Own entries on their way, and the household's, oldest first. */
  readonly waiting: readonly WaitingEntryView[];
  /** What can be spent now, with the household where it pools and gifts as far as they are matched. */
  readonly spendablePoints: number;
  /** The own account, that of gifts and the household's, as far as they exist. */
  readonly accounts: readonly AccountView[];
  readonly notices: readonly LapseNoticeView[];
  readonly lines: readonly LedgerLineView[];
  /** Whether the own consent to pooling stands, and whether every adult's does. */
  readonly poolingConsent: boolean;
  readonly pooling: boolean;
}
export interface LedgerDesk {
  readonly settlement: 'immediate' | 'posted';
  /** Whether this keeper may approve entries and settle objections. */
  readonly mayApprove: boolean;
  readonly giftsEnabled: boolean;
  /** Faulty goods come back within so many days. */
  readonly faultyReturnDays: number;
  readonly waiting: readonly WaitingEntryView[];
  /** Hours that no scan recorded and that a second keeper has to approve, the oldest first. */
  readonly backfills: readonly BackfillView[];
  readonly notices: readonly LapseNoticeView[];
  readonly awards: readonly {
    readonly id: number;
    readonly name: string;
    readonly points: number;
    readonly to: 'PERSON' | 'HOUSEHOLD';
  }[];
}
export type LedgerRefusal =
  | { readonly kind: 'KEEPER_GONE' }
  | { readonly kind: 'PERSON_GONE' }
  | { readonly kind: 'NOT_FOUND' }
  /** Nobody decides about their own, their spouse's or their household's points. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  /** The second person is the first. */
  | { readonly kind: 'SAME_PERSON' }
  /** Only the head of the station or the supervisor may. */
  | { readonly kind: 'ROLE' }
  | {
      readonly kind: 'WRONG_STATE';
      readonly state: 'RECORDED' | 'CONFIRMED' | 'APPROVED' | 'HELD' | 'OPEN' | 'REVERSED';
    }
  | { readonly kind: 'AWARD_CAP'; readonly limit: number; readonly left: number }
  | { readonly kind: 'ISSUE_CEILING'; readonly limit: number; readonly left: number }
  | SpendingStopped
  | { readonly kind: 'GIFTS_OFF' }
  | { readonly kind: 'NOTHING_LEFT' }
  | { readonly kind: 'TOO_LATE'; readonly limitDays: number }
  | { readonly kind: 'NOT_IN_IT'; readonly goodsId: number };
/** `seq` is 0 where things stood as wanted already and nothing had to be recorded. */
export type LedgerOutcome =
  | { readonly kind: 'DONE'; readonly seq: number }
  | { readonly kind: 'REFUSED'; readonly reason: LedgerRefusal }
  | { readonly kind: 'PIN_REFUSED'; readonly problem: PinProblem };
