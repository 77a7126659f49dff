/**
 * The heavy work of sync: reading the journal, encoding, packing and signing batches, and checking a snapshot.
 * It runs in a worker (worker.ts) with its own read-only connection; tests and the simulator may run it in place.
 */
import { createPrivateKey } from 'node:crypto';
import type { ReferenceChange } from '../../../db/reference/plan.ts';
import type { JournalReader } from '../../../db/types.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { encodeBatch } from '../../../domain/wire/batch.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import {
  COUNTY_SIGNER,
  openMessage,
  packBody,
  readEnvelope,
  sealMessage,
} from '../../../domain/wire/envelope.ts';
import {
  MAX_BATCH_BODY_BYTES,
  MAX_BATCH_ENVELOPE_BYTES,
  MAX_REFERENCE_BODY_BYTES,
  MAX_REFERENCE_ENVELOPE_BYTES,
} from '../../../domain/wire/limits.ts';
import { decodeDelta, decodeReference } from '../../../domain/wire/referenceBody.ts';
import { sealWith, unseal } from './codecs.ts';

export interface BatchOrder {
  readonly incarnation: string;
  readonly afterSeq: number;
  /** The most events. */
  readonly limit: number;
  readonly nonce: Uint8Array;
  /** Of the wire. */
  readonly version: number;
}
export interface SealedBatch {
  readonly bytes: Uint8Array;
  readonly lastSeq: number;
}
export interface ReferenceOrder {
  readonly bytes: Uint8Array;
  readonly nonce: Uint8Array;
  /** Of the wire; the request's. */
  readonly version: number;
  readonly countyKey: Uint8Array;
}
export type BadReference =
  | { readonly kind: 'BAD_REFERENCE'; readonly detail: string }
  /** A delta that does not lead on from what is here: only a snapshot helps. */
  | { readonly kind: 'NOT_FROM_HERE' };

export interface SyncDesk {
  /** The next batch; null if there are no events after `afterSeq`. Rejects if the journal cannot be read. */
  readonly batch: (order: BatchOrder) => Promise<SealedBatch | null>;
  /** What the county's answer to a reference ask, a snapshot or a delta, changes of what is here. */
  readonly reference: (order: ReferenceOrder) => Promise<Result<ReferenceChange, BadReference>>;
  readonly close: () => Promise<void>;
}

/** A batch of at most `limit` events, fewer if they would not fit an envelope. */
export function makeBatch(
  reader: JournalReader,
  privateKeyPem: string,
  order: BatchOrder,
): SealedBatch | null {
  const seal = sealWith(createPrivateKey(privateKeyPem));
  for (let limit = order.limit; ; limit = Math.ceil(limit / 2)) {
    const run = reader.readRun(order.afterSeq, limit, order.incarnation);
    if (run === null) return null;
    const body = encodeBatch(run);
    const single = run.events.length === 1;
    // Long notes pack well: the county bounds what is unpacked, too.
    if (body.length > MAX_BATCH_BODY_BYTES && !single) continue;
    const message = { kind: 'BATCH', nonce: order.nonce, signer: run.stationId, body } as const;
    const bytes = sealMessage(message, seal, packBody(body, seal.pack), order.version);
    if (bytes.length <= MAX_BATCH_ENVELOPE_BYTES || single)
      return { bytes, lastSeq: run.firstSeq + run.events.length - 1 };
  }
}

interface OpenedReference {
  readonly kind: 'REFERENCE' | 'DELTA';
  readonly body: Uint8Array;
}
const bad = (detail: string) => err({ kind: 'BAD_REFERENCE', detail } as const);

/** Checks what comes before the schema: sizes, the county's signature, our nonce. */
function openReference({
  bytes,
  nonce,
  version,
  countyKey,
}: ReferenceOrder): Result<OpenedReference, BadReference> {
  const sealed = readEnvelope(bytes, MAX_REFERENCE_ENVELOPE_BYTES, { oldest: version, newest: version });
  if (!sealed.ok) return bad(sealed.error.kind);
  const { kind, signer } = sealed.value;
  if ((kind !== 'REFERENCE' && kind !== 'DELTA') || signer !== COUNTY_SIGNER) return bad('WRONG_KIND');
  const opened = openMessage(sealed.value, countyKey, MAX_REFERENCE_BODY_BYTES, unseal);
  if (!opened.ok) return bad(opened.error.kind);
  if (!sameBytes(opened.value.nonce, nonce)) return bad('OLD_ANSWER');
  return ok({ kind, body: opened.value.body });
}

/** The same for a snapshot where there is no journal yet that a delta could lead on from. */
export function readSnapshot(order: ReferenceOrder): Result<Reference, BadReference> {
  const opened = openReference(order);
  if (!opened.ok) return opened;
  if (opened.value.kind !== 'REFERENCE') return bad('WRONG_KIND');
  const reference = decodeReference(opened.value.body);
  return reference.ok ? reference : bad(reference.error.detail);
}

/**
 * Checks an answer with reference data: sizes, the county's signature, our nonce, then its schema; and finds what it
 * changes of what is here.
 */
export function readReference(
  reader: JournalReader,
  order: ReferenceOrder,
): Result<ReferenceChange, BadReference> {
  const opened = openReference(order);
  if (!opened.ok) return opened;
  const { kind, body } = opened.value;
  if (kind === 'DELTA') {
    const delta = decodeDelta(body);
    return delta.ok ? reader.planDelta(delta.value) : bad(delta.error.detail);
  }
  const reference = decodeReference(body);
  return reference.ok ? ok(reader.planSnapshot(reference.value)) : bad(reference.error.detail);
}

/** The desk in this very thread. The reader is opened by the caller and closed here. */
export function inlineDesk(reader: JournalReader, privateKeyPem: string): SyncDesk {
  return {
    batch: (order) => Promise.resolve().then(() => makeBatch(reader, privateKeyPem, order)),
    reference: (order) => Promise.resolve().then(() => readReference(reader, order)),
    close: () => {
      reader.close();
      return Promise.resolve();
    },
  };
}
