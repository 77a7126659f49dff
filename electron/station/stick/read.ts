/**
 * Reads what a stick brought from the county: acknowledgements, what comes back after a restore, and reference data. Only what the pinned key has
 * signed counts, only for this station, and nothing takes the station back in time.
 */
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import { COUNTY_SIGNER, openMessage, readEnvelope } from '../../../domain/wire/envelope.ts';
import {
  MAX_ANSWER_BYTES,
  MAX_BATCH_BODY_BYTES,
  MAX_BATCH_ENVELOPE_BYTES,
  MAX_REFERENCE_ENVELOPE_BYTES,
  MAX_STICK_FILE_BYTES,
} from '../../../domain/wire/limits.ts';
import { decodeAcknowledgement, type Acknowledgement } from '../../../domain/wire/messages.ts';
import {
  decodeStickBack,
  decodeStickWord,
  NO_EPOCH,
  STICK_SUFFIX,
  type StickBack,
} from '../../../domain/wire/stick.ts';
import { MAX_STICK_HEAD_BYTES, readStickHead, StickReader } from '../../../domain/wire/stickFile.ts';
import { decodeStickRefusal, type StickRefusal } from '../../../domain/wire/stickRefusal.ts';
import { agreeOn, type WireRange } from '../../../domain/wire/version.ts';
import type { StickBrought } from '../../contract/stickViews.ts';
import { unseal } from '../sync/codecs.ts';
import { keepReturned, returnBounds, type ReturnBounds } from '../sync/returns.ts';
import { waitingAt } from '../../../db/attention.ts';
import { chunkCipher, deriveKey, replyKeyOf } from './cipher.ts';
import { isCouriersFolder } from './files.ts';
import { heedWord } from './words.ts';
import { codeOf, fromCounty, wireOf, type StickTools } from './tools.ts';

/** A courier serves many villages with one stick. */
const MAX_FILES = 2000;
const READ_BYTES = 1 << 16;

type LeftAlone = NonNullable<StickBrought['leftAlone']>;
type Left = Result<never, { readonly kind: LeftAlone }>;
const left = (kind: LeftAlone): Left => err({ kind });

interface Head {
  readonly bytes: Uint8Array;
  /** Of the wire. */
  readonly version: number;
  readonly nonce: Uint8Array;
  readonly back: StickBack;
}

/** The head of a file that this county signed; null for anything else. */
function headOf(
  start: Uint8Array,
  countyKey: Uint8Array,
  readable: WireRange,
): Result<Head | null, { readonly kind: LeftAlone }> {
  const found = readStickHead(start);
  if (!found.ok) return found.error.kind === 'NEWER_VERSION' ? left('NEWER_PROGRAM') : ok(null);
  const sealed = readEnvelope(found.value.envelope, MAX_ANSWER_BYTES, readable);
  if (!sealed.ok) return sealed.error.kind === 'NEWER_VERSION' ? left('NEWER_PROGRAM') : ok(null);
  if (sealed.value.kind !== 'STICK_BACK' || sealed.value.signer !== COUNTY_SIGNER) return ok(null);
  const opened = openMessage(sealed.value, countyKey, MAX_ANSWER_BYTES, unseal);
  const back = opened.ok ? decodeStickBack(opened.value.body) : opened;
  if (!opened.ok || !back.ok) return ok(null);
  const { nonce, version } = opened.value;
  return ok({ bytes: found.value.head, version, nonce, back: back.value });
}

interface Reading {
  readonly tools: StickTools;
  readonly countyKey: Uint8Array;
  readonly head: Head;
  /** Records that were waiting until now. */
  confirmed: number;
  /** New reference data came into force. */
  reference: boolean;
  /** Records that came back after a restore, once all are here. */
  returned: number;
  /** The file answers the running journal: what it says of the past is meant for this database. */
  isForRunning: boolean;
  /** Of what comes back: none before the county has said how much there is. */
  bounds: ReturnBounds;
}

