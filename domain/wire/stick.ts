/** The heads of stick files: who wrote one, for whom, and in answer to what (WIRE.md, Stick). */
import { err, ok, type Result } from '../result.ts';
import { readId, writeId } from './batch.ts';
import { ByteReader, ByteWriter, type WireFault } from './bytes.ts';
import { MAX_SHORT_TEXT_BYTES } from './limits.ts';
import { PUBLIC_KEY_BYTES } from './messages.ts';

/** Stands for an epoch that is not known: the county has never answered this journal. */
export const NO_EPOCH = '0000000000000000';

/** A station's head, signed by it. Its nonce is the stick's own; the answer repeats it. */
export interface StickOut {
  /** X25519, made for this one file: with the county's box key it gives the key of the chunks. */
  readonly fileKey: Uint8Array;
  /** The county's box key, to which the file is encrypted: another county can say that it is not the one. */
  readonly boxKey: Uint8Array;
  /** X25519: what the county answers is encrypted to it. */
  readonly replyKey: Uint8Array;
  /** The county's epoch as the station knows it, or NO_EPOCH. */
  readonly epoch: string;
  /** When it was written by the station's clock, ms since 1970 UTC: bundles of one stick are taken in this order. */
  readonly writtenMs: number;
}

/** The county's head, signed by it. */
export interface StickBack {
  /** The station it is for. */
  readonly stationId: number;
  readonly fileKey: Uint8Array;
  /** The station's reply key, to which the file is encrypted. */
  readonly replyKey: Uint8Array;
  /** The epoch of the bundle that is answered: what is older than the station's own knowledge shows by it. */
  readonly askedEpoch: string;
  /** The county's clock, ms. */
  readonly madeMs: number;
}

interface Fault {
  readonly kind: WireFault;
}

function decoded<T>(body: Uint8Array, read: (reader: ByteReader) => T): Result<T, Fault> {
  const reader = new ByteReader(body);
  const value = read(reader);
  const fault = reader.end();
  return fault === null ? ok(value) : err({ kind: fault });
}

export function encodeStickOut(head: StickOut): Uint8Array {
  const out = new ByteWriter();
  out.bytes(head.fileKey);
  out.bytes(head.boxKey);
  out.bytes(head.replyKey);
  writeId(out, head.epoch);
  out.signed(head.writtenMs);
  return out.finish();
}
export function decodeStickOut(body: Uint8Array): Result<StickOut, Fault> {
  return decoded(body, (reader) => ({
    fileKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    boxKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    replyKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    epoch: readId(reader),
    writtenMs: reader.signed(),
  }));
}

export function encodeStickBack(head: StickBack): Uint8Array {
  const out = new ByteWriter();
  out.varint(head.stationId);
  out.bytes(head.fileKey);
  out.bytes(head.replyKey);
  writeId(out, head.askedEpoch);
  out.signed(head.madeMs);
  return out.finish();
}
export function decodeStickBack(body: Uint8Array): Result<StickBack, Fault> {
  return decoded(body, (reader) => ({
    stationId: reader.varint(),
    fileKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    replyKey: reader.bytes(PUBLIC_KEY_BYTES).slice(),
    askedEpoch: readId(reader),
    madeMs: reader.signed(),
  }));
}

/** The county's signed word on the batches of one incarnation that it did not take from a stick as facts. */
export interface StickWord {
  readonly incarnation: string;
  /** As by line. */
  readonly kind: string;
  /** Of UNKNOWN_EVENT: how many events of the first such batch can be read; else 0. */
  readonly readable: number;
}
export function encodeStickWord(word: StickWord): Uint8Array {
  const out = new ByteWriter();
  writeId(out, word.incarnation);
  out.text(word.kind);
  out.varint(word.readable);
  return out.finish();
}
export function decodeStickWord(body: Uint8Array): Result<StickWord, Fault> {
  return decoded(body, (reader) => ({
    incarnation: readId(reader),
    kind: reader.text(MAX_SHORT_TEXT_BYTES),
    readable: reader.varint(),
  }));
}

/** Where files stand on a stick. */
export const STICK_FOLDER = 'village-station';
export const TO_COUNTY = 'to-county';
export const FROM_COUNTY = 'from-county';
export const STICK_SUFFIX = '.vsb';

/** A village's name as every file system takes it. */
function fileText(name: string): string {
  const kept = Array.from(name).filter((character) => character >= ' ' && !'\\/:*?"<>|.'.includes(character));
  return kept.slice(0, 20).join('').trim();
}

function stem(villageName: string, stationId: number): string {
  const name = fileText(villageName);
  return `${name === '' ? '' : `${name}-`}${String(stationId).padStart(5, '0')}`;
}

/** The name of a bundle, readable to a person: village, station, start of the incarnation, first and last event. */
export function bundleName(
  villageName: string,
  stationId: number,
  run: { readonly incarnation: string; readonly firstSeq: number; readonly lastSeq: number },
): string {
  const { incarnation, firstSeq, lastSeq } = run;
  return `${stem(villageName, stationId)}-${incarnation.slice(0, 8)}-${firstSeq}-${lastSeq}${STICK_SUFFIX}`;
}

/** The name of an answer: one for each station, so that a newer one takes the place of an older. */
export function answerName(villageName: string, stationId: number): string {
  return `${stem(villageName, stationId)}${STICK_SUFFIX}`;
}

/** An enrolment for the county, and what it answers to that. */
export const ENROL_SUFFIX = '.vse';
export const ENROLLED_SUFFIX = '.vsa';

/** The name of a pairing's file: one for each station, so that a newer one takes the place of an older. */
export function pairingName(stationId: number, suffix: typeof ENROL_SUFFIX | typeof ENROLLED_SUFFIX): string {
  return `pairing-${String(stationId).padStart(5, '0')}${suffix}`;
}

/** What a bundle's name says, or null if it is no such name. */
export function readBundleName(
  name: string,
): { readonly stationId: number; readonly incarnation8: string; readonly lastSeq: number } | null {
  const found = /(?:^|-)(\d{5,15})-([0-9a-f]{8})-\d{1,15}-(\d{1,15})\.vsb$/.exec(name);
  if (found === null) return null;
  const [, station = '', incarnation8 = '', last = ''] = found;
  return { stationId: Number(station), incarnation8, lastSeq: Number(last) };
}
