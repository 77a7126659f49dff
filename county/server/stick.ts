/**
 * The county's side of a stick: a station's bundle is taken in by the very code that takes what comes by line, and
 * what the county has to say to that is written for the way back.
 */
import { sql } from 'kysely';
import { err, ok, type Result } from '../../domain/result.ts';
import { sameBytes } from '../../domain/wire/bytes.ts';
import { readEnvelope } from '../../domain/wire/envelope.ts';
import {
  MAX_BATCH_ENVELOPE_BYTES,
  MAX_REFERENCE_ENVELOPE_BYTES,
  MAX_REQUEST_BYTES,
  MAX_STICK_FILE_BYTES,
} from '../../domain/wire/limits.ts';
import { decodeAsk, type Ask, type ReturnAsk } from '../../domain/wire/messages.ts';
import {
  answerName,
  decodeStickOut,
  encodeStickBack,
  encodeStickWord,
  type StickOut,
  type StickWord,
} from '../../domain/wire/stick.ts';
import { readStickHead, stickHead, StickReader, StickWriter } from '../../domain/wire/stickFile.ts';
import type { WireRange } from '../../domain/wire/version.ts';
import type { CountyContext } from './context.ts';
import { openSigned, seal, type Asked } from './door.ts';
import type { CountyError, CountyErrorKind } from './errors.ts';
import { takeCarriedBatch } from './ingest.ts';
import { freshBox } from './keys.ts';
import { referenceOf, referenceVersionOf } from './reference.ts';
import { openReturnAsk, returnedParts } from './returns.ts';
import { acknowledgeAsk, hearAsk } from './stations.ts';
import { chunkCipher, deriveKey } from './stickCipher.ts';

/** Why nothing of a file was taken. */
export type BundleErrorKind =
  | CountyErrorKind
  /** Encrypted to another county, or to a key that this one no longer has. */
  | 'OTHER_COUNTY'
  /** Cut short or changed on the way. */
  | 'DAMAGED';

export interface ImportReport {
  /** A machine was brought in by this file; else it was a bundle. */
  readonly pairing: boolean;
  readonly stationId: number;
  readonly stationName: string;
  /** Events that the county has now and had not before. */
  readonly fresh: number;
  /** Events of this file that wait for those before them. */
  readonly held: number;
  /** What was wrong with the first message that could not be taken; null if there was none. */
  readonly refused: BundleErrorKind | null;
  /** The file for the way back; null if the station asked nothing that could be answered. */
  readonly answer: { readonly name: string; readonly bytes: Uint8Array } | null;
}

const HEAD = { kind: 'STICK_OUT', maxBytes: MAX_REQUEST_BYTES, maxBodyBytes: MAX_REQUEST_BYTES } as const;

interface Bundle {
  readonly stationId: number;
  readonly asked: Asked;
  readonly out: StickOut;
  /** When the station wrote it, as far as that can be, ms. */
  readonly heardMs: number;
  readonly reader: StickReader;
  readonly chunks: Uint8Array;
}

/**
 * When a bundle was written: never later than now, and never before the county took the machine's key in. A machine
 * whose clock is dead would else seem to speak before the one whose place it took.
 */
async function heardAt({ db, nowMs }: CountyContext, stationId: number, writtenMs: number): Promise<number> {
  const { enrolled } = await db
    .selectFrom('station_key')
    .select((eb) => eb.fn.max('enrolled_ms').as('enrolled'))
    .where('station_id', '=', stationId)
    .where('revoked_ms', 'is', null)
    .executeTakeFirstOrThrow();
  return Math.min(Math.max(writtenMs, enrolled), nowMs());
}

/** Checks size and signature of a bundle; nothing of it is decrypted before. */
async function openBundle(
  context: CountyContext,
  file: Uint8Array,
): Promise<Result<Bundle, { readonly kind: BundleErrorKind }>> {
  if (file.length > MAX_STICK_FILE_BYTES) return err({ kind: 'TOO_LARGE' });
  const start = readStickHead(file);
  if (!start.ok) return start;
  const { head, envelope } = start.value;
  // What a revoked key signed is let in as far as by line: its batches are kept for review.
  const opened = await openSigned(context, envelope, HEAD);
  if (!opened.ok) return err({ kind: opened.error.kind });
  const asked = opened.value.message;
  const { signer, body } = asked;
  const out = decodeStickOut(body);
  if (!out.ok) return out;
  const { box } = context.keys;
  if (!sameBytes(out.value.boxKey, box.publicKey)) return err({ kind: 'OTHER_COUNTY' });
  const shared = box.agree(out.value.fileKey);
  if (shared === null) return err({ kind: 'MALFORMED' });
  return ok({
    stationId: signer,
    asked,
    out: out.value,
    heardMs: await heardAt(context, signer, out.value.writtenMs),
    reader: new StickReader(chunkCipher, deriveKey(shared, head, box.publicKey), MAX_BATCH_ENVELOPE_BYTES),
    chunks: file.subarray(head.length),
  });
}

