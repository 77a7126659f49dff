/** A price holds from its day on, whatever order the changes are told in. */
import { expect, it } from 'vitest';
import { priceOn } from '../../../domain/shop/prices.ts';

it('is the latest of those whose day has come, or else the one of before', () => {
  const coming = [
    { fromDay: 20, unitPoints: 40 },
    { fromDay: 10, unitPoints: 30 },
  ];
  expect([9, 10, 19, 20, 99].map((day) => priceOn({ unitPoints: 25, coming }, day))).toEqual([
    25, 30, 30, 40, 40,
  ]);
  expect(priceOn({ unitPoints: 25 }, 99)).toBe(25);
});
