/** What the decisions on redemption look at. db/ answers these from its views; a test from plain objects. */
import type { Purses } from '../points/pay.ts';
import type { ScanSource } from '../journal/events.ts';

export interface GoodsFact {
  readonly id: number;
  readonly unitPoints: number;
  readonly staple: boolean;
  readonly scarce: boolean;
  readonly onSale: boolean;
  /** Pieces on the shelf. */
  readonly stock: number;
}

/** A buyer as far as a decision needs it. */
export interface BuyerFact {
  readonly homeStationId: number;
  /** 0: in no household known to the station. */
  readonly householdId: number;
  /** 0: unknown. */
  readonly birthYear: number;
}

/** What was redeemed at this station in one month and its quarter, by one person or one household. */
export interface RedeemedFact {
  readonly monthPoints: number;
  readonly monthStapleUnits: number;
  readonly quarterScarceUnits: number;
}

export interface RedemptionFacts {
  readonly stationId: number;
  goods(goodsId: number): GoodsFact | null;
  /** Null for a volunteer the station knows nothing of. */
  buyer(volunteerId: number): BuyerFact | null;
  /** What can be spent here on a day (as of `shanghaiDay`), and out of which accounts. */
  purses(volunteerId: number, day: number): Purses;
  /** Whether any allowance was ever opened or any point earned here. */
  hasAccount(volunteerId: number): boolean;
  /** `monthDay` and `quarterDay` are the first days (as of `shanghaiDay`) of the month and the quarter. */
  redeemedBy(volunteerId: number, monthDay: number, quarterDay: number): RedeemedFact;
  redeemedByHousehold(householdId: number, monthDay: number, quarterDay: number): RedeemedFact;
}

export interface BasketLine {
  readonly goodsId: number;
  readonly quantity: number;
  /** The price the villager was shown. */
  readonly unitPoints: number;
}

export interface RedemptionRequest {
  readonly volunteerId: number;
  readonly cardNumber: number;
  readonly source: ScanSource;
  readonly lines: readonly BasketLine[];
}
