/**
 * One session with the county: enrol if need be, ask what it holds, send what it lacks, fetch what is new. The
 * county keeps no state of it; wherever it breaks off, the next one begins by asking again.
 */
import { err, ok, type Result } from '../../../domain/result.ts';
import { encodeAsk, type Acknowledgement } from '../../../domain/wire/messages.ts';
import type { UnsentIncarnation } from '../../../db/types.ts';
import { acknowledgementOf, failureOf, isRefusal, refusalOf, type SyncFailure } from './answers.ts';
import { fetchReference } from './referenceFetch.ts';
import { fetchReturned } from './returns.ts';
import { enrolByLine } from './enrol.ts';
import { sendForReview } from './review.ts';
import { sendAll, type BatchSize } from './send.ts';
import { comeToTerms, keep, MAX_CHANGES, newRequest, type SessionTools, type Step } from './sessionTools.ts';

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

/**
 * Asks what the county holds of an incarnation; enrols once where it does not know us. How much is recorded and which
 * reference data is in force are of one moment: the county holds what comes after to the rules of that.
 */
async function ask(
  tools: SessionTools,
  incarnation: string,
  recorded: number,
  mayEnrol = true,
  referenceVersion = tools.store.views.referenceInfo()?.version ?? 0,
): Step<Acknowledgement> {
  const { keys, store } = tools;
  if (isStranger(tools)) {
    const enrolled = await enrol(tools);
    if (!enrolled.ok) return enrolled;
  }
  const asked = newRequest(tools);
  const body = encodeAsk(
    {
      incarnation,
      running: store.incarnation,
      recorded,
      referenceVersion,
      wallMs: tools.nowMs(),
      appVersion: tools.appVersion,
      wire: tools.speech.own,
      revocationNumber: store.revocationNumber(),
    },
    asked.version,
  );
  const answer = await tools.transport.post('v1/ask', tools.sealRequest('ASK', asked, body), SHORT);
  if (!answer.ok) return err(failureOf(answer.error));
  if (answer.value.status !== 200) {
    const failure = refusalOf(answer.value);
    if (mayTryOther(tools, failure)) return ask(tools, incarnation, recorded, mayEnrol, referenceVersion);
    const unknown = failure.kind === 'REFUSED' && ['NOT_ENROLLED', 'BAD_SIGNATURE'].includes(failure.reason);
    if (!unknown || !mayEnrol) return err(failure);
    const enrolled = await enrol(tools);
    return enrolled.ok ? ask(tools, incarnation, recorded, false, referenceVersion) : enrolled;
  }
  const known = store.revocationNumber();
  const ack = keep(
    tools,
    acknowledgementOf(answer.value.body, asked, store.stationId, incarnation, keys.countyKey()),
  );
  // Revoked cards go before everything else, whatever the line costs; what brings none of them is not asked again.
  const isMoreListed = ack.ok && ack.value.revocations.left > 0 && store.revocationNumber() > known;
  return isMoreListed ? ask(tools, incarnation, recorded, mayEnrol, referenceVersion) : ack;
}

/**
 * Journals of earlier incarnations. One that the county does not take keeps neither those after it back nor the
 * running one: the first failure is answered when all have had their turn.
 */
async function sendOlder(tools: SessionTools, size: BatchSize): Step<null> {
  let first: Result<null, SyncFailure> = ok(null);
  for (const older of tools.store.unsentOlder()) {
    const sent = await sendOne(tools, size, older);
    if (sent.ok) continue;
    if (['OFFLINE', 'METERED'].includes(sent.error.kind) || isRefusal(sent.error, 'REVOKED')) return sent;
    if (first.ok) first = sent;
  }
  return first;
}

