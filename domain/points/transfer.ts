/**
 * The county's part in the escrow: a transfer closes points at one station and opens the very same at the next. The
 * county never makes points by it: what is opened is what the closing station's own journal said it closed. Pure;
 * the county keeps transfers in its database and the proofs keep them in memory.
 */
import type { JournalEvent } from '../journal/events.ts';
import type { Closing, Grant } from '../reference/reference.ts';
import { MOVE_ALL } from './escrow.ts';
import type { MovedLot } from './spending.ts';

/**
 * CLOSING: the act stands in the source's reference data and no word of it has come back. CLOSED: the source's
 * journal has closed it durably, and the grant stands in the target's reference data. OPENED: the target's journal
 * has it.
 */
export type TransferState = 'CLOSING' | 'CLOSED' | 'OPENED';

export interface Transfer {
  /** Random: a county that was restored from a backup must not give a number again that a station knows. */
  readonly id: number;
  readonly volunteerId: number;
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

/** What the source's reference data says of a transfer. It stays there for good: see `closingsOf`. */
function closingOf({ id, volunteerId, wantedPoints, toStationId }: Transfer): Closing {
  return { id, volunteerId, points: wantedPoints, toStationId };
}
function grantOf({ id, volunteerId, fromStationId, closedPoints, lots }: Transfer): Grant {
  const grant = { id, volunteerId, points: closedPoints, fromStationId };
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

/**
 * The transfers that a volunteer's wish makes: one for each station where the county knows of points, the home station
 * first. The home is asked even if nothing is known of, since its newest facts may not have come yet. What is
 * under way is not begun again. If there is nowhere to ask, the wish is answered by a grant of nothing.
 */
export function transfersFor(
  {
    volunteerId,
    homeStationId,
    toStationId,
  }: { readonly volunteerId: number; readonly homeStationId: number; readonly toStationId: number },
  sources: readonly Source[],
  underWay: readonly Transfer[],
  newId: () => number,
): readonly Transfer[] {
  const mine = underWay.filter(
    (transfer) => transfer.volunteerId === volunteerId && transfer.toStationId === toStationId,
  );
  const from = new Set(sources.filter(({ available }) => available > 0).map(({ stationId }) => stationId));
  const known = new Set(sources.map(({ stationId }) => stationId));
  const ordered = [
    ...(known.has(homeStationId) ? [homeStationId] : []),
    ...[...from].sort((a, b) => a - b).filter((stationId) => stationId !== homeStationId),
  ];
  const fresh = ordered.filter(
    (stationId) =>
      stationId !== toStationId && !mine.some(({ fromStationId }) => fromStationId === stationId),
  );
  const made = { volunteerId, toStationId, wantedPoints: MOVE_ALL, lots: [], closedPoints: 0 };
  if (fresh.length === 0 && mine.length === 0)
    return [{ ...made, id: newId(), fromStationId: 0, wantedPoints: 0, state: 'CLOSED' }];
  return fresh.map((fromStationId) => ({ ...made, id: newId(), fromStationId, state: 'CLOSING' }));
}

/**
 * A transfer after its source's journal has closed it. `known` is undefined for an act that a restored county has
 * forgotten: the fact itself says enough. Null: nothing new.
 */
export function afterClosed(
  known: Transfer | undefined,
  fromStationId: number,
  { actId, volunteerId, toStationId, points, lots }: JournalEvent<'ALLOWANCE_CLOSED'>,
): Transfer | null {
  if (known !== undefined && known.state !== 'CLOSING') return null;
  const base = known ?? { id: actId, volunteerId, fromStationId, toStationId, wantedPoints: points };
  return { ...base, state: 'CLOSED', lots, closedPoints: points };
}

/** A transfer after its target's journal has opened it; null: nothing new. */
export function afterOpened(
  known: Transfer | undefined,
  toStationId: number,
  { actId, volunteerId, fromStationId, points, lots }: JournalEvent<'ALLOWANCE_OPENED'>,
): Transfer | null {
  if (known?.state === 'OPENED') return null;
  const base = known ?? { id: actId, volunteerId, fromStationId, toStationId, wantedPoints: points };
  return { ...base, state: 'OPENED', lots, closedPoints: points };
}
