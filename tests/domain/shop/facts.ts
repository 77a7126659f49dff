/** Facts for the decisions on redemption, kept in plain objects. */
import type { Purses } from '../../../domain/points/pay.ts';
import type {
  BuyerFact,
  GoodsFact,
  RedeemedFact,
  RedemptionFacts,
  RedemptionRequest,
} from '../../../domain/shop/facts.ts';

export const HOME = 17;
export const RICE: GoodsFact = {
  id: 1,
  unitPoints: 280,
  staple: true,
  scarce: false,
  onSale: true,
  stock: 9,
};
export const SALT: GoodsFact = {
  id: 2,
  unitPoints: 25,
  staple: false,
  scarce: false,
  onSale: true,
  stock: 9,
};
export const UMBRELLA: GoodsFact = {
  id: 3,
  unitPoints: 50,
  staple: false,
  scarce: true,
  onSale: true,
  stock: 9,
};
export const NOTHING: RedeemedFact = { monthPoints: 0, monthStapleUnits: 0, quarterScarceUnits: 0 };

export class PlainShop implements RedemptionFacts {
  readonly stationId = HOME;
  shelf: GoodsFact[] = [RICE, SALT, UMBRELLA];
  who: BuyerFact | null = { homeStationId: HOME, householdId: 0, birthYear: 1960 };
  available = 1000;
  awaitingCounty = 0;
  account = true;
  person = NOTHING;
  household = NOTHING;

  goods(goodsId: number): GoodsFact | null {
    return this.shelf.find(({ id }) => id === goodsId) ?? null;
  }
  buyer(): BuyerFact | null {
    return this.who;
  }
  purses(volunteerId: number): Purses {
    const own = { holder: 'PERSON', holderId: volunteerId, points: this.available } as const;
    return { earned: [own], gifts: 0, available: this.available, awaitingCounty: this.awaitingCounty };
  }
  hasAccount(): boolean {
    return this.account;
  }
  redeemedBy(): RedeemedFact {
    return this.person;
  }
  redeemedByHousehold(): RedeemedFact {
    return this.household;
  }
}

export function basket(...lines: readonly (readonly [GoodsFact, number])[]): RedemptionRequest {
  return {
    volunteerId: 1,
    cardNumber: 1001,
    source: 'HID',
    lines: lines.map(([goods, quantity]) => ({ goodsId: goods.id, quantity, unitPoints: goods.unitPoints })),
  };
}