/**
 * Keeps an acknowledgement. Within one epoch an old one changes nothing. One of another epoch counts only if it
 * answers a bundle that was written in the epoch that the station still knows: what was answered before a county's
 * restore and comes late would take the station back.
 */
function acknowledge(reading: Reading, message: Uint8Array): Result<null, { kind: LeftAlone }> {
  const { tools, countyKey, head } = reading;
  const { store } = tools;
  const sealed = readEnvelope(message, MAX_ANSWER_BYTES, wireOf(tools));
  if (!sealed.ok) return left('DAMAGED');
  const opened = openMessage(sealed.value, countyKey, MAX_ANSWER_BYTES, unseal);
  if (!opened.ok || !sameBytes(opened.value.nonce, head.nonce)) return left('DAMAGED');
  const ack = decodeAcknowledgement(opened.value.body, head.version);
  if (!ack.ok || ack.value.stationId !== store.stationId) return left('DAMAGED');
  // Nothing leaves that list: an answer that comes late, or of another epoch, still brings cards that are revoked.
  if (store.heedRevocations(ack.value.revocations)) reading.reference = true;
  const known = store.syncState().epoch || NO_EPOCH;
  if (ack.value.epoch !== known && head.back.askedEpoch !== known) return left('STALE');
  const waiting = waitingAt(store);
  // The answer may be old: what it says was so when the county said it, and not when it came.
  const { acknowledgedMs } = store.syncState();
  const kept = store.acknowledge(ack.value, Math.max(acknowledgedMs, ack.value.countyMs));
  const isRunning = ack.value.incarnation === store.incarnation;
  if (!kept.ok && isRunning) {
    // Other facts under the same numbers: what is recorded from now on goes into a new journal.
    if (store.standing() !== 'FORKED') store.beginAnewAtNextStart();
    return left('OTHER_RECORDS');
  }
  // The end of an earlier one went with the bundle, for review; what comes back takes its place.
  if (!kept.ok) store.heedContradiction(ack.value.incarnation, ack.value.epoch);
  reading.confirmed += Math.max(0, waiting - waitingAt(store));
  tools.keys.noteWire(ack.value.wire, ack.value.countyMs);
  if (isRunning) {
    reading.isForRunning = true;
    reading.bounds = returnBounds(tools.roomBytes, ack.value.others);
    hearStanding(store, ack.value, ack.value.countyMs > acknowledgedMs);
  }
  return ok(null);
}

/** What the county says of this machine. That another one is at work, only its newest word takes back. */
function hearStanding(
  store: StickTools['store'],
  { superseded, others }: Acknowledgement,
  isNewest: boolean,
): void {
  // It acknowledges what this machine says, and so takes its word again.
  if (isNewest) store.markRevoked(false);
  const standing = store.standing();
  if (standing === 'FORKED' || standing === 'REVOKED') return;
  store.hearStanding({ superseded: superseded || (standing === 'SUPERSEDED' && !isNewest), others });
}

/**
 * Keeps a part of what comes back after a restore. An answer to an earlier journal of this station is left: its last
 * part would end a waiting that began later. What has come by another way meanwhile is nothing new, and no harm.
 */
