/**
 * One session with the county: enrol if need be, ask what it holds, send what it lacks, fetch what is new. The
 * county keeps no state of it; wherever it breaks off, the next one begins by asking again.
 */
import type { ReferenceChange } from '../../../db/reference/plan.ts';
import type { Store } from '../../../db/types.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { NONCE_BYTES } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_EVENTS, MAX_REFERENCE_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import { encodeAsk, encodeReferenceAsk, type Acknowledgement } from '../../../domain/wire/messages.ts';
import { agreeOn, type WireRange } from '../../../domain/wire/version.ts';
import { acknowledgementOf, failureOf, refusalOf, refused, type Asked, type SyncFailure } from './answers.ts';
import { fetchReturned } from './returns.ts';
import type { BadReference, SyncDesk } from './desk.ts';
import { enrolByLine } from './enrol.ts';
import type { KeyFolder } from './keyFolder.ts';
import type { Transport } from './transport.ts';

export interface SessionTools {
  readonly store: Store;
  readonly desk: SyncDesk;
  readonly keys: KeyFolder;
  readonly transport: Transport;
  readonly sealRequest: (
    kind: 'ASK' | 'REFERENCE_ASK' | 'RETURN_ASK',
    asked: Asked,
    body: Uint8Array,
  ) => Uint8Array;
  readonly speech: Speech;
  readonly review: Review;
  readonly nowMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly enrolCode: string;
  readonly appVersion: string;
  /** Something that the screens show has changed. */
  readonly onProgress: () => void;
  readonly onReference: () => void;
  /** The county has more of the running journal than this disk: a new incarnation must begin. */
  readonly onFactsLost?: (() => void) | undefined;
  /** Whether so much of the day's line is used that the rest is kept for facts. */
  readonly isSparing: () => boolean;
  /** Whether the station is closing: nothing more is begun then. */
  readonly isClosing: () => boolean;
}

/** The versions of the wire this station knows, and the one it speaks with its county just now. */
export interface Speech {
  readonly own: WireRange;
  version: number;
  /** Refusals are not signed: whoever sends them must not have us change our mind for ever. */
  changesLeft: number;
}
const MAX_CHANGES = 2;

/** How far a machine that is shut out has sent its journal for review, since its start. */
export interface Review {
  incarnation: string;
  sentSeq: number;
}

/** How many events a batch may have just now; kept from session to session. */
export interface BatchSize {
  limit: number;
  successes: number;
}
const LEAST_BATCH = 16;
const SUCCESSES_TO_GROW = 3;
/** Failed batches in a row before a session is given up. */
const MAX_CUTS = 3;

const SHORT = { timeoutMs: 20_000, maxAnswerBytes: 8192 } as const;
const BATCH = { timeoutMs: 60_000, maxAnswerBytes: 8192 } as const;
const SNAPSHOT = { timeoutMs: 300_000, maxAnswerBytes: MAX_REFERENCE_ENVELOPE_BYTES } as const;

type Step<T> = Promise<Result<T, SyncFailure>>;
const OFFLINE: SyncFailure = { kind: 'OFFLINE' };

function newRequest({ randomBytes, speech }: SessionTools): Asked {
  return { nonce: randomBytes(NONCE_BYTES), version: speech.version };
}

/**
 * Takes up the newest version that both sides know. Answers whether that is another than before; where there is
 * none, the one spoken stays and the county's refusal says who must be updated.
 */
function comeToTerms({ speech }: SessionTools, county: WireRange): boolean {
  const agreed = agreeOn(speech.own, county);
  if (!agreed.ok || agreed.value === speech.version) return false;
  speech.version = agreed.value;
  return true;
}

/** Whether a refusal names versions of which another is worth a try. */
function mayTryOther(tools: SessionTools, failure: SyncFailure): boolean {
  const { speech } = tools;
  if (!('wire' in failure) || speech.changesLeft === 0) return false;
  speech.changesLeft -= 1;
  return comeToTerms(tools, failure.wire);
}

