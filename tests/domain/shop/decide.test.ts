import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES as rules } from '../../../domain/rules/ruleSet.ts';
import { decideRedemption, quoteRedemption } from '../../../domain/shop/decide.ts';
import { shopHours } from '../../../domain/shop/hours.ts';
import { at } from '../attendance/facts.ts';
import { basket, HOME, NOTHING, PlainShop, RICE, SALT, UMBRELLA } from './facts.ts';

const OPEN = at('2026-12-01', '09:00');

function shop(change: Partial<PlainShop> = {}): PlainShop {
  return Object.assign(new PlainShop(), change);
}
const household = { homeStationId: HOME, householdId: 3, birthYear: 1960 };

describe('the reason that binds', () => {
  it.each([
    ['SHOP_CLOSED', shop(), basket(), at('2026-12-01', '11:30'), { nextOpenMs: at('2026-12-01', '14:30') }],
    ['EMPTY_BASKET', shop(), basket(), OPEN, {}],
    ['NOT_ON_SALE', shop({ shelf: [{ ...SALT, onSale: false }] }), basket([SALT, 1]), OPEN, { goodsId: 2 }],
    ['NOT_ON_SALE', shop({ shelf: [] }), basket([SALT, 1]), OPEN, { goodsId: 2 }],
    ['PRICE_CHANGED', shop(), basket([{ ...SALT, unitPoints: 20 }, 1]), OPEN, { goodsId: 2, unitPoints: 25 }],
    [
      'OUT_OF_STOCK',
      shop({ shelf: [{ ...SALT, stock: 2 }] }),
      basket([SALT, 3]),
      OPEN,
      { goodsId: 2, stock: 2 },
    ],
    [
      'OUT_OF_STOCK',
      shop({ shelf: [{ ...SALT, stock: 2 }] }),
      basket([SALT, 2], [SALT, 1]),
      OPEN,
      { stock: 2 },
    ],
    ['MINOR', shop({ who: { ...household, birthYear: 2008 } }), basket([SALT, 1]), OPEN, { adultYears: 18 }],
    [
      'NO_ALLOWANCE_HERE',
      shop({ who: { ...household, homeStationId: 99 }, account: false }),
      basket([SALT, 1]),
      OPEN,
      { homeStationId: 99 },
    ],
    ['NO_ALLOWANCE_HERE', shop({ who: null, account: false }), basket([SALT, 1]), OPEN, { homeStationId: 0 }],
    [
      'MONTH_CAP',
      shop({ person: { ...NOTHING, monthPoints: 290 } }),
      basket([SALT, 1]),
      OPEN,
      { limit: 300, left: 10, scope: 'PERSON' },
    ],
    [
      'MONTH_CAP',
      shop({ who: household, household: { ...NOTHING, monthPoints: 290 } }),
      basket([SALT, 1]),
      OPEN,
      { left: 10, scope: 'HOUSEHOLD' },
    ],
    [
      'STAPLE_CAP',
      shop({ person: { ...NOTHING, monthStapleUnits: 2 } }),
      basket([RICE, 1]),
      OPEN,
      { limit: 2, left: 0, scope: 'PERSON' },
    ],
    [
      'STAPLE_CAP',
      shop({ who: household, household: { ...NOTHING, monthStapleUnits: 2 } }),
      basket([RICE, 1]),
      OPEN,
      { scope: 'HOUSEHOLD' },
    ],
    ['SCARCE_CAP', shop(), basket([UMBRELLA, 2]), OPEN, { limit: 1, left: 1, scope: 'PERSON' }],
    [
      'SCARCE_CAP',
      shop({ who: household, household: { ...NOTHING, quarterScarceUnits: 1 } }),
      basket([UMBRELLA, 1]),
      OPEN,
      { left: 0, scope: 'HOUSEHOLD' },
    ],
    ['NOT_ENOUGH_POINTS', shop({ available: 24 }), basket([SALT, 1]), OPEN, { available: 24, needed: 25 }],
  ])('%s', (kind, facts, request, atMs, details) => {
    expect(quoteRedemption(facts, request, rules, atMs)).toMatchObject({
      ok: false,
      error: { kind, ...details },
    });
  });

  it('comes in a fixed order: each reason hides those after it', () => {
    // Everything is wrong; one after the other is put right.
    const facts = shop({
      shelf: [{ ...RICE, onSale: false, stock: 0, scarce: true }],
      who: { homeStationId: 99, householdId: 0, birthYear: 2015 },
      account: false,
      available: 0,
      person: { monthPoints: 300, monthStapleUnits: 2, quarterScarceUnits: 1 },
    });
    let atMs = at('2026-12-02', '09:00');
    let request = basket();
    const steps: readonly (readonly [string, () => void])[] = [
      ['SHOP_CLOSED', () => (atMs = OPEN)],
      ['EMPTY_BASKET', () => (request = basket([{ ...RICE, unitPoints: 1 }, 1]))],
      ['NOT_ON_SALE', () => (facts.shelf = [{ ...RICE, stock: 0, scarce: true }])],
      ['PRICE_CHANGED', () => (request = basket([RICE, 1]))],
      ['OUT_OF_STOCK', () => (facts.shelf = [{ ...RICE, scarce: true }])],
      ['MINOR', () => (facts.who = { homeStationId: 99, householdId: 0, birthYear: 1960 })],
      ['NO_ALLOWANCE_HERE', () => (facts.account = true)],
      ['MONTH_CAP', () => (facts.person = { ...facts.person, monthPoints: 0 })],
      ['STAPLE_CAP', () => (facts.person = { ...facts.person, monthStapleUnits: 0 })],
      ['SCARCE_CAP', () => (facts.person = NOTHING)],
      ['NOT_ENOUGH_POINTS', () => (facts.available = 280)],
    ];
    for (const [kind, putRight] of steps) {
      expect(quoteRedemption(facts, request, rules, atMs)).toMatchObject({ ok: false, error: { kind } });
      putRight();
    }
    expect(quoteRedemption(facts, request, rules, atMs)).toMatchObject({ ok: true });
  });

  it('does not name a cap that the basket does not touch', () => {
    const full = shop({ person: { monthPoints: 0, monthStapleUnits: 2, quarterScarceUnits: 1 } });
    expect(quoteRedemption(full, basket([SALT, 1]), rules, OPEN)).toMatchObject({ ok: true });
  });

  it('lets somebody shop from the year after the eighteenth birthday year, or of unknown age', () => {
    for (const birthYear of [2007, 0])
      expect(
        quoteRedemption(shop({ who: { ...household, birthYear } }), basket([SALT, 1]), rules, OPEN).ok,
      ).toBe(true);
  });
});

