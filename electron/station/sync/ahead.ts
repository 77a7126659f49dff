/** The next batch is made while the county works on the one before, so that neither waits for the other. */
import { NONCE_BYTES } from '../../../domain/wire/envelope.ts';
import type { BatchOrder, SealedBatch, SyncDesk } from './desk.ts';

type Wanted = Omit<BatchOrder, 'nonce'>;
interface Made extends Wanted {
  readonly nonce: Uint8Array;
  /** Null if there are no events after the one named. Rejects if the journal cannot be read. */
  readonly batch: Promise<SealedBatch | null>;
}

export interface Ahead {
  /** The batch that is wanted: the one made beforehand if it is that one, or a shorter one from the same place. */
  take(wanted: Wanted): Made;
  /** Makes a batch that is probably wanted next. */
  prepare(wanted: Wanted): void;
}

/** Each batch has a nonce of its own, whether it is ever sent or not. */
export function batchesAhead(desk: SyncDesk, randomBytes: (length: number) => Uint8Array): Ahead {
  let ready: Made | null = null;

  function make(wanted: Wanted): Made {
    const nonce = randomBytes(NONCE_BYTES);
    return { ...wanted, nonce, batch: desk.batch({ ...wanted, nonce }) };
  }
  return {
    take(wanted) {
      const made = ready;
      ready = null;
      const fits =
        made?.incarnation === wanted.incarnation &&
        made.afterSeq === wanted.afterSeq &&
        made.limit <= wanted.limit &&
        made.version === wanted.version;
      return fits ? made : make(wanted);
    },
    prepare(wanted) {
      ready = make(wanted);
      // Whoever takes it hears why it could not be made; one that nobody takes troubles nobody.
      ready.batch.catch(() => undefined);
    },
  };
}