/** Introduces the station's key and pins the county's. A county with another key than the pinned one is refused. */
async function enrol(tools: SessionTools): Step<null> {
  const { keys, store, transport, enrolCode: code, appVersion, speech } = tools;
  const introduction = { stationId: store.stationId, code, appVersion, version: speech.version };
  const enrolled = await enrolByLine(transport, keys, introduction, tools.randomBytes);
  if (enrolled.ok) return ok(null);
  return mayTryOther(tools, enrolled.error) ? enrol(tools) : enrolled;
}

/** Whether the county has yet to say something that the station must know of it. */
function isStranger({ keys, transport }: SessionTools): boolean {
  const unpinned = transport.tls !== null && keys.tlsPin() === null;
  return keys.countyKey() === null || keys.boxKey() === null || unpinned;
}

/** Asks what the county holds of an incarnation; enrols once where it does not know us. */
async function ask(
  tools: SessionTools,
  incarnation: string,
  recorded: number,
  mayEnrol = true,
): Step<Acknowledgement> {
  const { keys, store } = tools;
  if (isStranger(tools)) {
    const enrolled = await enrol(tools);
    if (!enrolled.ok) return enrolled;
  }
  const asked = newRequest(tools);
  const body = encodeAsk({
    incarnation,
    running: store.incarnation,
    recorded,
    referenceVersion: store.views.referenceInfo()?.version ?? 0,
    wallMs: tools.nowMs(),
    appVersion: tools.appVersion,
    wire: tools.speech.own,
  });
  const answer = await tools.transport.post('v1/ask', tools.sealRequest('ASK', asked, body), SHORT);
  if (!answer.ok) return err(failureOf(answer.error));
  if (answer.value.status !== 200) {
    const failure = refusalOf(answer.value);
    if (mayTryOther(tools, failure)) return ask(tools, incarnation, recorded, mayEnrol);
    const unknown = failure.kind === 'REFUSED' && ['NOT_ENROLLED', 'BAD_SIGNATURE'].includes(failure.reason);
    if (!unknown || !mayEnrol) return err(failure);
    const enrolled = await enrol(tools);
    return enrolled.ok ? ask(tools, incarnation, recorded, false) : enrolled;
  }
  return keep(
    tools,
    acknowledgementOf(answer.value.body, asked, store.stationId, incarnation, keys.countyKey()),
  );
}

/** Keeps a verified acknowledgement in the store; one that contradicts the own chain is refused. */
function keep(
  tools: SessionTools,
  ack: Result<Acknowledgement, SyncFailure>,
): Result<Acknowledgement, SyncFailure> {
  if (!ack.ok) return ack;
  comeToTerms(tools, ack.value.wire);
  tools.store.confirmClock(ack.value.countyMs);
  const kept = tools.store.acknowledge(ack.value, tools.nowMs());
  if (!kept.ok) return err(refused(kept.error.kind));
  tools.onProgress();
  return ack;
}

function grow(size: BatchSize): void {
  size.successes += 1;
  if (size.successes % SUCCESSES_TO_GROW === 0) size.limit = Math.min(MAX_BATCH_EVENTS, size.limit * 2);
}

function shrink(size: BatchSize): void {
  size.successes = 0;
  size.limit = Math.max(LEAST_BATCH, Math.floor(size.limit / 2));
}

type Sent = { readonly kind: 'SENT'; readonly ack: Acknowledgement } | { readonly kind: 'CUT' | 'NOTHING' };

