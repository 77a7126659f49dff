/** What the station records by itself when a day has turned: postings that ended, points that lapsed. */
import { decideTurnOfDay } from '../../domain/points/settle.ts';
import { termsOf } from '../../domain/points/terms.ts';
import { ok } from '../../domain/result.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { Core } from './core.ts';

/** So many of each are settled in one transaction; the rest at the next look. */
const MOST_AT_ONCE = 300;
/** A clock that stands so long after the county's last word is taken for wrong rather than for patient. */
const BELIEVABLE_DAYS = 400;

/**
 * Records what is due. Nothing is, while nobody has vouched for the date of this boot (db/settledDays.ts): what a wrong
 * date took would be gone for good, and what it posted would be spent.
 * Throws StoreFaultError if the store fails; then nothing was recorded.
 */
export function recordTurnOfDay(core: Core): void {
  const { views, store } = core;
  const today = shanghaiDay(core.clock.nowMs());
  const info = views.referenceInfo();
  const isBelievable = info !== null && today - shanghaiDay(info.madeAtMs) <= BELIEVABLE_DAYS;
  // What lapsed or was posted may have been recorded already in what is still to come back.
  if (!isBelievable || !store.dateSettled() || store.standing() !== 'WORKING') return;
  const isDue = () => views.postingsOver(today, 1).length > 0 || views.lapsedBefore(today, 1).length > 0;
  if (isDue()) recordDue(core);
  // Lapses come in a record of their own after the postings.
  if (isDue()) recordDue(core);
}

function recordDue(core: Core): void {
  const { views } = core;
  core.record(null, 0, ({ atMs }) => {
    const day = shanghaiDay(atMs);
    const [posted, lapsed] = [views.postingsOver(day, MOST_AT_ONCE), views.lapsedBefore(day, MOST_AT_ONCE)];
    return ok(decideTurnOfDay(posted, lapsed, termsOf(views.rules()), day));
  });
}
