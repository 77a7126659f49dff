/** Sending a journal in batches, which shrink where the line cuts them and grow where it does not. */
import { err, ok, type Result } from '../../../domain/result.ts';
import { MAX_BATCH_EVENTS } from '../../../domain/wire/limits.ts';
import type { Acknowledgement } from '../../../domain/wire/messages.ts';
import { acknowledgementOf, failureOf, refusalOf, refused, type Asked, type SyncFailure } from './answers.ts';
import { keep, type SessionTools, type Step } from './sessionTools.ts';
import type { Answer, TransportError } from './transport.ts';

/** How many events a batch may have just now, and whether the line is quick; kept from session to session. */
export interface BatchSize {
  limit: number;
  successes: number;
  /** The last batch was answered so soon that the next one need not wait for the answer to the one before. */
  quick: boolean;
}
const LEAST_BATCH = 16;
const SUCCESSES_TO_GROW = 3;
/** An answer within this time, ms, comes over a line that has room for two batches at once. */
const QUICK_MS = 1000;
/** Batches under way at once on a quick line: the county unpacks the second while it stores the first. */
const QUICK_FLIGHTS = 2;
/** Failed batches in a row before a session is given up. */
const MAX_CUTS = 3;

export const BATCH_POST = { timeoutMs: 60_000, maxAnswerBytes: 8192 } as const;
const OFFLINE: SyncFailure = { kind: 'OFFLINE' };

function grow(size: BatchSize, tookMs: number): void {
  size.successes += 1;
  size.quick = tookMs < QUICK_MS;
  // A line that was dark for a while comes back with its batches halved: where it is quick, they are whole soon.
  if (size.quick || size.successes % SUCCESSES_TO_GROW === 0)
    size.limit = Math.min(MAX_BATCH_EVENTS, size.limit * 2);
}

function shrink(size: BatchSize): void {
  size.successes = 0;
  size.quick = false;
  size.limit = Math.max(LEAST_BATCH, Math.floor(size.limit / 2));
}

/** A batch that is on its way. */
interface Flight {
  readonly asked: Asked;
  readonly lastSeq: number;
  readonly begunMs: number;
  /** Sent before the one ahead of it was acknowledged: the county may be asked for it too soon. */
  readonly early: boolean;
  readonly answer: Promise<Result<Answer, TransportError>>;
}

/** Sends the events after a sequence on their way; null if there are none. */
async function launch(
  tools: SessionTools,
  incarnation: string,
  afterSeq: number,
  limit: number,
  early: boolean,
): Promise<Flight | null> {
  const { version } = tools.speech;
  const made = tools.ahead.take({ incarnation, afterSeq, limit, version });
  const batch = await made.batch;
  if (batch === null) return null;
  const { bytes, lastSeq } = batch;
  tools.ahead.prepare({ incarnation, afterSeq: lastSeq, limit, version });
  const begunMs = tools.monoMs();
  return {
    asked: made,
    lastSeq,
    begunMs,
    early,
    answer: tools.transport.post('v1/batch', bytes, BATCH_POST),
  };
}

type Landed =
  | { readonly kind: 'SENT'; readonly ack: Acknowledgement; readonly tookMs: number }
  | { readonly kind: 'CUT' | 'TOO_EARLY' };

/** Waits for the answer to a batch. */
async function land(tools: SessionTools, incarnation: string, flight: Flight): Step<Landed> {
  const { store, keys } = tools;
  const answer = await flight.answer;
  if (!answer.ok) return answer.error.kind === 'CUT' ? ok({ kind: 'CUT' }) : err(failureOf(answer.error));
  if (answer.value.status !== 200) {
    const failure = refusalOf(answer.value);
    // It overtook the one before it: sent again, it fits.
    return flight.early && failure.kind === 'OFFLINE' ? ok({ kind: 'TOO_EARLY' }) : err(failure);
  }
  const { body } = answer.value;
  const ack = keep(
    tools,
    acknowledgementOf(body, flight.asked, store.stationId, incarnation, keys.countyKey()),
  );
  if (!ack.ok) return ack;
  // An acknowledgement of less than was sent would have us send the same for ever.
  return ack.value.durableSeq >= flight.lastSeq
    ? ok({ kind: 'SENT', ack: ack.value, tookMs: tools.monoMs() - flight.begunMs })
    : err(refused('NOT_STORED'));
}

/** Sends one incarnation from what the county holds of it to its end; answers the last acknowledgement. */
export async function sendAll(
  tools: SessionTools,
  size: BatchSize,
  incarnation: string,
  first: Acknowledgement,
): Step<Acknowledgement> {
  const flights: Flight[] = [];
  try {
    return await sendFlights(tools, size, incarnation, first, flights);
  } finally {
    // What is still under way when another one failed is heard to its end: the next request has the line to itself.
    await Promise.all(flights.map(({ answer }) => answer));
  }
}

async function sendFlights(
  tools: SessionTools,
  size: BatchSize,
  incarnation: string,
  first: Acknowledgement,
  flights: Flight[],
): Step<Acknowledgement> {
  let ack = first;
  let cuts = 0;
  while (!tools.isClosing()) {
    while (flights.length < (size.quick ? QUICK_FLIGHTS : 1)) {
      const afterSeq = flights.at(-1)?.lastSeq ?? ack.durableSeq;
      const next = await launch(tools, incarnation, afterSeq, size.limit, flights.length > 0);
      if (next === null) break;
      flights.push(next);
    }
    const [oldest] = flights;
    if (oldest === undefined) break;
    const landed = await land(tools, incarnation, oldest);
    if (!landed.ok) {
      // What comes before the first fact that an older county does not know is understood there, and goes up.
      const readable = landed.error.kind === 'COUNTY_IS_OLDER' ? (landed.error.readable ?? 0) : 0;
      if (readable > 0 && readable < size.limit)
        await sendReadable(tools, incarnation, ack.durableSeq, readable);
      return landed;
    }
    flights.shift();
    if (landed.value.kind === 'SENT') {
      ({ ack } = landed.value);
      cuts = 0;
      grow(size, landed.value.tookMs);
      continue;
    }
    // Whatever went after it has left a gap, or will be acknowledged again.
    await Promise.all(flights.splice(0).map(({ answer }) => answer));
    size.quick = false;
    if (landed.value.kind === 'TOO_EARLY') continue;
    shrink(size);
    cuts += 1;
    if (cuts >= MAX_CUTS) return err(OFFLINE);
  }
  return ok(ack);
}

async function sendReadable(
  tools: SessionTools,
  incarnation: string,
  afterSeq: number,
  limit: number,
): Promise<void> {
  const flight = await launch(tools, incarnation, afterSeq, limit, false);
  if (flight !== null) await land(tools, incarnation, flight);
}
