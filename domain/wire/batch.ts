/** The body of a batch: a run of a journal between two hashes of its chain (WIRE.md, Batch). */
import { canonicalText, genesisHash, nextHash, type Sha256 } from '../journal/canonical.ts';
import type { JournalEvent } from '../journal/events.ts';
import type { JournalRun } from '../journal/run.ts';
import { err, ok, type Result } from '../result.ts';
import { ByteReader, ByteWriter, fromHex, sameBytes, toHex } from './bytes.ts';
import { readEvents, writeEvents, type ColumnsError } from './columns.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_EVENTS } from './limits.ts';

export const HASH_BYTES = 32;
export const INCARNATION_BYTES = 8;

/** A run as it arrived, with what was recomputed to check it. */
export interface VerifiedRun extends JournalRun {
  /** The canonical text of each event. */
  readonly texts: readonly string[];
  /** The hash after each event; the last is `headHash`. */
  readonly hashes: readonly Uint8Array[];
}

export type BatchError =
  | ColumnsError
  /** The events do not lead from the first hash to the last: changed on the way, or by a faulty sender. */
  | { readonly kind: 'BROKEN_CHAIN' };

/** Writes 16 hexadecimal digits, as an incarnation or an epoch, in eight bytes. Throws on anything else. */
export function writeId(out: ByteWriter, id: string): void {
  const bytes = fromHex(id);
  if (bytes?.length !== INCARNATION_BYTES) throw new RangeError('an id has 16 hexadecimal digits');
  out.bytes(bytes);
}

export function readId(reader: ByteReader): string {
  return toHex(reader.bytes(INCARNATION_BYTES));
}

/**
 * The body of a batch, before packing and signing. The run must hold 1 to MAX_BATCH_EVENTS events of this
 * version's types, as a journal gives them; anything else is a bug and throws.
 */
export function encodeBatch(run: JournalRun): Uint8Array {
  if (run.events.length < 1 || run.events.length > MAX_BATCH_EVENTS) throw new RangeError('size of a batch');
  if (run.events.some((event, i) => event.seq !== run.firstSeq + i)) throw new RangeError('gap in a run');
  const out = new ByteWriter();
  out.varint(run.stationId);
  writeId(out, run.incarnation);
  out.varint(run.firstSeq);
  out.varint(run.events.length);
  out.bytes(run.previousHash);
  out.bytes(run.headHash);
  writeEvents(out, run.events);
  return out.finish();
}

function follow(sha256: Sha256, previous: Uint8Array, events: readonly JournalEvent[]) {
  const texts: string[] = [];
  const hashes: Uint8Array[] = [];
  let head = previous;
  for (const event of events) {
    const text = canonicalText(event);
    head = nextHash(sha256, head, text);
    texts.push(text);
    hashes.push(head);
  }
  return { texts, hashes, head };
}

/**
 * Reads the body of a batch and checks that its events lead from its first hash to its last. Any bytes give a
 * run or a known error; nothing is thrown, and memory is bounded by MAX_BATCH_EVENTS.
 */
export function decodeBatch(body: Uint8Array, sha256: Sha256): Result<VerifiedRun, BatchError> {
  if (body.length > MAX_BATCH_BODY_BYTES) return err({ kind: 'TOO_LARGE' });
  const reader = new ByteReader(body);
  const stationId = reader.varint();
  const incarnation = readId(reader);
  const firstSeq = reader.varint(Number.MAX_SAFE_INTEGER - MAX_BATCH_EVENTS);
  const count = reader.varint(MAX_BATCH_EVENTS);
  const previousHash = reader.bytes(HASH_BYTES).slice();
  const headHash = reader.bytes(HASH_BYTES).slice();
  if (reader.fault !== null) return err({ kind: reader.fault });
  if (firstSeq < 1 || count < 1) return err({ kind: 'MALFORMED' });
  const events = readEvents(reader, firstSeq, count);
  if (!events.ok) return events;
  const left = reader.end();
  if (left !== null) return err({ kind: left });
  const fromStart = firstSeq > 1 || sameBytes(previousHash, genesisHash(sha256, stationId, incarnation));
  const { texts, hashes, head } = follow(sha256, previousHash, events.value);
  if (!fromStart || !sameBytes(head, headHash)) return err({ kind: 'BROKEN_CHAIN' });
  return ok({
    stationId,
    incarnation,
    firstSeq,
    previousHash,
    events: events.value,
    headHash,
    texts,
    hashes,
  });
}