async function sendOne(
  tools: SessionTools,
  incarnation: string,
  afterSeq: number,
  limit: number,
): Step<Sent> {
  const { store, keys } = tools;
  const asked = newRequest(tools);
  const batch = await tools.desk.batch({ incarnation, afterSeq, limit, ...asked });
  if (batch === null) return ok({ kind: 'NOTHING' });
  const answer = await tools.transport.post('v1/batch', batch.bytes, BATCH);
  if (!answer.ok) return answer.error.kind === 'CUT' ? ok({ kind: 'CUT' }) : err(failureOf(answer.error));
  if (answer.value.status !== 200) return err(refusalOf(answer.value));
  const ack = keep(
    tools,
    acknowledgementOf(answer.value.body, asked, store.stationId, incarnation, keys.countyKey()),
  );
  if (!ack.ok) return ack;
  // An acknowledgement of less than was sent would have us send the same for ever.
  return ack.value.durableSeq >= batch.lastSeq
    ? ok({ kind: 'SENT', ack: ack.value })
    : err(refused('NOT_STORED'));
}

/** Sends one incarnation from what the county holds of it to its end; answers the last acknowledgement. */
async function sendAll(
  tools: SessionTools,
  size: BatchSize,
  incarnation: string,
  first: Acknowledgement,
): Step<Acknowledgement> {
  let ack = first;
  let cuts = 0;
  while (!tools.isClosing()) {
    const sent = await sendOne(tools, incarnation, ack.durableSeq, size.limit);
    if (!sent.ok) {
      // What comes before the first fact that an older county does not know is understood there, and goes up.
      const readable = sent.error.kind === 'COUNTY_IS_OLDER' ? (sent.error.readable ?? 0) : 0;
      if (readable > 0 && readable < size.limit) await sendOne(tools, incarnation, ack.durableSeq, readable);
      return sent;
    }
    if (sent.value.kind === 'NOTHING') break;
    if (sent.value.kind === 'SENT') {
      ack = sent.value.ack;
      cuts = 0;
      grow(size);
      continue;
    }
    shrink(size);
    cuts += 1;
    if (cuts >= MAX_CUTS) return err(OFFLINE);
  }
  return ok(ack);
}

/** Asks for what is new since a version (0: everything); null if there is nothing. */
async function askReference(
  tools: SessionTools,
  ack: Acknowledgement,
  haveVersion: number,
  countyKey: Uint8Array,
): Promise<Result<ReferenceChange | null, SyncFailure | BadReference>> {
  const asked = newRequest(tools);
  const body = encodeReferenceAsk({ ticket: ack.ticket, haveVersion });
  const answer = await tools.transport.post(
    'v1/reference',
    tools.sealRequest('REFERENCE_ASK', asked, body),
    SNAPSHOT,
  );
  if (!answer.ok) return err(failureOf(answer.error));
  if (answer.value.status === 204) return ok(null);
  if (answer.value.status !== 200) return err(refusalOf(answer.value));
  return tools.desk.reference({ bytes: answer.value.body, ...asked, countyKey });
}

/** Brings the reference data up to what the county has: by what has changed, or whole where that does not fit. */
async function fetchReference(tools: SessionTools, ack: Acknowledgement): Step<null> {
  const { store, keys } = tools;
  const haveVersion = store.views.referenceInfo()?.version ?? 0;
  const countyKey = keys.countyKey();
  // Grants that it holds may have been opened in what is still to come back.
  if (store.standing() !== 'WORKING') return ok(null);
  if (ack.referenceVersion <= haveVersion || countyKey === null || tools.isClosing()) return ok(null);
  // A station that has none at all is of no use: that goes before the cap.
  if (haveVersion > 0 && tools.isSparing()) return ok(null);
  let change = await askReference(tools, ack, haveVersion, countyKey);
  if (!change.ok && change.error.kind === 'NOT_FROM_HERE')
    change = await askReference(tools, ack, 0, countyKey);
  if (!change.ok) {
    const { error } = change;
    if (error.kind === 'NOT_FROM_HERE') return err(refused(error.kind));
    return err(error.kind === 'BAD_REFERENCE' ? refused(`${error.kind} ${error.detail}`) : error);
  }
  if (change.value === null || tools.isClosing()) return ok(null);
  const applied = store.applyReferenceChange(change.value);
  if (!applied.ok) return err(refused(applied.error.kind));
  tools.onReference();
  return ok(null);
}