async function takeReturned(
  reading: Reading,
  message: Uint8Array,
): Promise<Result<null, { kind: LeftAlone }>> {
  const { tools, countyKey, head } = reading;
  const { store } = tools;
  if (!reading.isForRunning || store.standing() !== 'AWAITING_RETURN') return ok(null);
  const sealed = readEnvelope(message, MAX_BATCH_ENVELOPE_BYTES, wireOf(tools));
  if (!sealed.ok) return left('DAMAGED');
  const opened = openMessage(sealed.value, countyKey, MAX_BATCH_BODY_BYTES, unseal);
  if (!opened.ok || !sameBytes(opened.value.nonce, head.nonce)) return left('DAMAGED');
  const room = await reading.bounds.mayTake();
  if (!room.ok) return left('NO_ROOM');
  if (!reading.bounds.isWithin(opened.value.body).ok) return left('OTHER_RECORDS');
  const before = store.restoreOutcome().returned.count;
  const kept = await keepReturned(store, opened.value.body, tools.nowMs());
  if (!kept.ok) {
    const isKnown = kept.error.kind === 'REFUSED' && kept.error.reason === 'NOTHING_NEW';
    return isKnown ? ok(null) : left('OTHER_RECORDS');
  }
  if (!kept.value) reading.returned += store.restoreOutcome().returned.count - before;
  return ok(null);
}

/** Puts reference data in force, unless it is older than what is. */
async function applyReference(
  reading: Reading,
  bytes: Uint8Array,
): Promise<Result<null, { kind: LeftAlone }>> {
  const { tools, countyKey, head } = reading;
  const before = tools.store.views.referenceInfo()?.version ?? 0;
  const change = await tools.desk.reference({ bytes, nonce: head.nonce, version: head.version, countyKey });
  if (!change.ok) return left('DAMAGED');
  const applied = tools.store.applyReferenceChange(change.value);
  // Older than what is here, or the line has brought newer data in this very moment.
  if (!applied.ok) return applied.error.kind === 'OTHER_STATION' ? left('DAMAGED') : ok(null);
  if (change.value.head.version > before) reading.reference = true;
  return ok(null);
}

/** Hears why some of what was sent was not taken as facts. */
async function hearWord(
  { tools, countyKey, head }: Reading,
  message: Uint8Array,
): Promise<Result<null, { kind: LeftAlone }>> {
  const sealed = readEnvelope(message, MAX_ANSWER_BYTES, wireOf(tools));
  if (!sealed.ok) return left('DAMAGED');
  const opened = openMessage(sealed.value, countyKey, MAX_ANSWER_BYTES, unseal);
  if (!opened.ok || !sameBytes(opened.value.nonce, head.nonce)) return left('DAMAGED');
  const word = decodeStickWord(opened.value.body);
  if (!word.ok) return left('DAMAGED');
  return (await heedWord(tools.store, word.value)) ? left('OLDER_COUNTY') : ok(null);
}

async function takeMessage(
  reading: Reading,
  message: Uint8Array,
): Promise<Result<null, { kind: LeftAlone }>> {
  const sealed = readEnvelope(message, MAX_REFERENCE_ENVELOPE_BYTES, wireOf(reading.tools));
  if (!sealed.ok) return left(sealed.error.kind === 'NEWER_VERSION' ? 'NEWER_PROGRAM' : 'DAMAGED');
  switch (sealed.value.kind) {
    case 'ACKNOWLEDGEMENT':
      return acknowledge(reading, message);
    case 'RETURNED':
      return takeReturned(reading, message);
    case 'REFERENCE':
      return applyReference(reading, message);
    case 'STICK_WORD':
      return hearWord(reading, message);
    default:
      return left('NEWER_PROGRAM');
  }
}

/** Takes a file for this station message by message; answers why the rest was left alone, or null. */
async function takeFile(reading: Reading, file: FileHandle): Promise<LeftAlone | null> {
  const { tools, head } = reading;
  const own = replyKeyOf(tools.keys.privateKeyPem);
  if (!sameBytes(head.back.replyKey, own.publicKey)) return 'OTHER_KEY';
  const shared = own.agree(head.back.fileKey);
  if (shared === null) return 'DAMAGED';
  const key = deriveKey(shared, head.bytes, own.publicKey);
  const reader = new StickReader(chunkCipher, key, MAX_REFERENCE_ENVELOPE_BYTES);
  for (let at = head.bytes.length; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at);
    at += bytesRead;
    const messages = bytesRead === 0 ? reader.end() : reader.push(buffer.subarray(0, bytesRead));
    if (!messages.ok) return 'DAMAGED';
    for (const message of messages.value) {
      const taken = await takeMessage(reading, message);
      if (!taken.ok) return taken.error.kind;
    }
    if (bytesRead === 0) return null;
  }
}

