/** The readings of all topics together, as decisions and screens ask for them. */
import type { Database } from 'better-sqlite3';
import type { IncarnationNames } from '../ledger/names.ts';
import type { SettledDays } from '../settledDays.ts';
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

/** `settled` is asked at each reading of what caps look at; `issuedBetween` goes by the recorded dates alone. */
export function allViews(
  db: Database,
  { stationId, incarnation, names, activities, people }: ViewParts,
  settled: () => SettledDays,
): { readonly views: Views; readonly issuedBetween: LedgerReadings['issuedBetween'] } {
  const shop = shopViews(db, stationId);
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
