/** Where a guest is told that their points are: where they went on to from here, not where the guest is at home. */
import { expect, test } from 'vitest';
import { elsewhereOf } from '../../../electron/station/viewModels.ts';
import { allowance, open, recordDrafts, sampleReference, STATION, TestClock } from '../../db/support.ts';
import { tempDir } from '../../db/tempDir.ts';

const GUEST = 4;

test('a guest is told of the third village that the points went on to', () => {
  const store = open(tempDir(), new TestClock());
  const stations = [
    { id: 99, name: '家乡村' },
    { id: 23, name: '第三村' },
  ];
  store.applyReference(sampleReference({ grants: [], stations }));
  const where = () => elsewhereOf(store.views, STATION, GUEST)?.stationName;
  expect(where()).toBe('家乡村');
  recordDrafts(store, [allowance(1, GUEST, 50)]);
  const [lot] = store.views.openLots({ holder: 'PERSON', holderId: GUEST });
  const lots = [{ earnedDay: lot?.earnedDay ?? 0, expiryDay: lot?.expiryDay ?? 0, points: 50 }];
  const moved = { holder: 'PERSON', holderId: GUEST, toStationId: 23, points: 50, lots } as const;
  recordDrafts(store, [{ type: 'ALLOWANCE_CLOSED', actId: 2, ...moved }]);
  expect(where()).toBe('第三村');
  store.close();
});
