/** Asking back what a restored station lacks, until the county says that it was all. */
import { err, ok, type Result } from '../../../domain/result.ts';
import { decodeBatch, type VerifiedRun } from '../../../domain/wire/batch.ts';
import { NONCE_BYTES } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import { encodeReturnAsk } from '../../../domain/wire/messages.ts';
import type { Store } from '../../../db/types.ts';
import { failureOf, openAnswer, refusalOf, type SyncFailure } from './answers.ts';
import { sha256 } from './codecs.ts';
import type { SessionTools } from './sessionTools.ts';

const POST = { timeoutMs: 60_000, maxAnswerBytes: MAX_BATCH_ENVELOPE_BYTES } as const;
const RETURNED = { maxBytes: MAX_BATCH_ENVELOPE_BYTES, maxBodyBytes: MAX_BATCH_BODY_BYTES } as const;
const OFFLINE: SyncFailure = { kind: 'OFFLINE' };
const refused = (reason: string): SyncFailure => ({ kind: 'REFUSED', reason });

/** The events of a body that came back, by line or by stick; null for the empty one, which says that it was all. */
export function readReturned(body: Uint8Array): Result<VerifiedRun | null, SyncFailure> {
  if (body.length === 0) return ok(null);
  const run = decodeBatch(body, sha256);
  return run.ok ? run : err(refused(run.error.kind));
}

/**
 * Keeps what came back, or ends the waiting where it was all. Answers whether more is to be asked for. A run that
 * contradicts what is here makes the station stop spending until a person has looked.
 */
export function keepReturned(store: Store, body: Uint8Array, nowMs: number): Result<boolean, SyncFailure> {
  const run = readReturned(body);
  if (!run.ok) return run;
  if (run.value === null) {
    store.finishReturn(nowMs);
    return ok(false);
  }
  const before = JSON.stringify(store.heldOthers());
  const kept = store.takeReturned(run.value);
  if (!kept.ok) {
    store.markForked();
    return err(refused(kept.error.kind));
  }
  // Whatever brings nothing new would be asked for for ever.
  return JSON.stringify(store.heldOthers()) === before ? err(refused('NOTHING_NEW')) : ok(true);
}

/** Asks until everything is back. The ticket is of the acknowledgement just received. */
export async function fetchReturned(
  tools: SessionTools,
  ticket: Uint8Array,
): Promise<Result<null, SyncFailure>> {
  const { store, keys } = tools;
  while (!tools.isClosing()) {
    const countyKey = keys.countyKey();
    if (countyKey === null) return err(OFFLINE);
    const asked = { nonce: tools.randomBytes(NONCE_BYTES), version: tools.speech.version };
    const ask = encodeReturnAsk({ ticket, running: store.incarnation, held: store.heldOthers() });
    const answer = await tools.transport.post('v1/return', tools.sealRequest('RETURN_ASK', asked, ask), POST);
    if (!answer.ok) return err(failureOf(answer.error));
    if (answer.value.status !== 200) return err(refusalOf(answer.value));
    const body = openAnswer(answer.value.body, 'RETURNED', asked, countyKey, RETURNED);
    if (!body.ok) return body;
    const more = keepReturned(store, body.value, tools.nowMs());
    if (!more.ok) return more;
    tools.onProgress();
    if (!more.value) break;
  }
  tools.onReference();
  return ok(null);
}
