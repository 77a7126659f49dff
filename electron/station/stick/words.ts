/** What the county says on a stick of batches that it did not take as facts; by line its errors say it. */
import type { Store } from '../../../db/types.ts';
import type { StickWord } from '../../../domain/wire/stick.ts';

/**
 * Does what the county's signed word asks for. Answers whether the county must be updated before it can take the rest:
 * that is for the keeper to see. A kind that is not known asks for nothing.
 */
export async function heedWord(store: Store, { incarnation, kind }: StickWord): Promise<boolean> {
  if (kind === 'REVOKED') store.markRevoked(true);
  if (kind === 'SET_ASIDE') await setAside(store, incarnation);
  return kind === 'UNKNOWN_EVENT';
}

/** The whole end of the journal went with the bundle that is answered, or goes with the next one after a new start. */
async function setAside(store: Store, incarnation: string): Promise<void> {
  if (incarnation === store.incarnation) {
    if (store.standing() !== 'FORKED') store.beginAnewAtNextStart();
    return;
  }
  const unsent = store.unsentOlder().find((one) => one.incarnation === incarnation);
  if (unsent !== undefined) await store.layAside(incarnation, unsent.durableSeq + 1);
}
