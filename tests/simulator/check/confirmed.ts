/** Whatever a screen was told is at the county: the very fact, about the very person. */
import { parseCanonical } from '../../../domain/journal/canonical.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { Loss } from '../faults/folderFaults.ts';
import type { Confirmed } from '../record.ts';
import type { Findings } from './findings.ts';
import type { EventRow } from './sources.ts';

/** Whether an event is what the screen was told. */
function isTold(event: JournalEvent | undefined, { type, about, points }: Confirmed): boolean {
  if (event === undefined) return false;
  const shared = type === 'REDEEMED' && event.type === 'REDEEMED_SHARED';
  if (event.type !== type && !shared) return false;
  if (about !== 0 && 'volunteerId' in event && event.volunteerId !== about) return false;
  if (about !== 0 && 'holderId' in event && event.holderId !== about) return false;
  if (event.type === 'STOCK_MOVED' && event.goodsId !== about) return false;
  if ('totalPoints' in event && points > 0) return event.totalPoints === points;
  if (event.type === 'SIGNED_OUT') return event.credits.reduce((sum, row) => sum + row.points, 0) === points;
  return true;
}

/** Answers how many confirmed acts went with a disk that was lost before any line or stick took them away. */
export function checkConfirmed(
  stationId: number,
  acts: readonly Confirmed[],
  atCounty: readonly EventRow[],
  losses: readonly Loss[],
  countyEpoch: string,
  findings: Findings,
): number {
  const texts = new Map(atCounty.map(({ incarnation, seq, text }) => [`${incarnation} ${seq}`, text]));
  let lost = 0;
  for (const act of acts) {
    const text = texts.get(`${act.incarnation} ${act.seq}`);
    const where = `station ${stationId}, journal ${act.incarnation}, event ${act.seq}, ${act.type} of ${act.about}`;
    if (text === undefined) {
      // What this very county had acknowledged before the disk was lost must be there.
      const isExcused = losses.some(
        ({ incarnation, acknowledged, epoch }) =>
          incarnation === act.incarnation && (act.seq > acknowledged || epoch !== countyEpoch),
      );
      if (isExcused) lost += 1;
      else findings.add('confirmed and gone', where);
    } else if (!isTold(parseCanonical(text), act))
      findings.add('confirmed, and something else is there', where);
  }
  return lost;
}
