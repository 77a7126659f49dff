/** What a station can do about a fact, if a person of the county wants it: so nothing is offered that can only fail. */
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { keyOf } from '../../../domain/points/fold.ts';
import type { CountyAct } from '../../../domain/reference/reference.ts';

/** An act without its number and its reason. */
export type Deed = Omit<CountyAct, 'id' | 'reason'>;

/** Takes back what a fact gave; null where it gave nothing. */
function reversal(
  incarnation: string,
  seq: number,
  { holder, holderId }: Pick<CountyAct, 'holder' | 'holderId'>,
  given: number,
): Deed | null {
  return given > 0 ? { kind: 'REVERSE', incarnation, seq, holder, holderId, lines: [] } : null;
}

/**
 * What can be done about a fact of an incarnation: its points and hours are taken back, or (an exchange) goods come back and the
 * points for them. Of a step of an entry, the entry itself is taken back. Null: only a note can be made of it.
 */
export function deedOn(event: JournalEvent | undefined, incarnation: string): Deed | null {
  switch (event?.type) {
    case 'SIGNED_OUT':
    case 'ATTENDANCE_CLOSED':
    case 'SERVICE_CREDITED':
    case 'EARLIER_SERVICE_CREDITED':
    case 'BACKFILL_SETTLED': {
      // Hours without points can be taken back as well.
      const given = event.credits.reduce((sum, row) => sum + row.points + row.minutes, 0);
      return reversal(incarnation, event.seq, { holder: 'PERSON', holderId: event.volunteerId }, given);
    }
    case 'POINTS_AWARDED':
      return reversal(incarnation, event.seq, event, event.points);
    case 'ENTRY_CONFIRMED':
    case 'ENTRY_APPROVED':
    case 'ENTRY_POSTED':
    case 'ENTRY_POSTED_UNTIL':
    case 'OBJECTION_SETTLED': {
      if (event.type === 'OBJECTION_SETTLED' && event.outcome === 'UPHELD') return null;
      const entry = keyOf(event, incarnation);
      return reversal(entry.incarnation, entry.seq, event, 1);
    }
    case 'REDEEMED':
    case 'REDEEMED_SHARED': {
      const lines = event.lines.map(({ goodsId, quantity }) => ({ goodsId, quantity }));
      const holder = { holder: 'PERSON', holderId: event.volunteerId } as const;
      return lines.length === 0 ? null : { kind: 'REFUND', incarnation, seq: event.seq, ...holder, lines };
    }
    default:
      return null;
  }
}
