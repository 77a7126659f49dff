/** What the screens are shown of hours that no scan recorded 补录. */
import type { LedgerRefusal } from './ledgerViews.ts';
import type { PinProblem } from './views.ts';

/** What a back-fill can be of, and the limits of the rules. */
export interface BackfillPlanView {
  readonly nowMs: number;
  /** Hours can be recorded for so many days. */
  readonly withinDays: number;
  /** Hours are credited in units of so many minutes, and so many at most in one go. */
  readonly unitMinutes: number;
  readonly maxMinutes: number;
  /** Activities that have begun within those days, the newest first. */
  readonly activities: readonly {
    readonly activityId: number;
    readonly name: string;
    readonly startMs: number;
    readonly endMs: number;
  }[];
}

/** Hours that wait for a second keeper. */
export interface BackfillView {
  /** 16 hexadecimal digits; with `seq` it names them. */
  readonly incarnation: string;
  readonly seq: number;
  readonly volunteerId: number;
  /** Empty if unknown. */
  readonly name: string;
  /** Empty: of no activity in the plan here. */
  readonly activityName: string;
  readonly startMs: number;
  readonly minutes: number;
  readonly reason: string;
  readonly evidence: string;
  /** Of the keeper who recorded them; empty for one who is none any more. */
  readonly recordedByName: string;
  readonly atMs: number;
}

export type BackfillRefusal =
  | { readonly kind: 'OUT_OF_PLAN'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'TOO_SHORT'; readonly leastMinutes: number }
  | { readonly kind: 'NOT_OVER' }
  | { readonly kind: 'TOO_OLD'; readonly limitDays: number }
  /** These hours stand already. */
  | { readonly kind: 'OVERLAP'; readonly fromMs: number; readonly toMs: number }
  /** A sign-in of that time has no sign-out yet. */
  | { readonly kind: 'STILL_OPEN' }
  | { readonly kind: 'DAY_FULL'; readonly limitMinutes: number }
  | { readonly kind: 'ALREADY_SETTLED' }
  | Extract<
      LedgerRefusal,
      {
        kind:
          | 'KEEPER_GONE'
          | 'NOT_FOUND'
          | 'SAME_PERSON'
          | 'OWN_HOUSEHOLD'
          | 'AWAITING_RETURN'
          | 'SUPERSEDED'
          | 'FORKED'
          | 'REVOKED';
      }
    >;

/** `creditedMinutes` and `points`: of an approval; 0 for the others. */
export type BackfillOutcome =
  | {
      readonly kind: 'DONE';
      readonly seq: number;
      readonly creditedMinutes: number;
      readonly points: number;
    }
  | { readonly kind: 'REFUSED'; readonly reason: BackfillRefusal }
  | { readonly kind: 'PIN_REFUSED'; readonly problem: PinProblem };
