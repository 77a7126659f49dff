/** Credit that is given after a service has ended is judged with it: once, for a service that there was, and no more than it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCounty, type County } from '../../../county/server/county.ts';
import { putReference } from '../../../county/server/reference.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { MORNING_MS, sampleReference, signIn } from '../../db/support.ts';
import { emptyCounty } from '../../harness/countyDatabase.ts';
import { signOut } from './exceptionFacts.ts';
import { Judged } from './judged.ts';

let county: County;
let judged: Judged;
beforeAll(async () => {
  county = await createCounty({ database: { kind: 'pglite', dir: null }, keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  judged = new Judged(county);
  await putReference(county.context, sampleReference({ grants: [] }));
});

const DAY = shanghaiDay(MORNING_MS);
/** A sign-in, and a sign-out whose two hours were credited with `points`; answers the seq of the sign-in. */
function serve(volunteerId: number, points: number): number {
  const signInSeq = judged.add(signIn(volunteerId));
  judged.add({
    ...signOut(signInSeq, volunteerId, 120, points),
    ...(points === 0 && { credits: [] }),
  });
  return signInSeq;
}
const later = (signInSeq: number, volunteerId: number, points: number) =>
  judged.add({
    type: 'SERVICE_CREDITED',
    ...{ signInSeq, volunteerId, hourKind: 'CREDIT' },
    credits: [{ day: DAY, minutes: points * 6, points }],
  });

it('what a service had not been credited may be given to it once', async () => {
  const cut = serve(1, 0);
  later(cut, 1, 20);
  const whole = serve(2, 20);
  const tooMuch = later(whole, 2, 10);
  const again = later(cut, 1, 5);
  const ofAnother = later(serve(3, 0), 1, 20);
  const open = judged.add(signIn(1));
  const stillOpen = later(open, 1, 10);
  const ofNothing = later(9999, 1, 10);
  for (const batch of [1, 100])
    expect(await judged.found(batch)).toEqual([
      [tooMuch, { kind: 'SERVICE', minutes: 120, points: 20 }],
      [again, { kind: 'CREDITED_BEFORE' }],
      [ofAnother, { kind: 'NO_SERVICE' }],
      [stillOpen, { kind: 'NO_SERVICE' }],
      [ofNothing, { kind: 'NO_SERVICE' }],
    ]);
});

it('nobody signs out who did not sign in', async () => {
  const ofNothing = judged.add(signOut(77, 1, 60, 10));
  const signInSeq = judged.add(signIn(2));
  const ofAnother = judged.add(signOut(signInSeq, 1, 60, 10));
  for (const batch of [1, 100])
    expect(await judged.found(batch)).toEqual([
      [ofNothing, { kind: 'NO_SERVICE' }],
      [ofAnother, { kind: 'NO_SERVICE' }],
    ]);
});
