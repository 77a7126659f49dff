/**
 * What may be asked of the views and the reference data. Every answer is of the moment: inside a decision
 * (`Store.record`) it is what the transaction sees. All reads go by an index.
 */
import type { ComingPrice } from '../../domain/shop/prices.ts';
import type { AttendanceFact, AttendanceFacts, DayService } from '../../domain/attendance/facts.ts';
import type { EventType } from '../../domain/journal/events.ts';
import type { EntryKey, Holder } from '../../domain/points/account.ts';
import type { DueAccount, DueEntry, LedgerFacts } from '../../domain/points/facts.ts';
import type { Purses } from '../../domain/points/pay.ts';
import type { CardRegistry } from '../../domain/cards/verify.ts';
import type { Card, Keeper, Team } from '../../domain/reference/reference.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import type { RedemptionFacts } from '../../domain/shop/facts.ts';
import type { BackfillViews } from './backfillViews.ts';
import type { DeskViews } from './deskViews.ts';
import type { DoubtfulViews } from './doubtfulViews.ts';

/** The reference data in force. */
export interface ReferenceInfo {
  readonly version: number;
  readonly madeAtMs: number;
  readonly stationName: string;
  readonly townshipName: string;
  readonly countyName: string;
  readonly revocationNumber: number;
}

/** A volunteer with the personal data that may be shown; masked already by the county. */
export interface PersonRow {
  readonly volunteerId: number;
  readonly name: string;
  readonly maskedPhone: string;
  readonly birthYear: number;
  readonly homeStationId: number;
  readonly householdId: number;
  readonly teamId: number;
  /** Empty for no team. */
  readonly teamName: string;
}

export interface ActivityRow {
  readonly id: number;
  readonly name: string;
  readonly teamId: number;
  readonly teamName: string;
  readonly platform: number;
  readonly theme: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly place: string;
  readonly factorPercent: number;
  readonly cancelled: boolean;
}

/** An attendance of this incarnation that is open or unclosed, for the keeper's desk. */
export interface UnsettledRow extends AttendanceFact {
  readonly state: 'OPEN' | 'UNCLOSED';
}

export interface BalanceRow {
  /** Of the own account at this station, without what has lapsed. */
  readonly availablePoints: number;
  /** Credited, of both kinds. */
  readonly minutesThisYear: number;
  readonly minutesTotal: number;
  /** Of these the honour hours, which no scan recorded. */
  readonly honorMinutesThisYear: number;
  readonly honorMinutesTotal: number;
}

/** One line of a volunteer's own record, newest first. Its key is (incarnation ordinal, seq). */
export interface RecordRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
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
  /** The activity of a service; null if the plan no longer has it. */
  readonly activityName: string | null;
  /** Of ALLOWANCE and MOVED_AWAY: where the points came from or went to; null if that is not known by name. */
  readonly stationName?: string | null;
  /** The goods of a redemption; the name is null if the county no longer lists them. */
  readonly lines: readonly { readonly name: string | null; readonly quantity: number }[];
  /** Credited. */
  readonly minutes: number;
  /** Signed: negative for a redemption. */
  readonly points: number;
}

export interface GoodsRow {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly picture: string;
  readonly unitPoints: number;
  readonly staple: boolean;
  readonly scarce: boolean;
  readonly onSale: boolean;
  readonly stock: number;
}

export interface ComingPriceRow extends ComingPrice {
  readonly name: string;
  readonly unit: string;
  readonly nowPoints: number;
}

export interface DayTotals {
  readonly signIns: number;
  readonly signOuts: number;
  /** Points of hours that were signed out on the day. */
  readonly points: number;
  readonly redemptions: number;
  readonly redeemedPoints: number;
}

