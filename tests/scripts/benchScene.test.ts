/** The large station that figures are taken from is one that could be: every kind of act in it, and it verifies. */
import { expect, it } from 'vitest';
import { verifyFolder } from '../../db/verify.ts';
import { EVENTS, type EventType } from '../../domain/journal/events.ts';
import { largeStation, removeDir } from '../bench/scene.ts';
import { readStation } from '../harness/station.ts';
import { sha256 } from '../harness/wire.ts';

it("holds exchanges, deliveries, awards and what was taken back, in a village's proportions", () => {
  const dir = largeStation(() => undefined, 8_000);
  const counts = new Map(
    readStation<{ readonly code: number; readonly n: number }>(
      dir,
      "SELECT json_extract(text, '$[0]') AS code, count(*) AS n FROM journal GROUP BY 1",
    ).map(({ code, n }) => [code, n]),
  );
  const count = (type: EventType) => counts.get(EVENTS[type].code) ?? 0;
  expect(count('SIGNED_OUT')).toBeGreaterThan(3_000);
  expect(count('REDEEMED') / count('SIGNED_OUT')).toBeCloseTo(1 / 12, 2);
  for (const type of ['STOCK_MOVED', 'POINTS_AWARDED', 'ENTRY_REVERSED'] as const)
    expect(count(type), type).toBeGreaterThan(0);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
  removeDir(dir);
});
