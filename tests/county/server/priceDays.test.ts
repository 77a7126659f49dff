/** What an exchange may have cost: the price of its day, and older ones as far as the station cannot have known better. */
import { expect, it } from 'vitest';
import { possiblePrices, type GivenPrice } from '../../../county/server/exceptions/prices.ts';
import { CLOCK_TRUST } from '../../../domain/journal/events.ts';
import { dayStartMs } from '../../../domain/time.ts';

const price = (fromDay: number, unitPoints: number, fromReference: number): GivenPrice => ({
  ...{ goodsId: 1, fromDay, unitPoints, fromReference },
});
const GIVEN = [price(0, 25, 1), price(200, 40, 9), price(100, 30, 5)];
const TODAY = 150;
const possible = (
  day: number,
  told: { version: number; after: number },
  trust = CLOCK_TRUST.TRUSTED as number,
) => possiblePrices(GIVEN, { seq: 50, atMs: dayStartMs(day), trust: trust as 0 }, told, TODAY);

it('is that of the day where the station had been told', () => {
  const told = { version: 5, after: 10 };
  expect(possible(99, told)).toEqual([25]);
  expect(possible(100, told)).toEqual([30]);
  expect(possible(150, { version: 9, after: 10 })).toEqual([30]);
});
it('is an older one too where the change had not reached the station', () => {
  expect(possible(100, { version: 4, after: 10 })).toEqual([30, 25]);
  expect(possible(200, { version: 5, after: 10 })).toEqual([40, 30]);
  expect(possible(200, { version: 1, after: 10 })).toEqual([40, 30, 25]);
});
it('is the one before at most, where only a later word of the station is known', () => {
  expect(possible(200, { version: 9, after: 60 })).toEqual([40, 30]);
});
it('is any whose day has come, where nobody vouched for the day', () => {
  const told = { version: 9, after: 10 };
  expect(possible(20, told, CLOCK_TRUST.UNCONFIRMED)).toEqual([30, 25]);
  expect(possible(300, told, CLOCK_TRUST.DOUBTFUL)).toEqual([30, 25]);
});
