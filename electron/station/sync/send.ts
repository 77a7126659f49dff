/** Sending a journal in batches, which shrink where the line cuts them and grow where it does not. */
import { err, ok } from '../../../domain/result.ts';
import { MAX_BATCH_EVENTS } from '../../../domain/wire/limits.ts';
import type { Acknowledgement } from '../../../domain/wire/messages.ts';
import { acknowledgementOf, failureOf, refusalOf, refused, type SyncFailure } from './answers.ts';
import { keep, type SessionTools, type Step } from './sessionTools.ts';

/** How many events a batch may have just now; kept from session to session. */
export interface BatchSize {
  limit: number;
  successes: number;
}
const LEAST_BATCH = 16;
const SUCCESSES_TO_GROW = 3;
/** Failed batches in a row before a session is given up. */
const MAX_CUTS = 3;

const BATCH = { timeoutMs: 60_000, maxAnswerBytes: 8192 } as const;
const OFFLINE: SyncFailure = { kind: 'OFFLINE' };

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
  const { version } = tools.speech;
  const made = tools.ahead.take({ incarnation, afterSeq, limit, version });
  const batch = await made.batch;
  if (batch === null) return ok({ kind: 'NOTHING' });
  tools.ahead.prepare({ incarnation, afterSeq: batch.lastSeq, limit, version });
  const answer = await tools.transport.post('v1/batch', batch.bytes, BATCH);
  if (!answer.ok) return answer.error.kind === 'CUT' ? ok({ kind: 'CUT' }) : err(failureOf(answer.error));
  if (answer.value.status !== 200) return err(refusalOf(answer.value));
  const ack = keep(
    tools,
    acknowledgementOf(answer.value.body, made, store.stationId, incarnation, keys.countyKey()),
  );
  if (!ack.ok) return ack;
  // An acknowledgement of less than was sent would have us send the same for ever.
  return ack.value.durableSeq >= batch.lastSeq
    ? ok({ kind: 'SENT', ack: ack.value })
    : err(refused('NOT_STORED'));
}

/** Sends one incarnation from what the county holds of it to its end; answers the last acknowledgement. */
export async function sendAll(
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
