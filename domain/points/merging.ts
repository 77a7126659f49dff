/**
 * Two registrations of one person that were merged: what is done in the name of the one that ended is the other's. Pure;
 * the county asks its database who was merged (county/server/merged.ts).
 */
import { accountName, type Holder } from './account.ts';
import type { Debt, Way } from './transfer.ts';

export interface Merged {
  readonly volunteerId: number;
  /** The registration that was kept; never one that was merged itself. */
  readonly intoId: number;
  /** Where that one is at home now; 0: in no village's register. */
  readonly homeStationId: number;
}

/** The people whose accounts some are; households are nobody's. */
export function peopleOf(holders: readonly Holder[]): readonly number[] {
  return holders.filter(({ holder }) => holder !== 'HOUSEHOLD').map(({ holderId }) => holderId);
}

/** The registration that an account's was merged into; undefined for any other account. */
export function mergedOf({ holder, holderId }: Holder, merged: readonly Merged[]): Merged | undefined {
  return holder === 'HOUSEHOLD' ? undefined : merged.find(({ volunteerId }) => volunteerId === holderId);
}

/**
 * Where a station's points of accounts whose registration was merged are to follow to. Of a person who is at home
 * nowhere they stay until that one is.
 */
export function mergedAway(
  stationId: number,
  holders: readonly Holder[],
  merged: readonly Merged[],
): readonly Way[] {
  return holders.flatMap(({ holder, holderId }): readonly Way[] => {
    const into = mergedOf({ holder, holderId }, merged);
    if (into === undefined || into.homeStationId === 0) return [];
    const { intoId: toHolderId, homeStationId: toStationId } = into;
    return [{ holder, holderId, toHolderId, fromStationId: stationId, toStationId }];
  });
}

/** An account that may owe something, and whose points pay for it. */
export type Debtor = Pick<Debt, 'holder' | 'holderId' | 'payerId'>;

/**
 * Whoever some accounts may owe for: themselves, and for registrations of the same person that were merged into
 * theirs; of one that was merged itself the person pays.
 */
export function debtorsOf(holders: readonly Holder[], merged: readonly Merged[]): readonly Debtor[] {
  const debtors = holders.flatMap(({ holder, holderId }): readonly Debtor[] => {
    const payerId = mergedOf({ holder, holderId }, merged)?.intoId ?? holderId;
    const others = holder === 'HOUSEHOLD' ? [] : merged.filter(({ intoId }) => intoId === payerId);
    return [
      { holder, holderId, payerId },
      ...others.map(({ volunteerId }) => ({ holder, holderId: volunteerId, payerId })),
    ];
  });
  return [...new Map(debtors.map((one) => [accountName(one), one])).values()];
}