interface Taken {
  held: number;
  refused: BundleErrorKind | null;
  /** Acknowledgements in the order of the asks. */
  readonly acks: Uint8Array[];
  /** How far the station has the list of revoked cards with these. */
  listedTo: number;
  /** The newest reference data that the station says it has. */
  referenceVersion: number;
  /** A restored station wants back what it lacks. */
  returnAsk: ReturnAsk | null;
  /** The first error of a batch since the last ask: the asks follow the batches of their incarnations. */
  pending: CountyError | null;
  /** What the station is told of batches that were not taken. */
  readonly words: StickWord[];
}

/** What an ask says; the head's key has sealed it. Null if it is none. */
function askIn(envelope: Uint8Array, readable: WireRange): Ask | null {
  const sealed = readEnvelope(envelope, MAX_REQUEST_BYTES, readable);
  const ask = sealed.ok && !sealed.value.packed ? decodeAsk(sealed.value.stored, sealed.value.version) : null;
  return ask?.ok === true ? ask.value : null;
}

/** What a station without a line must be told, since no acknowledgement says it. */
const TOLD: readonly string[] = ['REVOKED', 'UNKNOWN_EVENT', 'SET_ASIDE'];

/** Answers an ask; what went wrong with the batches before it is told with it. */
async function takeCarriedAsk(
  context: CountyContext,
  message: Uint8Array,
  heardMs: number,
  taken: Taken,
): Promise<BundleErrorKind | null> {
  const heard = await hearAsk(context, message, heardMs);
  const said = askIn(message, context.wire);
  const error = taken.pending ?? (heard.ok ? null : heard.error);
  taken.pending = null;
  if (said !== null && error !== null && TOLD.includes(error.kind)) {
    const { incarnation } = said;
    taken.words.push({ incarnation, kind: error.kind, readable: error.readable ?? 0 });
  }
  if (!heard.ok) return heard.error.kind;
  // One answer holds so many revoked cards only: the same ask is answered until all are told.
  let listedTo = Math.max(taken.listedTo, heard.value.ask.revocationNumber);
  for (let left = 1; left > 0;) {
    const { bytes, news } = await acknowledgeAsk(context, heard.value, listedTo);
    taken.acks.push(bytes);
    ({ left } = news);
    listedTo = Math.max(listedTo, news.number);
  }
  taken.listedTo = listedTo;
  taken.referenceVersion = Math.max(taken.referenceVersion, said?.referenceVersion ?? 0);
  return null;
}

/** Takes one message of a bundle; answers why not, or null. */
async function takeMessage(
  context: CountyContext,
  { stationId, heardMs }: Bundle,
  message: Uint8Array,
  taken: Taken,
): Promise<BundleErrorKind | null> {
  const sealed = readEnvelope(message, MAX_BATCH_ENVELOPE_BYTES, context.wire);
  if (!sealed.ok) return sealed.error.kind;
  // Whoever carries a stick cannot put another station's messages among these: the head's key seals them.
  if (sealed.value.signer !== stationId) return 'MALFORMED';
  switch (sealed.value.kind) {
    case 'BATCH': {
      const batch = await takeCarriedBatch(context, message, heardMs);
      if (!batch.ok) {
        taken.pending ??= batch.error;
        return batch.error.kind;
      }
      taken.held += batch.value;
      return null;
    }
    case 'ASK':
      return takeCarriedAsk(context, message, heardMs, taken);
    case 'RETURN_ASK': {
      // The head's key sealed this file, and its answer is for the reply key: the ticket is for asks by line.
      const opened = await openReturnAsk(context, message);
      if (!opened.ok) return opened.error.kind;
      taken.returnAsk = opened.value.ask;
      return null;
    }
    default:
      return 'WRONG_KIND';
  }
}

const READ_BYTES = 1 << 20;

/** Takes message after message until the end or the first damage; what came before that stays. */
async function takeMessages(context: CountyContext, bundle: Bundle): Promise<Taken> {
  const { reader, chunks } = bundle;
  const taken: Taken = {
    held: 0,
    refused: null,
    acks: [],
    listedTo: 0,
    referenceVersion: 0,
    returnAsk: null,
    pending: null,
    words: [],
  };
  for (let at = 0; at <= chunks.length; at += READ_BYTES) {
    const pushed = reader.push(chunks.subarray(at, at + READ_BYTES));
    const last = pushed.ok && at + READ_BYTES > chunks.length ? reader.end() : null;
    const messages = [...(pushed.ok ? pushed.value : []), ...(last?.ok === true ? last.value : [])];
    for (const message of messages) {
      // One that cannot be taken does not keep the others out.
      const refused = await takeMessage(context, bundle, message, taken);
      taken.refused ??= refused;
    }
    if (!pushed.ok || last?.ok === false) {
      taken.refused ??= 'DAMAGED';
      break;
    }
  }
  return taken;
}

