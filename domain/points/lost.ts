/**
 * What becomes of the points of a station that is declared lost (county/server/lost.ts): its slice is opened
 * elsewhere, and whatever is under way from it or to it is answered or goes elsewhere too. Pure, as transfer.ts is.
 */
import { MAX_ROWS } from '../journal/fields.ts';
import { accountName, type Holder } from './account.ts';
import type { MovedLot } from './spending.ts';
import { recipientOf, type Transfer } from './transfer.ts';

/** One account's part of the slice: what it could have spent there, one row for each last day. */
export interface LostSlice extends Holder {
  /** Whose it is where it is opened (transfer.ts). */
  readonly toHolderId: number;
  readonly toStationId: number;
  readonly lots: readonly MovedLot[];
}
export interface LostMoves {
  /** Were under way from it: answered by nothing, since the points come by acts of their own. */
  readonly answered: readonly Transfer[];
  /** Are under way to it, some just answered, and go to another station now. */
  readonly redirected: readonly { readonly transfer: Transfer; readonly toStationId: number }[];
  /** New acts that open its slice. */
  readonly opened: readonly Transfer[];
}

export const pointsOf = (lots: readonly MovedLot[]): number =>
  lots.reduce((sum, { points }) => sum + points, 0);

/**
 * What of an account's lots at a lost station may still be opened elsewhere. `before` are the lots of acts that took
 * from there by a declaration that the county has forgotten in a restore: the stations that opened them still know.
 */
export function notYetOpened(lots: readonly MovedLot[], before: readonly MovedLot[]): readonly MovedLot[] {
  const taken = new Map<number, number>();
  for (const { expiryDay, points } of before) taken.set(expiryDay, (taken.get(expiryDay) ?? 0) + points);
  return lots
    .map((lot) => {
      const part = Math.min(lot.points, taken.get(lot.expiryDay) ?? 0);
      taken.set(lot.expiryDay, (taken.get(lot.expiryDay) ?? 0) - part);
      return { ...lot, points: lot.points - part };
    })
    .filter(({ points }) => points > 0);
}

function inRows(lots: readonly MovedLot[]): readonly (readonly MovedLot[])[] {
  const rows: (readonly MovedLot[])[] = [];
  for (let at = 0; at < lots.length; at += MAX_ROWS) rows.push(lots.slice(at, at + MAX_ROWS));
  return rows;
}

/**
 * What declaring a station lost leads to. `underWay` are the transfers from it or to it that are not opened; who asked
 * for points at the lost station finds them where they came from, if that is where theirs go now. `elseTo` takes
 * what is under way of an account without a slice.
 */
export function lostMoves(
  stationId: number,
  slices: readonly LostSlice[],
  underWay: readonly Transfer[],
  elseTo: number,
  newId: () => number,
): LostMoves {
  const targets = new Map(slices.map((slice) => [accountName(slice), slice.toStationId]));
  const answered = underWay
    .filter(({ fromStationId, state }) => fromStationId === stationId && state === 'CLOSING')
    .map((transfer): Transfer => ({ ...transfer, state: 'CLOSED', lots: [], closedPoints: 0 }));
  const now = underWay.map((transfer) => answered.find(({ id }) => id === transfer.id) ?? transfer);
  return {
    answered,
    // Also what came from this very station, because another one it was to go to was lost before.
    redirected: now
      .filter(({ toStationId }) => toStationId === stationId)
      .map((transfer) => ({
        transfer,
        toStationId: targets.get(accountName(recipientOf(transfer))) ?? elseTo,
      })),
    opened: slices.flatMap(({ holder, holderId, toHolderId, toStationId, lots }) =>
      inRows(lots).map((rows): Transfer => {
        const points = pointsOf(rows);
        const act = { id: newId(), holder, holderId, toHolderId, fromStationId: stationId, toStationId };
        return { ...act, wantedPoints: points, state: 'CLOSED', lots: rows, closedPoints: points };
      }),
    ),
  };
}
