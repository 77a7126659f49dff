/**
 * The county's part in the escrow: a transfer closes points at one station and opens the very same at the next. The
 * county never makes points by it: what is opened is what the closing station's own journal said it closed. Pure;
 * the county keeps transfers in its database and the proofs keep them in memory.
 */
import type { JournalEvent } from '../journal/events.ts';
import type { Closing, Grant } from '../reference/reference.ts';
import type { Holder } from './account.ts';
import { MOVE_ALL } from './escrow.ts';
import type { MovedLot } from './spending.ts';

/**
 * CLOSING: the act stands in the source's reference data and no word of it has come back. CLOSED: the source's
 * journal has closed it durably, and the grant stands in the target's reference data. OPENED: the target's journal
 * has it.
 */
export type TransferState = 'CLOSING' | 'CLOSED' | 'OPENED';

/** It moves points of one account: `holderId` says whose they are where they are closed. */
export interface Transfer extends Holder {
  /** Random: a county that was restored from a backup must not give a number again that a station knows. */
  readonly id: number;
  /**
   * Whose they are where they are opened: the same account, but for two registrations of one person that were merged.
   * Then both may be at one station.
   */
  readonly toHolderId: number;
  /** 0: the county itself brings the points in. */
  readonly fromStationId: number;
  readonly toStationId: number;
  /** At most so many; MOVE_ALL for all. */
  readonly wantedPoints: number;
  readonly state: TransferState;
  /** What was closed; null: new with the day of opening. Empty before it is closed. */
  readonly lots: readonly MovedLot[] | null;
  readonly closedPoints: number;
}

/** The account in which a transfer is opened. */
export function recipientOf({ holder, toHolderId }: Transfer): Holder {
  return { holder, holderId: toHolderId };
}

/** What the source's reference data says of a transfer. It stays there for good: see `closingsOf`. */
function closingOf({ id, holder, holderId, wantedPoints, toStationId }: Transfer): Closing {
  return { id, holder, holderId, points: wantedPoints, toStationId };
}
function grantOf({ id, holder, toHolderId: holderId, fromStationId, closedPoints, lots }: Transfer): Grant {
  const grant = { id, holder, holderId, points: closedPoints, fromStationId };
  return lots === null ? grant : { ...grant, lots: [...lots] };
}

/**
 * The closings in a station's reference data: every act that ever took from it, since a station that comes back from a
 * backup must close again what it has forgotten. An act that a restored county knows only by a fact that closed
 * nothing (`afterClosed`) has nothing to close again, either.
 */
export function closingsOf(transfers: readonly Transfer[], stationId: number): Closing[] {
  return transfers
    .filter(({ fromStationId, wantedPoints }) => fromStationId === stationId && wantedPoints > 0)
    .map(closingOf);
}

/**
 * The grants in it: those that are closed and not opened. One that is opened is not told again, or a station that
 * comes back from a backup would open once more what it had spent; it comes back with its journal.
 */
export function grantsOf(transfers: readonly Transfer[], stationId: number): Grant[] {
  return transfers
    .filter(({ toStationId, state }) => toStationId === stationId && state === 'CLOSED')
    .map(grantOf);
}

export interface Source {
  readonly stationId: number;
  /** By the county's ledger. */
  readonly available: number;
}

/** Where an account's points shall be, and where it is at home, which is asked even if nothing is known of it. */
export interface Wish extends Holder {
  /** Whose they shall be there; absent: the same account. */
  readonly toHolderId?: number;
  /** 0: not known. */
  readonly homeStationId: number;
  readonly toStationId: number;
}

/** What an account owes at a station beyond what is on its way there, and where else it has points. */
export interface Debt extends Holder {
  /** Whose points pay: the account's own, or those of the person whom its owner was merged into. */
  readonly payerId: number;
  readonly owedAt: number;
  /** Nothing is owed any more where this is 0 or less. */
  readonly owed: number;
  readonly sources: readonly Source[];
}

/** The transfers that pay what is owed, out of each station in turn as far as it has points. */
export function paymentsOf(debts: readonly Debt[], newId: () => number): readonly Transfer[] {
  /** What earlier debts that the same account pays have left of a source. */
  const left = new Map<string, number>();
  return debts.flatMap(({ holder, holderId, payerId, owedAt, owed, sources }) => {
    let due = owed;
    return sources.flatMap(({ stationId, available }): Transfer[] => {
      const name = `${holder} ${payerId} ${stationId}`;
      const there = left.get(name) ?? available;
      const points = Math.min(Math.max(0, due), there);
      if (points === 0) return [];
      due -= points;
      left.set(name, there - points);
      const whose = { holder, holderId: payerId, toHolderId: holderId };
      return [closingAt({ ...whose, fromStationId: stationId, toStationId: owedAt }, points, newId)];
    });
  });
}

