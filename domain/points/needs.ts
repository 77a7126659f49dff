/** What must be read before a fact can be folded: the county folds many at once (county/server/ledger.ts). */
import { HOLDERS, type EntryKey, type Holder } from './account.ts';
import { holderOf, keyOf, type LedgerEvent } from './fold.ts';

export interface LedgerNeeds {
  /** The accounts that the fact changes. */
  readonly holders: readonly Holder[];
  /** Whether it looks at what these hold already; a fact that only adds points does not. */
  readonly openLots: boolean;
  /** The earlier fact that it names, if any. */
  readonly key: EntryKey | null;
}

/** What must be at hand to fold a fact. */
export function needsOf(event: LedgerEvent, incarnation: string): LedgerNeeds {
  switch (event.type) {
    case 'LEDGER_TERMS_SET':
      return { holders: [], openLots: false, key: null };
    case 'SIGNED_OUT':
    case 'ATTENDANCE_CLOSED':
    case 'SERVICE_CREDITED':
    case 'EARLIER_SERVICE_CREDITED':
    case 'BACKFILL_SETTLED':
      return { holders: [{ holder: 'PERSON', holderId: event.volunteerId }], openLots: false, key: null };
    case 'REDEEMED':
      return { holders: [{ holder: 'PERSON', holderId: event.volunteerId }], openLots: true, key: null };
    case 'REDEEMED_SHARED':
    case 'REDEMPTION_UNDONE': {
      const known = event.shares.filter(({ holder }) => HOLDERS[holder] !== undefined);
      const key = event.type === 'REDEMPTION_UNDONE' ? keyOf(event, incarnation) : null;
      return { holders: known.map(holderOf), openLots: true, key };
    }
    case 'POINTS_AWARDED':
    case 'ALLOWANCE_OPENED':
      return { holders: [event], openLots: false, key: null };
    case 'POINTS_EXPIRED':
    case 'ALLOWANCE_CLOSED':
      return { holders: [event], openLots: true, key: null };
    default:
      return { holders: [event], openLots: true, key: keyOf(event, incarnation) };
  }
}