/** Sends one earlier journal: what continues the county's as facts, what contradicts it for a person to look at. */
async function sendOne(tools: SessionTools, size: BatchSize, older: UnsentIncarnation): Step<null> {
  const { incarnation, recorded, durableSeq } = older;
  const ack = await ask(tools, incarnation, recorded);
  if (!ack.ok) {
    const word = ack.error.kind === 'REFUSED' ? ack.error.contradicts : undefined;
    if (word === undefined) return ack;
    const reviewed = await sendForReview(tools, size, incarnation, Math.min(durableSeq, word.durableSeq));
    if (reviewed.ok) tools.store.heedContradiction(incarnation, word.epoch);
    return reviewed;
  }
  // The county has more of it than this disk, and so perhaps other facts where this disk went on.
  if (ack.value.durableSeq > recorded) return sendForReview(tools, size, incarnation, durableSeq);
  const sent = await sendAll(tools, size, incarnation, ack.value);
  if (sent.ok) return ok(null);
  if (!isRefusal(sent.error, 'SET_ASIDE')) return sent;
  const from =
    tools.store.unsentOlder().find((one) => one.incarnation === incarnation)?.durableSeq ?? recorded;
  const reviewed = await sendForReview(tools, size, incarnation, from);
  if (reviewed.ok) await tools.store.layAside(incarnation, from + 1);
  return reviewed;
}

/**
 * The county's signed word contradicts the running journal, or it can read no further in it. What is recorded from now
 * on goes into a new journal, so that nothing waits behind what will never be taken; the next start sends the end of
 * this one for review, and takes back what the county has in its place.
 */
function beginAnew(tools: SessionTools): void {
  tools.store.beginAnewAtNextStart();
  tools.onFactsLost?.();
}
const FOR_GOOD = ['NOT_MY_CHAIN', 'DISK_LOST_FACTS', 'SET_ASIDE'];

/** Ends a session over the running journal that failed. */
async function heedFailure(tools: SessionTools, failure: SyncFailure): Step<null> {
  if (failure.kind !== 'REFUSED') return err(failure);
  // That refusal is not signed: what the county says of the journal is.
  const { incarnation } = tools.store;
  const word =
    failure.reason === 'FORK'
      ? await ask(tools, incarnation, tools.store.syncState().recorded)
      : err(failure);
  const isForGood = !word.ok && word.error.kind === 'REFUSED' && FOR_GOOD.includes(word.error.reason);
  if (isForGood) beginAnew(tools);
  return err(failure);
}

/**
 * The county has shut this machine out. It goes on recording and takes no points any more; what the county lacks is
 * sent once for a person to look at there, since it may have happened before.
 */
async function heedRevocation(tools: SessionTools, size: BatchSize): Promise<void> {
  const { store } = tools;
  store.markRevoked(true);
  const { incarnation } = store;
  for (const one of [...store.unsentOlder(), { incarnation, durableSeq: store.syncState().durableSeq }]) {
    const sent = await sendForReview(tools, size, one.incarnation, one.durableSeq);
    if (!sent.ok) return;
  }
}

/** Runs one session to its end, or to the first failure. */
export async function runSession(tools: SessionTools, size: BatchSize): Step<null> {
  tools.speech.changesLeft = MAX_CHANGES;
  const older = await sendOlder(tools, size);
  if (!older.ok && older.error.kind === 'OFFLINE') return older;
  const { incarnation } = tools.store;
  const ack = await ask(tools, incarnation, tools.store.syncState().recorded);
  if (!ack.ok) {
    if (isRefusal(ack.error, 'REVOKED')) await heedRevocation(tools, size);
    return heedFailure(tools, ack.error);
  }
  tools.store.markRevoked(false);
  // In another epoch nothing counts as acknowledged: the older journals are asked for before they are compared.
  if (older.ok && tools.store.unsentOlder().length > 0) {
    const again = await sendOlder(tools, size);
    if (!again.ok) return again;
  }
  tools.store.hearStanding(ack.value);
  // What comes back takes the place of what contradicts it: that is to be at the county by then.
  const mayReturn = older.ok || !isRefusal(older.error, 'REVIEW_FULL');
  const returned =
    mayReturn && tools.store.standing() === 'AWAITING_RETURN'
      ? await fetchReturned(tools, ack.value)
      : ok(null);
  if (!returned.ok && returned.error.kind === 'OFFLINE') return returned;
  const sent = await sendAll(tools, size, incarnation, ack.value);
  // A county that does not know the newest facts yet still has news for us.
  if (!sent.ok && sent.error.kind !== 'COUNTY_IS_OLDER') return heedFailure(tools, sent.error);
  // Reference data may open allowances, which are recorded as facts: the next session sends them.
  const reference = await fetchReference(tools, sent.ok ? sent.value : ack.value);
  if (!reference.ok) return reference;
  if (!returned.ok) return returned;
  return sent.ok ? older : sent;
}
