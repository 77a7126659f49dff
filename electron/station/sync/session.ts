/**
 * One session with the county: enrol if need be, ask what it holds, send what it lacks, fetch what is new. The
 * county keeps no state of it; wherever it breaks off, the next one begins by asking again.
 */
import { err, ok, type Result } from '../../../domain/result.ts';
import { encodeAsk, type Acknowledgement } from '../../../domain/wire/messages.ts';
import { acknowledgementOf, failureOf, refusalOf, type SyncFailure } from './answers.ts';
import { fetchReference } from './referenceFetch.ts';
import { fetchReturned } from './returns.ts';
import { enrolByLine } from './enrol.ts';
import { sendAll, type BatchSize } from './send.ts';
import { comeToTerms, keep, MAX_CHANGES, newRequest, type SessionTools, type Step } from './sessionTools.ts';

const BATCH = { timeoutMs: 60_000, maxAnswerBytes: 8192 } as const;
const SHORT = { timeoutMs: 20_000, maxAnswerBytes: 8192 } as const;

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
