/** Bodies of the short messages between a station and the county (WIRE.md, Messages). */
import { err, ok, type Result } from '../result.ts';
import { HASH_BYTES, readId, writeId } from './batch.ts';
import { ByteReader, ByteWriter, type WireFault } from './bytes.ts';
import { SIGNATURE_BYTES } from './envelope.ts';
import { MAX_INCARNATIONS, MAX_REVOKED_PER_ANSWER, MAX_SHORT_TEXT_BYTES } from './limits.ts';
import { PROOF_BYTES } from './pairing.ts';
import { WIRE, WIRE_WITH_REVOCATIONS, type WireRange } from './version.ts';

export const PUBLIC_KEY_BYTES = 32;
export const TICKET_BYTES = 16;

/** A station asks what the county holds of it, and says how it is. */
export interface Ask {
  /** What is asked about: the running incarnation, or an earlier one whose tail is to be sent. */
  readonly incarnation: string;
  /** The incarnation that the station records in. Where the two are one, it is at work from now on. */
  readonly running: string;
  /** Events in the journal of this incarnation. */
  readonly recorded: number;
  /** Version of the reference data in force at the station; 0 for none. */
  readonly referenceVersion: number;
  /** The station's wall clock, ms since 1970 UTC; the county shows how far it is off. */
  readonly wallMs: number;
  readonly appVersion: string;
  /** Versions of the wire that the station reads and writes. */
  readonly wire: WireRange;
  /** Of the list of revoked cards as far as the station has it; 0 for none. Version 1 does not tell. */
  readonly revocationNumber: number;
}

/** What is new on the county's list of revoked cards. Nothing ever leaves that list. */
export interface RevocationNews {
  /** Whoever has the list up to this number has it up to `number` with these. */
  readonly since: number;
  /** Of the list with these cards; 0: nothing is said of the list. */
  readonly number: number;
  /** How many more cards are on it than one answer holds: ask again. */
  readonly left: number;
  /** At most MAX_REVOKED_PER_ANSWER. */
  readonly cardNumbers: readonly number[];
}
/** Answers to batches, and those of version 1, say nothing of the list. */
export const NO_REVOCATION_NEWS: RevocationNews = { since: 0, number: 0, left: 0, cardNumbers: [] };

/** The county's word on what it holds durably; the answer to an ask and to a batch. */
export interface Acknowledgement {
  readonly stationId: number;
  readonly epoch: string;
  readonly incarnation: string;
  readonly durableSeq: number;
  /** Hash after `durableSeq`; the genesis hash for 0. */
  readonly headHash: Uint8Array;
  /** Version of the reference data that the county has for this station; 0 for none. */
  readonly referenceVersion: number;
  /** The county's wall clock, ms. */
  readonly countyMs: number;
  /** Lets the station ask for reference data within the next minutes; only fresh asks get it. */
  readonly ticket: Uint8Array;
  /** Another incarnation of this station than this one is at work: a restored database, or a copy. */
  readonly superseded: boolean;
  /** How many events the county holds of the station's other incarnations, together. */
  readonly others: number;
  /** Versions of the wire that the county reads and writes. */
  readonly wire: WireRange;
  readonly revocations: RevocationNews;
}

/** How far a station holds one of its incarnations. */
export interface Held {
  readonly incarnation: string;
  readonly seq: number;
}

/** A station asks back what the county holds of its incarnations and it does not. */
export interface ReturnAsk {
  readonly ticket: Uint8Array;
  /** The incarnation that it records in, of which nothing is wanted. */
  readonly running: string;
  /** Of the others: how far each goes at the station. At most MAX_INCARNATIONS. */
  readonly held: readonly Held[];
}

export interface ReferenceAsk {
  readonly ticket: Uint8Array;
  /** The version the station has; 0 for none. */
  readonly haveVersion: number;
}

/** A station introduces its public key. Signed with that very key, so that nobody enrols another's. */
export interface Enrol {
  readonly publicKey: Uint8Array;
  /** HMAC by the key of the pairing (pairing.ts, stationProofBytes); null without a code. */
  readonly proof: Uint8Array | null;
  /** X25519: what the county answers by stick is encrypted to it. */
  readonly replyKey: Uint8Array;
  readonly appVersion: string;
}