/** From where to where points of an account go, and in whose name they are opened. */
export type Way = Pick<Transfer, 'holder' | 'holderId' | 'toHolderId' | 'fromStationId' | 'toStationId'>;

/** A new act that takes up to so many points away from a station. */
function closingAt(way: Way, wantedPoints: number, newId: () => number): Transfer {
  return { ...way, id: newId(), wantedPoints, state: 'CLOSING', lots: [], closedPoints: 0 };
}

/**
 * What a station holds of an account whose points belong to another place or name now: of whoever moved to another
 * village, of a registration that was merged into another. All of it goes there, unless an act that takes from it is
 * under way: what that one leaves is looked at when it is done.
 */
export function transferLeftBehind(
  way: Way,
  available: number,
  underWay: readonly Transfer[],
  newId: () => number,
): Transfer | null {
  const isTaken = underWay.some(
    (transfer) =>
      isSameAccount(transfer, way) &&
      transfer.fromStationId === way.fromStationId &&
      transfer.state === 'CLOSING',
  );
  return available === 0 || isTaken ? null : closingAt(way, MOVE_ALL, newId);
}

/** Whether two are of the same account. */
function isSameAccount(a: Holder, b: Holder): boolean {
  return a.holder === b.holder && a.holderId === b.holderId;
}

/**
 * The transfers that bring an account's points to a station: one from each station where the county knows of points,
 * the home station first. The home is asked even if nothing is known of, since its newest facts may not have come
 * yet, as far as it is among the sources. What is under way is not begun again.
 */
export function transfersFor(
  { holder, holderId, toHolderId = holderId, homeStationId, toStationId }: Wish,
  sources: readonly Source[],
  underWay: readonly Transfer[],
  newId: () => number,
): readonly Transfer[] {
  const from = new Set(sources.filter(({ available }) => available > 0).map(({ stationId }) => stationId));
  const known = new Set(sources.map(({ stationId }) => stationId));
  const ordered = [
    ...(known.has(homeStationId) ? [homeStationId] : []),
    ...[...from].sort((a, b) => a - b).filter((stationId) => stationId !== homeStationId),
  ];
  const mine = underWay.filter(
    (transfer) =>
      isSameAccount(transfer, { holder, holderId }) &&
      transfer.toHolderId === toHolderId &&
      transfer.toStationId === toStationId,
  );
  return ordered
    .filter((stationId) => stationId !== toStationId || toHolderId !== holderId)
    .filter((stationId) => !mine.some(({ fromStationId }) => fromStationId === stationId))
    .map((fromStationId) =>
      closingAt({ holder, holderId, toHolderId, fromStationId, toStationId }, MOVE_ALL, newId),
    );
}

/**
 * The same for a volunteer who asked and waits for an answer: if there is nowhere to ask and nothing is under way, the
 * answer is a grant of nothing.
 */
export function transfersAnswering(
  wish: Wish,
  sources: readonly Source[],
  underWay: readonly Transfer[],
  newId: () => number,
): readonly Transfer[] {
  const made = transfersFor(wish, sources, underWay, newId);
  const { holder, holderId, toStationId } = wish;
  const waits = underWay.some(
    (transfer) =>
      transfer.holder === holder && transfer.toHolderId === holderId && transfer.toStationId === toStationId,
  );
  if (made.length > 0 || waits) return made;
  const way = { holder, holderId, toHolderId: holderId, fromStationId: 0, toStationId };
  return [{ ...way, id: newId(), wantedPoints: 0, state: 'CLOSED', lots: [], closedPoints: 0 }];
}

/**
 * A transfer after its source's journal has closed it. `known` is undefined for an act that a restored county has
 * forgotten: the fact itself says enough, but for whose the points were to be. Then they are opened for whom they were
 * closed, and follow from there. Null: nothing new.
 */
export function afterClosed(
  known: Transfer | undefined,
  fromStationId: number,
  { actId, holder, holderId, toStationId, points, lots }: JournalEvent<'ALLOWANCE_CLOSED'>,
): Transfer | null {
  if (known !== undefined && known.state !== 'CLOSING') return null;
  const way = { holder, holderId, toHolderId: holderId, fromStationId, toStationId };
  const base = known ?? { ...way, id: actId, wantedPoints: points };
  return { ...base, state: 'CLOSED', lots, closedPoints: points };
}

/** A transfer after its target's journal has opened it; null: nothing new. */
export function afterOpened(
  known: Transfer | undefined,
  toStationId: number,
  { actId, holder, holderId, fromStationId, points, lots }: JournalEvent<'ALLOWANCE_OPENED'>,
): Transfer | null {
  if (known?.state === 'OPENED') return null;
  const way = { holder, holderId, fromStationId, toStationId };
  const base = known ?? { ...way, id: actId, wantedPoints: points };
  return { ...base, toHolderId: holderId, state: 'OPENED', lots, closedPoints: points };
}
