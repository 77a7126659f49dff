/**
 * A station's part in the escrow of DESIGN.md, "Points cannot be spent twice": each station spends only from its own
 * allowance of an account, and only an act of the county moves points from one to another. What is decided here is
 * recorded in the transaction that takes over the county's reference data.
 */
import type { EventDraft } from '../journal/events.ts';
import type { Closing, Grant } from '../reference/reference.ts';
import { err, ok, type Result } from '../result.ts';
import { isSameLot, type Holder, type Lot } from './account.ts';
import type { ActSide } from './fold.ts';
import { closable, type MovedLot } from './spending.ts';
import { expiryDayOf, type LedgerTerms } from './terms.ts';

/** An act that names so many points means all: more than any account holds. */
export const MOVE_ALL = 1_000_000_000;

export interface EscrowFacts {
  isDone(side: ActSide, actId: number): boolean;
  openLots(holder: Holder): readonly Lot[];
}

const pointsOf = (lots: readonly MovedLot[]): number => lots.reduce((sum, { points }) => sum + points, 0);

/** What to record for grants that have not been opened here; `terms` are for those that name no days. */
export function decideOpenings(
  facts: EscrowFacts,
  grants: readonly Grant[],
  terms: LedgerTerms,
  day: number,
): readonly EventDraft[] {
  const fresh = new Map(
    grants.filter(({ id }) => !facts.isDone('OPENED', id)).map((grant) => [grant.id, grant]),
  );
  return [...fresh.values()].map(({ id, holder, holderId, points, fromStationId = 0, lots }) => {
    const today = points === 0 ? [] : [{ earnedDay: day, expiryDay: expiryDayOf(terms, day), points }];
    const rows = lots ?? today;
    const total = pointsOf(rows);
    return {
      type: 'ALLOWANCE_OPENED',
      actId: id,
      holder,
      holderId,
      fromStationId,
      points: total,
      lots: rows,
    };
  });
}

/**
 * What to record for closings that have not been done here: all that the account holds of what the act names, even
 * if that is nothing. Then the act is done, and whatever comes into the account later is not touched by it.
 */
export function decideClosings(
  facts: EscrowFacts,
  closings: readonly Closing[],
  day: number,
): readonly EventDraft[] {
  /** Open lots as they will be after the drafts so far: two acts may close the same account. */
  const left = new Map<string, readonly Lot[]>();
  const fresh = new Map(
    closings.filter(({ id }) => !facts.isDone('CLOSED', id)).map((closing) => [closing.id, closing]),
  );
  return [...fresh.values()].map(({ id, holder, holderId, points, toStationId }) => {
    const name = `${holder} ${holderId}`;
    const open = left.get(name) ?? facts.openLots({ holder, holderId });
    const { moved, lots } = closable(open, points, day);
    left.set(
      name,
      open.map((lot) => lots.find((after) => isSameLot(after, lot)) ?? lot),
    );
    const total = pointsOf(moved);
    return { type: 'ALLOWANCE_CLOSED', actId: id, holder, holderId, toStationId, points: total, lots: moved };
  });
}

export type AllowanceRefusal =
  /** A number typed by hand proves nobody's wish: the card must have been there. */
  | { readonly kind: 'CARD_NEEDED' }
  /** Asked for already, and not answered yet. */
  | { readonly kind: 'UNDER_WAY' };

export interface AllowanceRequest {
  readonly volunteerId: number;
  readonly cardNumber: number;
  readonly scanned: boolean;
  /** 0: not known here. */
  readonly homeStationId: number;
  /** The household of this village that they are the head of; 0: none. */
  readonly householdId: number;
}

/**
 * A volunteer asks that their points be brought here: their own, their gifts, which need the own beside them, and, of
 * a household that belongs to this village, its head also the household's. A guest's household keeps its points where
 * it lives: nobody could spend them here (RULES.md B9). `underWay`: an earlier wish has no answer yet.
 */
export function decideAllowanceRequest(
  { scanned, ...request }: AllowanceRequest,
  underWay: boolean,
): Result<readonly EventDraft[], AllowanceRefusal> {
  if (!scanned) return err({ kind: 'CARD_NEEDED' });
  if (underWay) return err({ kind: 'UNDER_WAY' });
  return ok([{ type: 'ALLOWANCE_REQUESTED', ...request }]);
}
