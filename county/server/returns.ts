/**
 * Giving a restored station back what it sent and no longer has: its own events, out of their canonical texts, as
 * the batch that it once sent.
 */
import { genesisHash, parseCanonical } from '../../domain/journal/canonical.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { encodeBatch } from '../../domain/wire/batch.ts';
import { packBody, type OpenedMessage } from '../../domain/wire/envelope.ts';
import {
  MAX_BATCH_BODY_BYTES,
  MAX_BATCH_ENVELOPE_BYTES,
  MAX_BATCH_EVENTS,
  MAX_REQUEST_BYTES,
} from '../../domain/wire/limits.ts';
import { decodeReturnAsk, type Held, type ReturnAsk } from '../../domain/wire/messages.ts';
import { pack, sha256, unhex } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { openFromStation, seal } from './door.ts';
import type { CountyError } from './errors.ts';
import { ticketHolds } from './keys.ts';

const ASK = { kind: 'RETURN_ASK', maxBytes: MAX_REQUEST_BYTES, maxBodyBytes: MAX_REQUEST_BYTES } as const;
/** What the envelope adds to a packed body, and more. */
const ENVELOPE_BYTES = 256;

interface Missing {
  readonly incarnation: string;
  readonly haveSeq: number;
}

/** The first incarnation, as the county met them, of which the station lacks events. */
async function firstMissing(
  context: CountyContext,
  stationId: number,
  { running, held }: Pick<ReturnAsk, 'running' | 'held'>,
): Promise<Missing | null> {
  const rows = await context.db
    .selectFrom('incarnation')
    .select(['incarnation', 'durable_seq'])
    .where('station_id', '=', stationId)
    .where('incarnation', '<>', running)
    .orderBy('ordinal')
    .execute();
  const have = new Map(held.map(({ incarnation, seq }) => [incarnation, seq]));
  for (const { incarnation, durable_seq: durableSeq } of rows) {
    const haveSeq = have.get(incarnation) ?? 0;
    if (durableSeq > haveSeq) return { incarnation, haveSeq };
  }
  return null;
}

interface Stored {
  readonly hash: string;
  readonly body: string;
}

async function storedAfter(
  context: CountyContext,
  stationId: number,
  { incarnation, haveSeq }: Missing,
): Promise<{ readonly previousHash: Uint8Array; readonly rows: readonly Stored[] }> {
  const all = await context.db
    .selectFrom('event')
    .select(['seq', 'hash', 'body'])
    .where('station_id', '=', stationId)
    .where('incarnation', '=', incarnation)
    .where('seq', '>=', haveSeq)
    .orderBy('seq')
    .limit(MAX_BATCH_EVENTS + 1)
    .execute();
  const before = all.find(({ seq }) => seq === haveSeq);
  return {
    previousHash: before === undefined ? genesisHash(sha256, stationId, incarnation) : unhex(before.hash),
    rows: all.filter(({ seq }) => seq > haveSeq).slice(0, MAX_BATCH_EVENTS),
  };
}

function eventOf({ body }: Stored): JournalEvent {
  const event = parseCanonical(body);
  if (event === undefined) throw new Error(`a stored event is none: ${body}`);
  return event;
}

/** One part of what goes back. */
export interface ReturnedPart {
  readonly body: Uint8Array;
  /** The body as it is packed. */
  readonly prepared: ReturnType<typeof packBody>;
  /** How far the station has its journal with this part; null for the empty one, which says that it was all. */
  readonly reaches: Held | null;
}

/**
 * The body of what goes back to a station next, and how it is packed; an empty one when there is nothing more. The
 * same bytes go by HTTP and onto a stick.
 */
export async function returnedBody(
  context: CountyContext,
  stationId: number,
  ask: Pick<ReturnAsk, 'running' | 'held'>,
): Promise<ReturnedPart> {
  const missing = await firstMissing(context, stationId, ask);
  const nothing = new Uint8Array(0);
  if (missing === null) return { body: nothing, prepared: { packed: false, stored: nothing }, reaches: null };
  const { previousHash, rows } = await storedAfter(context, stationId, missing);
  for (let count = rows.length; ; count = Math.ceil(count / 2)) {
    const part = rows.slice(0, count);
    const body = encodeBatch({
      stationId,
      incarnation: missing.incarnation,
      firstSeq: missing.haveSeq + 1,
      previousHash,
      events: part.map(eventOf),
      headHash: unhex(part.at(-1)?.hash ?? ''),
    });
    const prepared = packBody(body, pack);
    const fits =
      body.length <= MAX_BATCH_BODY_BYTES &&
      prepared.stored.length <= MAX_BATCH_ENVELOPE_BYTES - ENVELOPE_BYTES;
    const { incarnation, haveSeq } = missing;
    if (fits || count === 1) return { body, prepared, reaches: { incarnation, seq: haveSeq + part.length } };
  }
}

/** Everything that goes back to a station, part by part, for a stick: each is made when it is asked for. */
export async function* returnedParts(
  context: CountyContext,
  stationId: number,
  { running, held }: Pick<ReturnAsk, 'running' | 'held'>,
): AsyncGenerator<ReturnedPart> {
  const have = new Map(held.map(({ incarnation, seq }) => [incarnation, seq]));
  for (;;) {
    const now = Array.from(have, ([incarnation, seq]) => ({ incarnation, seq }));
    const part = await returnedBody(context, stationId, { running, held: now });
    yield part;
    if (part.reaches === null) return;
    have.set(part.reaches.incarnation, part.reaches.seq);
  }
}

/** Opens a return ask that a station signed, and answers what it says. */
export async function openReturnAsk(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<{ readonly message: OpenedMessage; readonly ask: ReturnAsk }, CountyError>> {
  const opened = await openFromStation(context, bytes, ASK);
  if (!opened.ok) return opened;
  const ask = decodeReturnAsk(opened.value.body);
  return ask.ok ? ok({ message: opened.value, ask: ask.value }) : err({ kind: ask.error.kind });
}

/**
 * Takes the bytes of a return ask; answers those of the events that go back. The ticket proves that the asker can
 * sign now: a recorded ask must not fetch what a station has recorded.
 */
export async function takeReturnAsk(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<Uint8Array, CountyError>> {
  const opened = await openReturnAsk(context, bytes);
  if (!opened.ok) return opened;
  const { message, ask } = opened.value;
  if (!ticketHolds(context.keys, message.signer, ask.ticket, context.nowMs()))
    return err({ kind: 'TICKET_EXPIRED' });
  const returned = await returnedBody(context, message.signer, ask);
  return ok(seal(context, 'RETURNED', message, returned.body, returned.prepared));
}
