/** Deltas and their content hash, read by what the page alone says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentHash, contentOf } from '../../../domain/reference/content.ts';
import { deltaBetween } from '../../../domain/reference/delta.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { toHex } from '../../../domain/wire/bytes.ts';
import { decodeDelta, encodeDelta, encodeReference } from '../../../domain/wire/referenceBody.ts';
import { applyByThePage, contentHashByThePage, tablesOfPage } from '../../harness/deltaByThePage.ts';
import { testVillage } from '../../harness/village.ts';
import { sha256 } from '../../harness/wire.ts';

const page = readFileSync(join(import.meta.dirname, '../../../domain/wire/WIRE.md'), 'utf8');
const { reference: first } = testVillage();
const [someone] = first.volunteers;
if (someone === undefined) throw new Error('nobody lives there');

/** Another day: somebody moved away, one has another name and a spouse, a card is revoked, the rules and prices change. */
const later: Reference = {
  ...first,
  version: first.version + 1,
  volunteers: [{ ...someone, name: '改了“名字”', spouseId: 7 }, ...first.volunteers.slice(2)],
  goods: first.goods.map((goods, i) => ({
    ...goods,
    ...{ unitPoints: goods.unitPoints + 1, scarce: true },
    ...(i % 2 === 0 && { coming: [{ fromDay: 20_790 + i, unitPoints: 7 }] }),
  })),
  activities: first.activities.map((activity) => ({ ...activity, cancelled: !activity.cancelled })),
  revocations: { number: first.revocations.number + 1, cardNumbers: [2, 10, 1] },
  rules: {
    ...first.rules,
    version: first.rules.version + 1,
    shop: { ...first.rules.shop, pricePostingDays: 5 },
  },
  stations: [
    { id: 12, name: '十二' },
    { id: 2, name: '二' },
  ],
};
const hashOf = (reference: Reference): string =>
  toHex(
    contentHash(sha256, contentOf(reference), {
      ...reference,
      revocationNumber: reference.revocations.number,
    }),
  );
const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;

test('the page says enough to apply a delta and to check what it leads to', () => {
  expect(tablesOfPage(page)).toHaveLength(12);
  const { version, madeAtMs } = later;
  const numbers = { fromVersion: first.version, version, madeAtMs, contentHash: hashOf(later) };
  const bytes = encodeDelta({ ...numbers, ...deltaBetween(first, later) });
  expect(decodeDelta(bytes).ok).toBe(true);
  const delta = json(bytes);
  const before = json(encodeReference(first));
  expect(contentHashByThePage(page, before)).toBe(hashOf(first));
  expect(contentHashByThePage(page, applyByThePage(before, delta))).toBe(delta['contentHash']);
  expect(contentHashByThePage(page, json(encodeReference(later)))).toBe(delta['contentHash']);
  expect(delta['contentHash']).not.toBe(hashOf(first));
});
