/**
 * What may be asked of the views and the reference data. Every answer is of the moment: inside a decision
 * (`Store.record`) it is what the transaction sees. All reads go by an index.
 */
import type { AttendanceFact, AttendanceFacts } from '../../domain/attendance/facts.ts';
import type { CardRegistry } from '../../domain/cards/verify.ts';
import type { Card, Keeper, Team } from '../../domain/reference/reference.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import type { RedemptionFacts } from '../../domain/shop/facts.ts';

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
  /** granted + earned - spent, at this station. */
  readonly availablePoints: number;
  readonly minutesThisYear: number;
  readonly minutesTotal: number;
}

/** One line of a volunteer's own record, newest first. Its key is (incarnation ordinal, seq). */
export interface RecordRow {
  readonly incarnation: number;
  readonly seq: number;
  readonly atMs: number;
  readonly kind: 'SERVICE' | 'SERVICE_OPEN' | 'SERVICE_UNCLOSED' | 'REDEMPTION' | 'ALLOWANCE';
  /** The activity of a service; null if the plan no longer has it. */
  readonly activityName: string | null;
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
  /** The rules in force; the built-in defaults before any came. */
  rules(): RuleSet;
  person(volunteerId: number): PersonRow | null;
  card(cardNumber: number): Card | null;
  keepers(): readonly Keeper[];
  teams(): readonly Team[];
  balance(volunteerId: number, nowMs: number): BalanceRow;
  /** The newest entries of a volunteer's record, newest first. */
  record(volunteerId: number, limit: number): readonly RecordRow[];
}

export interface ActivityViews extends AttendanceFacts {
  activity(activityId: number): ActivityRow | null;
  /** In the order of their start. */
  activitiesBetween(fromMs: number, toMs: number): readonly ActivityRow[];
  /** Volunteers signed in and not yet out. */
  presentCount(activityId: number): number;
  /** Open and unclosed attendances of this incarnation, oldest first; at most `limit`. */
  unsettled(limit: number): readonly UnsettledRow[];
  dayTotals(day: number): DayTotals;
  /** An id for the next activity that this station opens by itself. */
  nextStationActivityId(): number;
}

export interface ShopViews extends RedemptionFacts {
  goods(goodsId: number): GoodsRow | null;
  /** Everything the county lists, in the order of its ids. */
  shelf(): readonly GoodsRow[];
}

export interface Views extends PeopleViews, ActivityViews, ShopViews {}
