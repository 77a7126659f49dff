/** A county that came back from a backup learns of its acts by what the journals of the stations say. */
import { expect, it } from 'vitest';
import { afterClosed, closingsOf } from '../../../domain/points/transfer.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';

function closed(points: number): JournalEvent<'ALLOWANCE_CLOSED'> {
  const lots = points === 0 ? [] : [{ earnedDay: 20_000, expiryDay: 20_500, points }];
  const header = { seq: 9, atMs: 0, boot: 1, monoMs: 0, trust: 0, rulesVersion: 1, actorId: 0 } as const;
  return {
    type: 'ALLOWANCE_CLOSED',
    actId: 77,
    holder: 'GIFT',
    holderId: 5,
    toStationId: 2,
    points,
    lots,
    ...header,
  };
}

it('a forgotten act that closed something is closed again by a station that forgets it, too', () => {
  const known = afterClosed(undefined, 1, closed(40));
  expect(closingsOf(known === null ? [] : [known], 1)).toEqual([
    { id: 77, holder: 'GIFT', holderId: 5, points: 40, toStationId: 2 },
  ]);
});

it('one that closed nothing stands in no reference data: no station takes an act of no points', () => {
  const known = afterClosed(undefined, 1, closed(0));
  expect(known?.state).toBe('CLOSED');
  expect(closingsOf(known === null ? [] : [known], 1)).toEqual([]);
});
