/**
 * A machine is brought in by stick: its enrolment goes as a file, and the county's word comes back as one, with the
 * reference data, encrypted to the machine (WIRE.md, Pairing by stick).
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import { openMessage, readEnvelope } from '../../../domain/wire/envelope.ts';
import {
  MAX_ANSWER_BYTES,
  MAX_REFERENCE_ENVELOPE_BYTES,
  MAX_STICK_FILE_BYTES,
} from '../../../domain/wire/limits.ts';
import type { Enrolled } from '../../../domain/wire/messages.ts';
import {
  decodeStickBack,
  ENROL_SUFFIX,
  ENROLLED_SUFFIX,
  pairingName,
  type StickBack,
} from '../../../domain/wire/stick.ts';
import { readStickHead, StickReader } from '../../../domain/wire/stickFile.ts';
import { decodeStickRefusal } from '../../../domain/wire/stickRefusal.ts';
import type { AnswerProblem, PairingRefusal } from '../../contract/pairingViews.ts';
import type { StickProblem } from '../../contract/stickViews.ts';
import { only } from '../sync/answers.ts';
import { unseal } from '../sync/codecs.ts';
import { readSnapshot } from '../sync/desk.ts';
import { readEnrolled, type EnrolRequest } from '../sync/enrol.ts';
import type { KeyFolder } from '../sync/keyFolder.ts';
import { chunkCipher, deriveKey, replyKeyOf } from './cipher.ts';
import { isCouriersFolder, writeSmallFile } from './files.ts';
import { codeOf, fromCounty, toCounty } from './tools.ts';

/** A courier serves many villages with one stick. */
const MAX_FILES = 2000;

/** What the county's word brought; all of it is proved. */
export interface Brought {
  readonly enrolled: Enrolled;
  /** The sealed message with the reference data; null if the county has none for this station yet. */
  readonly reference: Uint8Array | null;
}
export type PairingAnswer =
  | { readonly kind: 'NONE' }
  | ({ readonly kind: 'BROUGHT' } & Brought)
  | { readonly kind: 'REFUSED'; readonly why: PairingRefusal }
  | { readonly kind: 'LEFT_ALONE'; readonly why: AnswerProblem };

interface Left {
  readonly kind: AnswerProblem;
}

const REFUSALS: Readonly<Partial<Record<string, PairingRefusal>>> = {
  CODE_REFUSED: 'CODE_REFUSED',
  CODE_USED: 'CODE_USED',
  CODE_EXPIRED: 'CODE_EXPIRED',
  TOO_MANY_CODES: 'TOO_MANY_CODES',
  UNKNOWN_STATION: 'UNKNOWN_STATION',
  REVOKED: 'REVOKED',
  OLDER_VERSION: 'STATION_IS_OLDER',
  NEWER_VERSION: 'COUNTY_IS_OLDER',
};
/** What the county refused, if a file says so and means this very request. */
function refusalOf(file: Uint8Array, request: EnrolRequest): PairingRefusal | null {
  const refusal = decodeStickRefusal(file);
  const isOurs = refusal?.stationId === request.stationId && sameBytes(refusal.nonce, request.asked.nonce);
  return isOurs ? (REFUSALS[refusal.kind] ?? 'OTHER') : null;
}
const left = (kind: AnswerProblem) => err({ kind } as const);

/** Writes the enrolment onto a stick; the same again changes nothing. */
export function writeEnrolment(
  root: string,
  { stationId, bytes }: EnrolRequest,
  randomBytes: (length: number) => Uint8Array,
): Promise<Result<null, { readonly kind: StickProblem }>> {
  return writeSmallFile(root, join(toCounty(root), pairingName(stationId, ENROL_SUFFIX)), bytes, randomBytes);
}

interface Found {
  readonly head: Uint8Array;
  /** The head's signed envelope: whose signature it bears is known only when the county has proved itself. */
  readonly envelope: Uint8Array;
  readonly back: StickBack;
  readonly nonce: Uint8Array;
}

function headOf(file: Uint8Array, version: number): Result<Found, Left> {
  const start = readStickHead(file);
  if (!start.ok) return left(start.error.kind === 'NEWER_VERSION' ? 'NEWER_PROGRAM' : 'DAMAGED');
  const { head, envelope } = start.value;
  const sealed = readEnvelope(envelope, MAX_ANSWER_BYTES, only(version));
  if (!sealed.ok) return left(sealed.error.kind === 'NEWER_VERSION' ? 'NEWER_PROGRAM' : 'DAMAGED');
  const { kind, packed, stored, nonce } = sealed.value;
  const back = kind === 'STICK_BACK' && !packed ? decodeStickBack(stored) : null;
  return back?.ok === true ? ok({ head, envelope, back: back.value, nonce }) : left('DAMAGED');
}