export interface PeopleViews extends CardRegistry {
  /** Null until the county's first reference data has come. */
  referenceInfo(): ReferenceInfo | null;
  /** The rules in force: the county's, or the built-in defaults before any came, tightened as the station wishes. */
  rules(): RuleSet;
  /** The station's wishes that would loosen the county's rules, such as shop.maxPointsPerMonth: these have no effect. */
  looserWishes(): readonly string[];
  person(volunteerId: number): PersonRow | null;
  card(cardNumber: number): Card | null;
  keepers(): readonly Keeper[];
  teams(): readonly Team[];
  balance(volunteerId: number, nowMs: number): BalanceRow;
  /** The newest entries of a volunteer's record, newest first. */
  record(volunteerId: number, limit: number): readonly RecordRow[];
}

export interface ActivityViews extends Omit<AttendanceFacts, 'issuedInMonth'> {
  activity(activityId: number): ActivityRow | null;
  /** In the order of their start. */
  activitiesBetween(fromMs: number, toMs: number): readonly ActivityRow[];
  /** Volunteers signed in and not yet out. */
  presentCount(activityId: number): number;
  /** Open attendances, of this incarnation first, oldest first; at most `limit`. */
  present(limit: number): readonly AttendanceFact[];
  /** Open attendances and then those that wait for their leader, each as `present`; at most `limit` together. */
  unsettled(limit: number): readonly UnsettledRow[];
  dayTotals(day: number): DayTotals;
  /** An id for the next activity that this station opens by itself. */
  nextStationActivityId(): number;
}

export interface ShopViews extends Omit<RedemptionFacts, 'purses'> {
  /** Available in the own account, by the books: what has lapsed and is not recorded yet is in it. */
  availablePoints(volunteerId: number): number;
  goods(goodsId: number): GoodsRow | null;
  /** Everything the county lists, in the order of its ids. */
  shelf(): readonly GoodsRow[];
  /** Prices of what is on sale that hold from a later day on, the soonest first. */
  comingPrices(): readonly ComingPriceRow[];
}

/** An entry that is not available yet. */
export interface WaitingRow extends Holder, EntryKey {
  readonly atMs: number;
  readonly earnedDay: number;
  readonly points: number;
  readonly state: 'RECORDED' | 'CONFIRMED' | 'APPROVED' | 'HELD';
  /** 0 before the approval. */
  readonly postedUntilDay: number;
}
/** A line of 积分明细 besides hours and exchanges; points are signed. */
export interface LedgerLineRow extends EntryKey {
  readonly atMs: number;
  readonly type: EventType;
  readonly points: number;
  readonly reason: string;
}

export interface LedgerViews extends LedgerFacts {
  /** What a volunteer can spend on a day, out of which accounts. */
  purses(volunteerId: number, day: number): Purses;
  /** Accounts with points whose last day was before `day`. */
  lapsedBefore(day: number, limit: number): readonly DueAccount[];
  /** Approved entries whose last day of posting was before `day`. */
  postingsOver(day: number, limit: number): readonly DueEntry[];
  /** Entries on their way, the oldest first. */
  waiting(limit: number): readonly WaitingRow[];
  /** Those of some accounts, the oldest first. */
  waitingOf(holders: readonly Holder[], limit: number): readonly WaitingRow[];
  /** What lapses after a day from `fromDay` to `toDay`, by account, the soonest first. */
  lapsingBetween(
    fromDay: number,
    toDay: number,
    limit: number,
  ): readonly (DueAccount & { readonly expiryDay: number })[];
  /** The wish of a volunteer that their points be brought here, if no points have been opened since. */
  requestUnderWay(volunteerId: number): { readonly atMs: number } | null;
  /** Where the county has last moved an account's points from here, if it has brought none here since. */
  wentTo(holder: Holder): number | null;
  /** Of a station of the county; empty for one that is not known here. */
  stationName(stationId: number): string;
  /** Empty for one that is not known here. */
  householdName(householdId: number): string;
  /** Newest first. */
  ledgerLines(holder: Holder, limit: number): readonly LedgerLineRow[];
}

export interface Views
  extends PeopleViews, ActivityViews, ShopViews, LedgerViews, DeskViews, DoubtfulViews, BackfillViews {
  purses(volunteerId: number, day: number): Purses;
  issuedInMonth(monthDay: number): number;
  mostCreditedOn(volunteerId: number, day: number): DayService;
}