export interface Answered {
  readonly stationId: number;
  readonly asked: Asked;
  /** The station's X25519 key, to which the file is encrypted. */
  readonly replyKey: Uint8Array;
  readonly askedEpoch: string;
}

/** Makes a file for the way back, encrypted to the station that asked; null if its reply key is no key. */
export function sealForStation(
  context: CountyContext,
  { stationId, asked, replyKey, askedEpoch }: Answered,
  messages: readonly Uint8Array[],
): Uint8Array | null {
  const box = freshBox();
  const shared = box.agree(replyKey);
  if (shared === null) return null;
  const back = { stationId, fileKey: box.publicKey, replyKey, askedEpoch, madeMs: context.nowMs() };
  const head = stickHead(seal(context, 'STICK_BACK', asked, encodeStickBack(back)));
  const writer = new StickWriter(chunkCipher, deriveKey(shared, head, replyKey));
  const chunks = messages.flatMap((message) => writer.add(message));
  return Buffer.concat([head, ...chunks, writer.finish()]);
}

/** What comes back may fill a file as far as reference data still goes behind it; the next stick brings the rest. */
const MAX_RETURNED_BYTES = MAX_STICK_FILE_BYTES - 2 * MAX_REFERENCE_ENVELOPE_BYTES;

/** The messages that give a restored station its past back; the one that says that it was all only if all went. */
async function returnedMessages(
  context: CountyContext,
  { stationId, asked }: Bundle,
  ask: ReturnAsk,
): Promise<readonly Uint8Array[]> {
  const messages: Uint8Array[] = [];
  let bytes = 0;
  for await (const { body, prepared } of returnedParts(context, stationId, ask)) {
    const message = seal(context, 'RETURNED', asked, body, prepared);
    bytes += message.length;
    if (bytes > MAX_RETURNED_BYTES) break;
    messages.push(message);
  }
  return messages;
}

/** The file for the way back. */
async function answerTo(
  context: CountyContext,
  bundle: Bundle,
  { acks, referenceVersion, returnAsk, words }: Taken,
): Promise<Uint8Array | null> {
  if (acks.length + words.length === 0) return null;
  const { stationId, asked, out } = bundle;
  const { replyKey, epoch: askedEpoch } = out;
  const to = { stationId, asked, replyKey, askedEpoch };
  const told = words.map((word) => seal(context, 'STICK_WORD', asked, encodeStickWord(word)));
  // A machine that is shut out gets no names.
  if (acks.length === 0) return sealForStation(context, to, told);
  // After the acknowledgements, which name the journal that asks, and before the reference data, which has to wait.
  const returned = returnAsk === null ? [] : await returnedMessages(context, bundle, returnAsk);
  const isNewer = (await referenceVersionOf(context, stationId)) > referenceVersion;
  const reference = isNewer ? await referenceOf(context, stationId) : undefined;
  const news = reference === undefined ? [] : [seal(context, 'REFERENCE', asked, reference.body)];
  return sealForStation(context, to, [...acks, ...returned, ...news, ...told]);
}

/** How many events the county holds of a station, and its name. */
export async function stationNow(
  context: CountyContext,
  stationId: number,
): Promise<{ readonly events: number; readonly name: string }> {
  const { rows } = await sql<{ events: number; name: string }>`
    SELECT s.name, coalesce((SELECT sum(durable_seq) FROM incarnation i WHERE i.station_id = s.station_id), 0)::bigint
      AS events FROM station s WHERE s.station_id = ${stationId}`.execute(context.db);
  return rows[0] ?? { events: 0, name: '' };
}

/**
 * Takes a station's bundle, whole as it was on the stick. What of it can be taken is in the county's database when
 * this answers; the same bundle again changes nothing.
 */
export async function importBundle(
  context: CountyContext,
  file: Uint8Array,
): Promise<Result<ImportReport, { readonly kind: BundleErrorKind }>> {
  const bundle = await openBundle(context, file);
  if (!bundle.ok) return bundle;
  const { stationId } = bundle.value;
  const before = await stationNow(context, stationId);
  const taken = await takeMessages(context, bundle.value);
  const after = await stationNow(context, stationId);
  const answer = await answerTo(context, bundle.value, taken);
  return ok({
    pairing: false,
    stationId,
    stationName: after.name,
    fresh: after.events - before.events,
    held: taken.held,
    refused: taken.refused,
    answer: answer && { name: answerName(after.name, stationId), bytes: answer },
  });
}
