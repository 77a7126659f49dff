import { expect, test } from 'vitest';
import { killAndLook } from '../harness/kills.ts';

const KILLS = 40;

test(`killed ${KILLS} times while it records: all that was confirmed is there, once, and verify passes`, async () => {
  const report = await killAndLook({ kills: KILLS, seed: 20_261_123 });
  expect(report.problems).toEqual([]);
  expect(report.told).toBeGreaterThan(KILLS);
  expect(report.facts).toBe(report.told);
  for (const type of ['SIGNED_IN', 'REDEEMED', 'STOCK_MOVED', 'POINTS_AWARDED', 'ENTRY_REVERSED'])
    expect(report.kinds[type], type).toBeGreaterThan(0);
});