/** Decrypts the messages of a file; every chunk of it must be there. */
function messagesOf(file: Uint8Array, { head, back }: Found, keys: KeyFolder): readonly Uint8Array[] | null {
  const own = replyKeyOf(keys.privateKeyPem);
  const shared = own.agree(back.fileKey);
  if (shared === null) return null;
  const key = deriveKey(shared, head, own.publicKey);
  const reader = new StickReader(chunkCipher, key, MAX_REFERENCE_ENVELOPE_BYTES);
  const first = reader.push(file.subarray(head.length));
  const last = reader.end();
  return first.ok && last.ok ? [...first.value, ...last.value] : null;
}

/** Checks the county's word by the code, and by the key in it everything else. */
function openAnswer(file: Uint8Array, request: EnrolRequest, keys: KeyFolder): Result<Brought, Left> {
  const { nonce, version } = request.asked;
  const found = headOf(file, version);
  if (!found.ok) return found;
  const { back, envelope } = found.value;
  if (back.stationId !== request.stationId) return left('OTHER_STATION');
  const isOurs =
    sameBytes(found.value.nonce, nonce) && sameBytes(back.replyKey, replyKeyOf(keys.privateKeyPem).publicKey);
  if (!isOurs) return left('OTHER_REQUEST');
  const [word, reference = null] = messagesOf(file, found.value, keys) ?? [];
  if (word === undefined) return left('DAMAGED');
  const enrolled = readEnrolled(word, request, keys, false);
  if (!enrolled.ok) {
    const notOurs = enrolled.error.kind === 'REFUSED' && enrolled.error.reason === 'NOT_FROM_OUR_COUNTY';
    return left(notOurs ? 'NOT_OUR_COUNTY' : 'DAMAGED');
  }
  const countyKey = enrolled.value.publicKey;
  const sealed = readEnvelope(envelope, MAX_ANSWER_BYTES, only(version));
  // The signature of the head stands for the whole file.
  if (!sealed.ok || !openMessage(sealed.value, countyKey, MAX_ANSWER_BYTES, unseal).ok)
    return left('DAMAGED');
  if (reference !== null) {
    const snapshot = readSnapshot({ bytes: reference, nonce, version, countyKey });
    if (!snapshot.ok || snapshot.value.station.id !== request.stationId) return left('DAMAGED');
  }
  return ok({ enrolled: enrolled.value, reference });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    if (!(await isCouriersFolder(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ENROLLED_SUFFIX));
    return files.map(({ name }) => name).slice(0, MAX_FILES);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

/** What says most about an answer that was hoped for: one that is ours and spoilt before one for somebody else. */
const TELLING: readonly AnswerProblem[] = [
  'NOT_OUR_COUNTY',
  'DAMAGED',
  'NEWER_PROGRAM',
  'OTHER_REQUEST',
  'OTHER_STATION',
];

/** Looks for the county's answer to an enrolment on a stick. Throws what the file system throws. */
export async function readPairingAnswer(
  root: string,
  request: EnrolRequest,
  keys: KeyFolder,
): Promise<PairingAnswer> {
  const folder = fromCounty(root);
  const problems = new Set<AnswerProblem>();
  let refusal: PairingRefusal | null = null;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    if ((await stat(path)).size > MAX_STICK_FILE_BYTES) continue;
    const file = await readFile(path);
    refusal ??= refusalOf(file, request);
    const opened = openAnswer(file, request, keys);
    if (opened.ok) return { kind: 'BROUGHT', ...opened.value };
    // A refusal of an earlier try is none any more.
    if (decodeStickRefusal(file) === null) problems.add(opened.error.kind);
  }
  if (refusal !== null) return { kind: 'REFUSED', why: refusal };
  const why = TELLING.find((problem) => problems.has(problem));
  return why === undefined ? { kind: 'NONE' } : { kind: 'LEFT_ALONE', why };
}

/** Takes both files of a pairing that is done off the stick, so that the courier does not carry them once more. */
export async function clearPairing(root: string, stationId: number): Promise<void> {
  const files = [
    [toCounty(root), ENROL_SUFFIX],
    [fromCounty(root), ENROLLED_SUFFIX],
  ] as const;
  for (const [folder, suffix] of files)
    if (await isCouriersFolder(folder))
      await rm(join(folder, pairingName(stationId, suffix)), { force: true });
}