describe('the exchange', () => {
  it('names what it costs and what is left', () => {
    expect(quoteRedemption(shop(), basket([SALT, 2], [UMBRELLA, 1]), rules, OPEN)).toEqual({
      ok: true,
      value: { totalPoints: 100, remainingPoints: 900, needsKeeper: false },
    });
  });

  it('needs the keeper above the threshold, and whenever the number was typed', () => {
    const large = basket([SALT, 5]);
    expect(decideRedemption(shop(), large, false, rules, OPEN)).toEqual({
      ok: false,
      error: { kind: 'KEEPER_NEEDED' },
    });
    expect(decideRedemption(shop(), large, true, rules, OPEN)).toMatchObject({
      value: { drafts: [{ type: 'REDEEMED', confirmedBy: 'KEEPER', totalPoints: 125 }] },
    });
    const typed = { ...basket([SALT, 1]), source: 'MANUAL' as const };
    expect(decideRedemption(shop(), typed, false, rules, OPEN)).toMatchObject({
      error: { kind: 'KEEPER_NEEDED' },
    });
    expect(decideRedemption(shop(), basket([SALT, 1]), false, rules, OPEN)).toMatchObject({
      value: {
        drafts: [
          {
            type: 'REDEEMED',
            volunteerId: 1,
            cardNumber: 1001,
            source: 'HID',
            confirmedBy: 'CARD',
            lines: [{ goodsId: 2, quantity: 1, unitPoints: 25 }],
            totalPoints: 25,
          },
        ],
      },
    });
  });
});

describe('opening hours', () => {
  it.each([
    ['during the morning', '2026-12-01', '08:30', true, 0],
    ['at noon', '2026-12-01', '12:00', false, at('2026-12-01', '14:30')],
    ['after the last hour', '2026-12-01', '17:30', false, at('2026-12-15', '08:30')],
    ['over the end of a year', '2026-12-20', '09:00', false, at('2027-01-01', '08:30')],
  ])('%s', (_, date, time, open, nextOpenMs) => {
    expect(shopHours(rules, at(date, time))).toEqual({ open, nextOpenMs });
  });

  it('is open every day where no day is named, and never where no hours are', () => {
    const daily = { ...rules, shop: { ...rules.shop, openDaysOfMonth: [] } };
    expect(shopHours(daily, at('2026-12-02', '09:00')).open).toBe(true);
    const never = { ...rules, shop: { ...rules.shop, openHours: [] } };
    expect(shopHours(never, at('2026-12-01', '09:00'))).toEqual({ open: false, nextOpenMs: 0 });
  });
});
