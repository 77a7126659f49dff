/**
 * A year in which no leader ever closed what somebody forgot to sign out of: four hundred attendances wait. Whoever
 * forgets it today is still noticed, and nobody stays signed in for ever behind the others.
 */
import { expect, test } from 'vitest';
import { createCore } from '../../../electron/station/core.ts';
import { recordLapses } from '../../../electron/station/lapses.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { open, recordDrafts, sampleReference, signIn, TestClock } from '../../db/support.ts';
import { tempDir } from '../../db/tempDir.ts';

const WAITING = 400;

test('an attendance lapses however many wait for their leader', () => {
  const clock = new TestClock();
  const store = open(tempDir(), clock);
  store.applyReference(sampleReference());
  recordDrafts(
    store,
    Array.from({ length: WAITING }, (_, i) => signIn(100 + i)),
  );
  const [first] = store.views.unsettled(1).map(({ signInSeq }) => signInSeq);
  recordDrafts(
    store,
    Array.from({ length: WAITING }, (_, i) => ({
      type: 'ATTENDANCE_LAPSED' as const,
      signInSeq: (first ?? 0) + i,
    })),
  );
  recordDrafts(store, [signIn(1)]);
  // Who is here now heads the keeper's list.
  expect(store.views.unsettled(1)).toMatchObject([{ volunteerId: 1, state: 'OPEN' }]);
  clock.advance(2 * DAY_MS);
  const nothing = (): void => undefined;
  recordLapses(
    createCore({ store, clock, sample: false, newToken: () => '', push: nothing, onRecorded: nothing }),
  );
  expect(store.views.presentCount(1)).toBe(0);
  expect(store.views.unsettled(2 * WAITING)).toHaveLength(WAITING + 1);
  store.close();
});