/** What the county answers to an enrolment; the station pins all of it. */
export interface CountySays {
  readonly stationId: number;
  readonly publicKey: Uint8Array;
  /** X25519: whatever only the county may read is encrypted to it. */
  readonly boxKey: Uint8Array;
  readonly epoch: string;
  /** When the county took the station's key in, ms since 1970 UTC. */
  readonly enrolledMs: number;
  /** The county's signature over `certificateBytes` (pairing.ts). */
  readonly certificate: Uint8Array;
  /** SHA-256 of the key of the county's TLS certificate or of its CA (SPKI); null where it serves without TLS. */
  readonly tlsPin: Uint8Array | null;
}
export interface Enrolled extends CountySays {
  /** HMAC by the key of the pairing over all before it (pairing.ts, countyProofBytes); null without a code. */
  readonly proof: Uint8Array | null;
}

export interface MessageError {
  readonly kind: WireFault;
}

function decode<T>(body: Uint8Array, read: (reader: ByteReader) => T): Result<T, MessageError> {
  const reader = new ByteReader(body);
  const value = read(reader);
  const fault = reader.end();
  return fault === null ? ok(value) : err({ kind: fault });
}

function writeRange(out: ByteWriter, { oldest, newest }: WireRange): void {
  out.byte(oldest);
  out.byte(newest);
}
function readRange(reader: ByteReader): WireRange {
  const oldest = reader.byte();
  const newest = reader.byte();
  if (oldest < 1 || newest < oldest) reader.fail('MALFORMED');
  return { oldest, newest };
}

function writeNews(out: ByteWriter, { since, number, left, cardNumbers }: RevocationNews): void {
  if (cardNumbers.length > MAX_REVOKED_PER_ANSWER) throw new RangeError('number of revoked cards');
  out.varint(since);
  out.varint(number);
  out.varint(left);
  out.varint(cardNumbers.length);
  for (const cardNumber of cardNumbers) out.varint(cardNumber);
}
function readNews(reader: ByteReader): RevocationNews {
  return {
    since: reader.varint(),
    number: reader.varint(),
    left: reader.varint(),
    cardNumbers: Array.from({ length: reader.varint(MAX_REVOKED_PER_ANSWER) }, () => reader.varint()),
  };
}

/** The body of an ask in a version of the wire. */
export function encodeAsk(ask: Ask, version: number = WIRE.newest): Uint8Array {
  const out = new ByteWriter();
  writeId(out, ask.incarnation);
  writeId(out, ask.running);
  out.varint(ask.recorded);
  out.varint(ask.referenceVersion);
  out.signed(ask.wallMs);
  out.text(ask.appVersion);
  writeRange(out, ask.wire);
  if (version >= WIRE_WITH_REVOCATIONS) out.varint(ask.revocationNumber);
  return out.finish();
}
/** Reads the body of an ask that was written in a version of the wire. */
export function decodeAsk(body: Uint8Array, version: number = WIRE.newest): Result<Ask, MessageError> {
  return decode(body, (reader) => ({
    incarnation: readId(reader),
    running: readId(reader),
    recorded: reader.varint(),
    referenceVersion: reader.varint(),
    wallMs: reader.signed(),
    appVersion: reader.text(MAX_SHORT_TEXT_BYTES),
    wire: readRange(reader),
    revocationNumber: version >= WIRE_WITH_REVOCATIONS ? reader.varint() : 0,
  }));
}

/** The body of an acknowledgement in a version of the wire. */
export function encodeAcknowledgement(ack: Acknowledgement, version: number = WIRE.newest): Uint8Array {
  const out = new ByteWriter();
  out.varint(ack.stationId);
  writeId(out, ack.epoch);
  writeId(out, ack.incarnation);
  out.varint(ack.durableSeq);
  out.bytes(ack.headHash);
  out.varint(ack.referenceVersion);
  out.signed(ack.countyMs);
  out.bytes(ack.ticket);
  out.byte(ack.superseded ? 1 : 0);
  out.varint(ack.others);
  writeRange(out, ack.wire);
  if (version >= WIRE_WITH_REVOCATIONS) writeNews(out, ack.revocations);
  return out.finish();
}
/** Reads the body of an acknowledgement that was written in a version of the wire. */
export function decodeAcknowledgement(
  body: Uint8Array,
  version: number = WIRE.newest,
): Result<Acknowledgement, MessageError> {
  return decode(body, (reader) => ({
    stationId: reader.varint(),
    epoch: readId(reader),
    incarnation: readId(reader),
    durableSeq: reader.varint(),
    headHash: reader.bytes(HASH_BYTES).slice(),
    referenceVersion: reader.varint(),
    countyMs: reader.signed(),
    ticket: reader.bytes(TICKET_BYTES).slice(),
    superseded: reader.varint(1) === 1,
    others: reader.varint(),
    wire: readRange(reader),
    revocations: version >= WIRE_WITH_REVOCATIONS ? readNews(reader) : NO_REVOCATION_NEWS,
  }));
}