/** Journals of earlier incarnations; whatever becomes of them, the running one has its turn afterwards. */
async function sendOlder(tools: SessionTools, size: BatchSize): Step<null> {
  for (const { incarnation, recorded } of tools.store.unsentOlder()) {
    const ack = await ask(tools, incarnation, recorded);
    if (!ack.ok) return ack;
    const sent = await sendAll(tools, size, incarnation, ack.value);
    if (!sent.ok) return sent;
  }
  return ok(null);
}

/**
 * The county has other facts under the running journal's numbers, or more of it than this disk: points may have been
 * spent that are not known here.
 */
function heedFork(tools: SessionTools, failure: SyncFailure): Result<null, SyncFailure> {
  if (failure.kind !== 'REFUSED') return err(failure);
  if (failure.reason === 'FORK' || failure.reason === 'NOT_MY_CHAIN') tools.store.markForked();
  if (failure.reason === 'DISK_LOST_FACTS') {
    tools.store.beginAnewAtNextStart();
    tools.onFactsLost?.();
  }
  return err(failure);
}

/**
 * The county has shut this machine out. It goes on recording and takes no points any more; what the county lacks is
 * sent once for a person to look at there, since it may have happened before. No acknowledgement will come of it.
 */
async function heedRevocation(tools: SessionTools, size: BatchSize): Promise<void> {
  const { store, review } = tools;
  const { incarnation } = store;
  store.markRevoked(true);
  if (review.incarnation !== incarnation) Object.assign(review, { incarnation, sentSeq: 0 });
  while (!tools.isClosing()) {
    const afterSeq = Math.max(review.sentSeq, store.syncState().durableSeq);
    const batch = await tools.desk.batch({ incarnation, afterSeq, limit: size.limit, ...newRequest(tools) });
    if (batch === null) return;
    const answer = await tools.transport.post('v1/batch', batch.bytes, BATCH);
    if (!answer.ok || !isRevocation(refusalOf(answer.value))) return;
    review.sentSeq = batch.lastSeq;
  }
}
function isRevocation(failure: SyncFailure): boolean {
  return failure.kind === 'REFUSED' && failure.reason === 'REVOKED';
}

/** Runs one session to its end, or to the first failure. */
export async function runSession(tools: SessionTools, size: BatchSize): Step<null> {
  tools.speech.changesLeft = MAX_CHANGES;
  const older = await sendOlder(tools, size);
  if (!older.ok && older.error.kind === 'OFFLINE') return older;
  const { incarnation } = tools.store;
  const ack = await ask(tools, incarnation, tools.store.syncState().recorded);
  if (!ack.ok) {
    if (isRevocation(ack.error)) await heedRevocation(tools, size);
    return heedFork(tools, ack.error);
  }
  tools.store.markRevoked(false);
  // In another epoch nothing counts as acknowledged: the older journals are asked for before they are compared.
  if (older.ok && tools.store.unsentOlder().length > 0) {
    const again = await sendOlder(tools, size);
    if (!again.ok) return again;
  }
  tools.store.hearStanding(ack.value);
  const returned =
    tools.store.standing() === 'AWAITING_RETURN' ? await fetchReturned(tools, ack.value.ticket) : ok(null);
  if (!returned.ok && returned.error.kind === 'OFFLINE') return returned;
  const sent = await sendAll(tools, size, incarnation, ack.value);
  // A county that does not know the newest facts yet still has news for us.
  if (!sent.ok && sent.error.kind !== 'COUNTY_IS_OLDER') return heedFork(tools, sent.error);
  // Reference data may open allowances, which are recorded as facts: the next session sends them.
  const reference = await fetchReference(tools, sent.ok ? sent.value : ack.value);
  if (!reference.ok) return reference;
  if (!returned.ok) return returned;
  return sent.ok ? older : sent;
}
