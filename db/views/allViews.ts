/** The readings of all topics together, as decisions and screens ask for them. */
import type { Database } from 'better-sqlite3';
import type { IncarnationNames } from '../ledger/names.ts';
import type { SettledDays } from '../settledDays.ts';
import type { DateStanding } from '../settledMonths.ts';
import type { ActivityViewsAndForget } from './activityViews.ts';
import { backfillViews } from './backfillViews.ts';
import { deskViews } from './deskViews.ts';
import { doubtfulViews } from './doubtfulViews.ts';
import { ledgerViews, type LedgerReadings } from './ledgerViews.ts';
import type { peopleViews } from './peopleViews.ts';
import { settledViews } from './settledViews.ts';
import { shopViews } from './shopViews.ts';
import type { Views } from './views.ts';

export interface ViewParts {
  readonly stationId: number;
  /** The ordinal of the running one. */
  readonly incarnation: number;
  readonly names: IncarnationNames;
  readonly activities: ActivityViewsAndForget;
  readonly people: ReturnType<typeof peopleViews>;
}

/**
 * The day by which prices hold. Only one that the county or a keeper has vouched for makes anything dearer or cheaper:
 * until somebody has in this boot, prices are those of the last such day, whatever the machine's clock says.
 */
function priceDay({ isSettled, today, lastSettledDay = 0 }: DateStanding): number {
  return isSettled ? today : lastSettledDay;
}

/** `settled` is asked at each reading of what caps look at; `issuedBetween` goes by the recorded dates alone. */
export function allViews(
  db: Database,
  { stationId, incarnation, names, activities, people }: ViewParts,
  settled: () => SettledDays,
): { readonly views: Views; readonly issuedBetween: LedgerReadings['issuedBetween'] } {
  const shop = shopViews(db, stationId, () => priceDay(settled().standing()));
  const points = ledgerViews(db, names, () => people.rules());
  const views: Views = {
    ...activities,
    ...people,
    ...shop,
    ...points,
    ...deskViews(db, stationId, incarnation, names),
    ...doubtfulViews(db),
    ...backfillViews(db, names),
    mostCreditedOn: (volunteerId, day) => settled().mostCreditedOn(volunteerId, day),
    ...settledViews({ activities, shop, points }, settled),
  };
  return { views, issuedBetween: (from, to) => points.issuedBetween(from, to) };
}
