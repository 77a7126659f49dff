/** The shop's first delivery, noted by whoever installed the station, becomes facts of the journal once. */
import { err, ok } from '../../domain/result.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Core } from './core.ts';

export interface Delivery {
  readonly goodsId: number;
  readonly quantity: number;
}

/** The same request id for the same delivery whenever it is asked, so that the store records it once. */
function requestIdOf(sha256: Sha256, stationId: number, goodsId: number): string {
  const hash = Buffer.from(sha256(`village-station opening stock ${stationId} ${goodsId}`)).toString('hex');
  // The layout of RFC 9562: version 8 (made from a hash of one's own), variant 10.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/**
 * Records each delivery of goods that the county lists and that was not recorded before. Requests do not travel, so
 * after a return the journal itself is asked; before it, the delivery may be in what is still to come back.
 */
export function recordOpeningStock(core: Core, deliveries: readonly Delivery[], sha256: Sha256): void {
  if (core.store.standing() !== 'WORKING') return;
  const returned = deliveries.length > 0 && core.store.restoreOutcome().returned.count > 0;
  for (const { goodsId, quantity } of deliveries) {
    core.record(requestIdOf(sha256, core.store.stationId, goodsId), 0, () =>
      core.views.goods(goodsId) === null || (returned && core.store.hasOpeningStock(goodsId))
        ? err({ kind: 'NOT_LISTED' })
        : ok([{ type: 'STOCK_MOVED', goodsId, quantity, reason: 'PURCHASE', note: '' }]),
    );
  }
}