export function encodeReturnAsk(ask: ReturnAsk): Uint8Array {
  if (ask.held.length > MAX_INCARNATIONS) throw new RangeError('number of incarnations');
  const out = new ByteWriter();
  out.bytes(ask.ticket);
  writeId(out, ask.running);
  out.varint(ask.held.length);
  for (const { incarnation, seq } of ask.held) {
    writeId(out, incarnation);
    out.varint(seq);
  }
  return out.finish();
}
export function decodeReturnAsk(body: Uint8Array): Result<ReturnAsk, MessageError> {
  return decode(body, (reader) => ({
    ticket: reader.bytes(TICKET_BYTES).slice(),
    running: readId(reader),
    held: Array.from({ length: reader.varint(MAX_INCARNATIONS) }, () => ({
      incarnation: readId(reader),
      seq: reader.varint(),
    })),
  }));
}

export function encodeReferenceAsk(ask: ReferenceAsk): Uint8Array {
  const out = new ByteWriter();
  out.bytes(ask.ticket);
  out.varint(ask.haveVersion);
  return out.finish();
}
export function decodeReferenceAsk(body: Uint8Array): Result<ReferenceAsk, MessageError> {
  return decode(body, (reader) => ({
    ticket: reader.bytes(TICKET_BYTES).slice(),
    haveVersion: reader.varint(),
  }));
}

/** 32 bytes that may be absent travel as zeros: no key and no proof is all zeros. */
function writeOptional(out: ByteWriter, bytes: Uint8Array | null): void {
  out.bytes(bytes ?? new Uint8Array(PROOF_BYTES));
}
function readOptional(reader: ByteReader): Uint8Array | null {
  const bytes = reader.bytes(PROOF_BYTES).slice();
  return bytes.some((byte) => byte !== 0) ? bytes : null;
}

export function encodeEnrol(enrol: Enrol): Uint8Array {
  const out = new ByteWriter();
  out.bytes(enrol.publicKey);
  writeOptional(out, enrol.proof);
  out.bytes(enrol.replyKey);
  out.text(enrol.appVersion);
  return out.finish();
}
export function decodeEnrol(body: Uint8Array): Result<Enrol, MessageError> {
  return decode(body, (reader) => ({
    publicKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    proof: readOptional(reader),
    replyKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    appVersion: reader.text(MAX_SHORT_TEXT_BYTES),
  }));
}

/** The body of an answer up to its proof: what the proof is made over. */
export function encodeCountySays(says: CountySays): Uint8Array {
  const out = new ByteWriter();
  out.varint(says.stationId);
  out.bytes(says.publicKey);
  out.bytes(says.boxKey);
  writeId(out, says.epoch);
  out.signed(says.enrolledMs);
  out.bytes(says.certificate);
  writeOptional(out, says.tlsPin);
  return out.finish();
}
export function encodeEnrolled(says: CountySays, proof: Uint8Array | null): Uint8Array {
  const out = new ByteWriter();
  out.bytes(encodeCountySays(says));
  writeOptional(out, proof);
  return out.finish();
}
export function decodeEnrolled(body: Uint8Array): Result<Enrolled, MessageError> {
  return decode(body, (reader) => ({
    stationId: reader.varint(),
    publicKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    boxKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    epoch: readId(reader),
    enrolledMs: reader.signed(),
    certificate: reader.bytes(SIGNATURE_BYTES).slice(),
    tlsPin: readOptional(reader),
    proof: readOptional(reader),
  }));
}
