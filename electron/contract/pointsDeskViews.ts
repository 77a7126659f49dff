/** What the keeper is shown to find people, entries and exchanges, and what the notice board 公示 shows. */
import type { EntryRef } from './ledgerViews.ts';
import type { PersonSummary } from './views.ts';

/** A volunteer of the village, to be chosen from a list by touch. */
export interface VillagerView {
  readonly volunteerId: number;
  readonly name: string;
  readonly teamName: string;
  /** 0: in no household known here. */
  readonly householdId: number;
  readonly householdName: string;
}

/** What an entry was for: an activity, an award of the catalogue, a gift, or points moved here by the county. */
export interface CauseView {
  readonly kind: 'SERVICE' | 'SERVICE_LATER' | 'AWARD' | 'GIFT' | 'ALLOWANCE' | 'OTHER';
  /** The activity's or award's name; empty if nothing is known. */
  readonly title: string;
  /** As the keeper gave it; empty for hours. */
  readonly reason: string;
}

/** An entry of a person's accounts, to choose the one that is to be taken back. */
export interface PersonEntryView extends EntryRef {
  readonly atMs: number;
  readonly points: number;
  /** What taking it back would take of points, and of minutes of the record; both 0: nothing any more. */
  readonly reversiblePoints: number;
  readonly reversibleMinutes: number;
  readonly cause: CauseView;
}

/** An exchange that still stands, wholly or in part. */
export interface ExchangeView {
  readonly incarnation: string;
  readonly seq: number;
  readonly atMs: number;
  readonly person: PersonSummary;
  readonly lines: readonly {
    readonly goodsId: number;
    readonly name: string;
    readonly unit: string;
    readonly quantity: number;
    readonly unitPoints: number;
  }[];
  /** Of the lines. */
  readonly points: number;
  /** Made today: it may be cancelled before the goods are taken. */
  readonly cancellable: boolean;
  /** Made within the days in which faulty goods come back. */
  readonly returnable: boolean;
}

/**
 * The sheet for the notice board (RULES.md B16). Names are masked here, and nothing else of a person leaves the
 * station: no telephone, no identity number, no address.
 */
export interface NoticeView {
  readonly madeMs: number;
  readonly villageName: string;
  readonly townshipName: string;
  /** Entries that are posted now, by the last day of their posting. */
  readonly posted: readonly {
    readonly maskedName: string;
    /** The village group 3组, or else the team; empty if neither is known. */
    readonly group: string;
    /** The volunteer's number; 0 for a household, which goes by the name of its head. */
    readonly volunteerId: number;
    readonly kind: CauseView['kind'];
    /** The activity's or award's name. Never the reason: it may speak of somebody's need or health. */
    readonly item: string;
    readonly points: number;
    /** Days since 1970-01-01. */
    readonly untilDay: number;
  }[];
  /** The month the list below is of, by its first day. */
  readonly monthDay: number;
  readonly redeemed: readonly {
    readonly maskedName: string;
    readonly group: string;
    readonly goodsName: string;
    readonly quantity: number;
    readonly points: number;
  }[];
  /** Prices that are posted before they hold, the soonest first. */
  readonly prices: readonly {
    readonly name: string;
    readonly unit: string;
    readonly nowPoints: number;
    readonly unitPoints: number;
    /** Days since 1970-01-01. */
    readonly fromDay: number;
  }[];
  readonly stock: readonly { readonly name: string; readonly unit: string; readonly quantity: number }[];
}
