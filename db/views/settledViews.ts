/** What the caps look at, counted as far as the date is settled: of a day, of a month, of a quarter. */
import { monthStartDay } from '../../domain/time.ts';
import type { SettledDays } from '../settledDays.ts';
import { togetherWith, type Span } from '../settledMonths.ts';
import type { ActivityViewsAndForget } from './activityViews.ts';
import type { LedgerReadings } from './ledgerViews.ts';
import type { ShopReadings } from './shopViews.ts';
import type { Views } from './views.ts';

type CapViews = Pick<
  Views,
  | 'serviceOfDay'
  | 'hourPointsBetween'
  | 'issuedInMonth'
  | 'awardedInMonth'
  | 'redeemedBy'
  | 'redeemedByHousehold'
>;

/** `settled` is asked at each reading. */
export function settledViews(
  {
    activities,
    shop,
    points,
  }: {
    readonly activities: Pick<ActivityViewsAndForget, 'hourPointsBetween'>;
    readonly shop: ShopReadings;
    readonly points: LedgerReadings;
  },
  settled: () => SettledDays,
): CapViews {
  const month = (startDay: number): Span => togetherWith(startDay, 'MONTH', settled().standing());
  const quarter = (startDay: number): Span => togetherWith(startDay, 'QUARTER', settled().standing());
  return {
    serviceOfDay: (volunteerId, day, signedIn) => settled().serviceOfDay(volunteerId, day, signedIn),
    hourPointsBetween(volunteerId, fromDay, toDay) {
      const { from, to } = month(monthStartDay(fromDay));
      return activities.hourPointsBetween(volunteerId, Math.min(from, fromDay), Math.max(to, toDay));
    },
    issuedInMonth(monthDay) {
      const { from, to } = month(monthDay);
      return points.issuedBetween(from, to);
    },
    awardedInMonth(householdId, monthDay) {
      const { from, to } = month(monthDay);
      return points.awardedBetween(householdId, from, to);
    },
    redeemedBy: (volunteerId, monthDay, quarterDay) =>
      shop.redeemedSince(volunteerId, month(monthDay).from, quarter(quarterDay).from),
    redeemedByHousehold: (householdId, monthDay, quarterDay) =>
      shop.redeemedByHouseholdSince(householdId, month(monthDay).from, quarter(quarterDay).from),
  };
}
