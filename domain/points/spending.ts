/** What leaves an account's open lots, and what comes back to them: exchanges, lapsing, moves to another station. */
import { MAX_ROWS } from '../journal/fields.ts';
import {
  byAge,
  finished,
  insist,
  isSameLot,
  move,
  remainingOf,
  take,
  type AccountChange,
  type Lot,
  type LotUse,
  type Sums,
} from './account.ts';

/** What of these lots can be spent on a day. */
export function spendable(openLots: readonly Lot[], day: number): number {
  return remainingOf(openLots.filter(({ expiryDay }) => expiryDay >= day));
}

/**
 * Spends from the open lots that have not lapsed by `day`, the oldest first. Throws LedgerError if they hold less:
 * no balance goes below zero by spending.
 */
export function spend(sums: Sums, openLots: readonly Lot[], points: number, day: number): AccountChange {
  const fresh = openLots.filter(({ expiryDay }) => expiryDay >= day).toSorted(byAge);
  const { taken, lots, uses } = take(fresh, points);
  insist(points > 0 && taken === points, `${points} points were spent, ${taken} were there`);
  return finished(move(sums, 'available', 'spent', points), lots, uses);
}

/** Gives points of a redemption back to the very lots they came from, the one taken last first. */
export function restore(sums: Sums, uses: readonly LotUse[], points: number): AccountChange {
  let left = points;
  const changed: LotUse[] = [];
  for (const use of [...uses].sort((a, b) => byAge(b.lot, a.lot))) {
    const part = Math.min(left, use.points - use.restored);
    if (part === 0) continue;
    left -= part;
    const lot = { ...use.lot, remaining: use.lot.remaining + part };
    changed.push({ lot, points: use.points, restored: use.restored + part });
  }
  insist(points > 0 && left === 0, `${points} points came back, ${points - left} had been spent`);
  const back = move(sums, 'spent', 'available', points);
  // Points may be owed by now: they are recovered from what comes back.
  const owed = take(changed.map(({ lot }) => lot).toSorted(byAge), Math.min(back.arrears, points));
  const after = (lot: Lot): Lot => owed.lots.find((other) => isSameLot(other, lot)) ?? lot;
  const newUses = changed.map((use) => ({ ...use, lot: after(use.lot) }));
  return finished(
    move(back, 'available', 'arrears', owed.taken),
    newUses.map(({ lot }) => lot),
    newUses,
  );
}

/** Lets everything lapse whose last day is before `day`. Throws LedgerError if that is not `points`. */
export function expire(sums: Sums, openLots: readonly Lot[], points: number, day: number): AccountChange {
  const due = openLots.filter(({ expiryDay, remaining }) => expiryDay < day && remaining > 0);
  insist(points > 0 && remainingOf(due) === points, `${points} points lapsed, ${remainingOf(due)} were due`);
  const lots = due.map((lot) => ({ ...lot, remaining: 0, expired: lot.expired + lot.remaining }));
  return finished(move(sums, 'available', 'expired', points), lots);
}

/** Points of one last day that move from a station to another; `earnedDay` is the first on which any was earned. */
export interface MovedLot {
  readonly earnedDay: number;
  readonly expiryDay: number;
  readonly points: number;
}

/** A line may be down for so long: what lapses sooner could lapse on its way, where nobody can spend it. */
const ON_THE_WAY_DAYS = 30;

/**
 * What a county act that moves up to `points` away would take on a day, and the lots after it. The soonest to lapse
 * goes first, since the owner is where it goes and spends the oldest first there; but what lapses within a month
 * goes last, so that it does not lapse on a road that may take weeks. Lots of one last day travel as one. One fact
 * holds 64 last days; what is beyond stays, to be moved by another act.
 */
export function closable(
  openLots: readonly Lot[],
  points: number,
  day: number,
): { readonly moved: readonly MovedLot[]; readonly lots: readonly Lot[] } {
  const late = ({ expiryDay }: Lot): number => (expiryDay < day + ON_THE_WAY_DAYS ? 1 : 0);
  const inOrder = openLots
    .filter(({ expiryDay, remaining }) => expiryDay >= day && remaining > 0)
    .toSorted((a, b) => late(a) - late(b) || byAge(a, b));
  const moved: MovedLot[] = [];
  const lots: Lot[] = [];
  let left = points;
  for (const lot of inOrder) {
    const last = moved.at(-1);
    const joins = last?.expiryDay === lot.expiryDay;
    if (left === 0 || (!joins && moved.length === MAX_ROWS)) break;
    const part = Math.min(left, lot.remaining);
    left -= part;
    lots.push({ ...lot, remaining: lot.remaining - part, closed: lot.closed + part });
    if (joins) moved[moved.length - 1] = { ...last, points: last.points + part };
    else moved.push({ earnedDay: lot.earnedDay, expiryDay: lot.expiryDay, points: part });
  }
  return { moved, lots };
}

/** Moves points away. Throws LedgerError if they are not what `closable` answers on that day. */
export function close(
  sums: Sums,
  openLots: readonly Lot[],
  moved: readonly MovedLot[],
  day: number,
): AccountChange {
  const points = moved.reduce((sum, lot) => sum + lot.points, 0);
  const taken = closable(openLots, points, day);
  const same =
    taken.moved.length === moved.length &&
    taken.moved.every((lot, i) => {
      const told = moved[i];
      return (
        lot.earnedDay === told?.earnedDay && lot.expiryDay === told.expiryDay && lot.points === told.points
      );
    });
  insist(same, `other points were moved away than were there: ${JSON.stringify(moved)}`);
  return finished(move(sums, 'available', 'closed', points), taken.lots, []);
}