interface FileOutcome {
  readonly foreign: boolean;
  readonly leftAlone: LeftAlone | null;
  readonly confirmed: number;
  readonly reference: boolean;
  readonly returned: number;
}
const NOTHING: FileOutcome = {
  foreign: false,
  leftAlone: null,
  confirmed: 0,
  reference: false,
  returned: 0,
};

/**
 * The county could take nothing of a bundle. Nobody has signed that: another version is tried where both know one, and
 * else it is said which side must be updated.
 */
function hearRefusal(tools: StickTools, { stationId, kind, wire }: StickRefusal): FileOutcome {
  if (stationId !== tools.store.stationId) return { ...NOTHING, foreign: true };
  if (wire === null) return NOTHING;
  const known = tools.keys.wire();
  const isNews = known?.oldest !== wire.oldest || known.newest !== wire.newest;
  if (agreeOn(wireOf(tools), wire).ok) {
    tools.keys.noteWire(wire, null);
    return { ...NOTHING, leftAlone: isNews ? 'OTHER_VERSION' : null };
  }
  return { ...NOTHING, leftAlone: kind === 'NEWER_VERSION' ? 'OLDER_COUNTY' : 'NEWER_PROGRAM' };
}

async function readOne(tools: StickTools, countyKey: Uint8Array, path: string): Promise<FileOutcome> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_STICK_FILE_BYTES) return NOTHING;
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(MAX_STICK_HEAD_BYTES),
      0,
      MAX_STICK_HEAD_BYTES,
      0,
    );
    const start = buffer.subarray(0, bytesRead);
    const refusal = size === bytesRead ? decodeStickRefusal(start) : null;
    if (refusal !== null) return hearRefusal(tools, refusal);
    const head = headOf(start, countyKey, wireOf(tools));
    if (!head.ok) return { ...NOTHING, leftAlone: head.error.kind };
    if (head.value === null) return NOTHING;
    if (head.value.back.stationId !== tools.store.stationId) return { ...NOTHING, foreign: true };
    const reading: Reading = {
      tools,
      countyKey,
      head: head.value,
      confirmed: 0,
      reference: false,
      returned: 0,
      isForRunning: false,
      bounds: returnBounds(tools.roomBytes, 0),
    };
    const leftAlone = await takeFile(reading, file);
    const { confirmed, reference, returned } = reading;
    return { foreign: false, leftAlone, confirmed, reference, returned };
  } finally {
    await file.close();
  }
}

/** The names of the answers on a stick, none if it never was at a county. */
async function answersIn(folder: string): Promise<readonly string[]> {
  try {
    if (!(await isCouriersFolder(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(STICK_SUFFIX));
    return files.map(({ name }) => name).slice(0, MAX_FILES);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

/**
 * Reads every answer on a stick and takes those for this station. Reading the same again changes nothing. Throws what
 * the file system throws; what was taken by then stays.
 */
export async function readAnswers(tools: StickTools, root: string): Promise<StickBrought> {
  const brought = {
    confirmed: 0,
    reference: false,
    returned: 0,
    leftAlone: null as LeftAlone | null,
    foreign: 0,
  };
  const countyKey = tools.keys.countyKey();
  if (countyKey === null) return brought;
  const folder = fromCounty(root);
  for (const name of await answersIn(folder)) {
    const outcome = await readOne(tools, countyKey, join(folder, name));
    if (outcome.foreign) brought.foreign += 1;
    brought.leftAlone ??= outcome.leftAlone;
    brought.confirmed += outcome.confirmed;
    brought.reference ||= outcome.reference;
    brought.returned += outcome.returned;
  }
  return brought;
}
