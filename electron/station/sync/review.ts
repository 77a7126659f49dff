/**
 * What the county will not take as facts is sent once for a person there to look at: the end of a journal that
 * contradicts the county's, and what a machine recorded that was shut out. No acknowledgement comes of it.
 */
import { err, ok } from '../../../domain/result.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { failureOf, isRefusal, refusalOf, refused, type SyncFailure } from './answers.ts';
import { BATCH_POST, type BatchSize } from './send.ts';
import { newRequest, type SessionTools, type Step } from './sessionTools.ts';

/** Where the county has no room for more to be looked at, it is asked again after this time. */
const FULL_PAUSE_MS = DAY_MS;
const REVIEW_FULL = 'REVIEW_FULL';

/** Whether a batch lies at the county for review now, whatever else it is told. */
const isKept = (failure: SyncFailure): boolean =>
  ['FORK', 'SET_ASIDE', 'REVOKED'].some((reason) => isRefusal(failure, reason));

/**
 * Sends the events of a journal after a sequence that the county holds as well. OK: all of them are there. What was
 * sent before is not sent again until the next start; from REVIEW_FULL on nothing is for a day.
 */
export async function sendForReview(
  tools: SessionTools,
  size: BatchSize,
  incarnation: string,
  fromSeq: number,
): Step<null> {
  const { review, desk, transport } = tools;
  if (tools.monoMs() < review.fullUntilMonoMs) return err(refused(REVIEW_FULL));
  while (!tools.isClosing()) {
    const afterSeq = Math.max(fromSeq, review.sentSeq.get(incarnation) ?? 0);
    const batch = await desk.batch({ incarnation, afterSeq, limit: size.limit, ...newRequest(tools) });
    if (batch === null) return ok(null);
    const answer = await transport.post('v1/batch', batch.bytes, BATCH_POST);
    if (!answer.ok) return err(failureOf(answer.error));
    const failure = answer.value.status === 200 ? null : refusalOf(answer.value);
    if (failure !== null && isRefusal(failure, REVIEW_FULL))
      review.fullUntilMonoMs = tools.monoMs() + FULL_PAUSE_MS;
    // It fits nothing there, now or later: who wants to read it finds it here.
    if (failure?.kind === 'OFFLINE' && failure.isGap === true) return ok(null);
    if (failure !== null && !isKept(failure)) return err(failure);
    review.sentSeq.set(incarnation, batch.lastSeq);
  }
  return err({ kind: 'OFFLINE' });
}
