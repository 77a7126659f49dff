/** What the county has not confirmed, for the screens and for whatever carries it there. */
import type { Store } from '../../../db/types.ts';

/** Events of this station that the county has not confirmed, of all its incarnations. */
export function waitingAt(store: Pick<Store, 'syncState' | 'unsentOlder'>): number {
  const { recorded, durableSeq } = store.syncState();
  const older = store.unsentOlder().reduce((sum, run) => sum + run.recorded - run.durableSeq, 0);
  return older + Math.max(0, recorded - durableSeq);
}
