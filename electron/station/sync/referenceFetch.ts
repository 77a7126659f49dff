/** Fetching reference data, over a line that may break in the middle of it as often as it likes. */
import type { ReferenceChange } from '../../../db/reference/plan.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { MAX_REFERENCE_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import { encodeReferenceAsk, type Acknowledgement } from '../../../domain/wire/messages.ts';
import { failureOf, refusalOf, refused, type Asked, type SyncFailure } from './answers.ts';
import type { BadReference } from './desk.ts';
import type { PartialAnswer } from './partialAnswer.ts';
import { newRequest, type SessionTools, type Step } from './sessionTools.ts';
import type { Answer, TransportError } from './transport.ts';

const SNAPSHOT = { timeoutMs: 300_000, maxAnswerBytes: MAX_REFERENCE_ENVELOPE_BYTES } as const;
/** A line that brings less than this before it breaks is left alone until the next session. */
const LEAST_PROGRESS_BYTES = 1024;

interface Begun {
  readonly request: Uint8Array;
  /** What the answer's bytes depend on: asked the same again, the county seals the same, whatever the ticket. */
  readonly asked: Asked;
  readonly haveVersion: number;
  /** What the county had when it was asked for. */
  readonly version: number;
  readonly part: PartialAnswer | null;
}
/** A download that broke off, kept in memory from session to session. */
export interface Download {
  begun: Begun | null;
}

/**
 * What broke off, if it is still what is wanted, else from the beginning; with the ticket of now in either case, since
 * that of then holds for minutes and a thin line breaks for hours.
 */
function beginOrGoOn(tools: SessionTools, ack: Acknowledgement, haveVersion: number): Begun {
  const { begun } = tools.download;
  const goesOn = begun?.haveVersion === haveVersion && begun.version === ack.referenceVersion;
  const asked = goesOn ? begun.asked : newRequest(tools);
  const body = encodeReferenceAsk({ ticket: ack.ticket, haveVersion });
  const request = tools.sealRequest('REFERENCE_ASK', asked, body);
  const part = goesOn ? begun.part : null;
  return { request, asked, haveVersion, version: ack.referenceVersion, part };
}

/** Posts the request as often as its answer comes on; what has come is kept where it does not. */
async function download(tools: SessionTools, first: Begun): Promise<Result<Answer, TransportError>> {
  for (let begun = first; ;) {
    const answer = await tools.transport.post('v1/reference', begun.request, {
      ...SNAPSHOT,
      resume: begun.part,
    });
    const neverAsked = !answer.ok && ['UNREACHABLE', 'METERED'].includes(answer.error.kind);
    if (neverAsked) return answer;
    const part = !answer.ok && answer.error.kind === 'CUT' ? answer.error.part : undefined;
    if (part === undefined) {
      tools.download.begun = null;
      return answer;
    }
    const hadBytes = begun.part?.length ?? 0;
    begun = { ...begun, part };
    tools.download.begun = begun;
    if (part.length < hadBytes + LEAST_PROGRESS_BYTES || tools.isClosing()) return answer;
  }
}

/** Asks for what is new since a version (0: everything); null if there is nothing. */
async function askReference(
  tools: SessionTools,
  ack: Acknowledgement,
  haveVersion: number,
  countyKey: Uint8Array,
): Promise<Result<ReferenceChange | null, SyncFailure | BadReference>> {
  const begun = beginOrGoOn(tools, ack, haveVersion);
  const answer = await download(tools, begun);
  if (!answer.ok) return err(failureOf(answer.error));
  if (answer.value.status === 204) return ok(null);
  if (answer.value.status !== 200) {
    // Perhaps a county that gives the rest no more.
    return begun.part === null
      ? err(refusalOf(answer.value))
      : askReference(tools, ack, haveVersion, countyKey);
  }
  return tools.desk.reference({ bytes: answer.value.body, ...begun.asked, countyKey });
}

/** Brings the reference data up to what the county has: by what has changed, or whole where that does not fit. */
export async function fetchReference(tools: SessionTools, ack: Acknowledgement): Step<null> {
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
