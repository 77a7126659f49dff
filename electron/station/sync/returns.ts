/** Asking back what a restored station lacks, until the county says that it was all. */
import { err, ok, type Result } from '../../../domain/result.ts';
import { decodeBatch, type VerifiedRun } from '../../../domain/wire/batch.ts';
import { NONCE_BYTES } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../../domain/wire/limits.ts';
import { encodeReturnAsk, type Acknowledgement } from '../../../domain/wire/messages.ts';
import type { Store } from '../../../db/types.ts';
import { failureOf, openAnswer, refusalOf, refused, type SyncFailure } from './answers.ts';
import { sha256 } from './codecs.ts';
import type { SessionTools } from './sessionTools.ts';

const POST = { timeoutMs: 60_000, maxAnswerBytes: MAX_BATCH_ENVELOPE_BYTES } as const;
const RETURNED = { maxBytes: MAX_BATCH_ENVELOPE_BYTES, maxBodyBytes: MAX_BATCH_BODY_BYTES } as const;
const OFFLINE: SyncFailure = { kind: 'OFFLINE' };

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
export async function keepReturned(
  store: Store,
  body: Uint8Array,
  nowMs: number,
): Promise<Result<boolean, SyncFailure>> {
  const run = readReturned(body);
  if (!run.ok) return run;
  if (run.value === null) {
    await store.finishReturn(nowMs);
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

/** With less room than this on the disk nothing more is taken: what people record now goes before what was. */
export const LEAST_FREE_BYTES = 100_000_000;
/** Free bytes on the disk of the data; without it there is always room. */
export type RoomBytes = (() => Promise<number>) | undefined;

/**
 * Holds what comes back within bounds, whichever way it comes: room on the disk, and no more events than the county has
 * signed to hold. `mayTake` is asked ahead of each body, `isWithin` with each.
 */
export function returnBounds(roomBytes: RoomBytes, others: number) {
  let came = 0;
  return {
    async mayTake(): Promise<Result<null, SyncFailure>> {
      return ((await roomBytes?.()) ?? Infinity) < LEAST_FREE_BYTES ? err(refused('NO_ROOM')) : ok(null);
    },
    isWithin(body: Uint8Array): Result<null, SyncFailure> {
      came += countIn(body);
      return came > others ? err(refused('MORE_THAN_SAID')) : ok(null);
    },
  };
}
export type ReturnBounds = ReturnType<typeof returnBounds>;

/** How many events a body brings. What it is was checked where it was kept. */
function countIn(body: Uint8Array): number {
  const run = readReturned(body);
  return run.ok ? (run.value?.events.length ?? 0) : 0;
}

/**
 * Asks until everything is back. `said` is the acknowledgement just received: with more events than the county has
 * signed there to hold, or without room for more, it ends and a person has to look.
 */
export async function fetchReturned(
  tools: SessionTools,
  said: Acknowledgement,
): Promise<Result<null, SyncFailure>> {
  const { store, keys } = tools;
  const bounds = returnBounds(tools.roomBytes, said.others);
  while (!tools.isClosing()) {
    const countyKey = keys.countyKey();
    if (countyKey === null) return err(OFFLINE);
    const room = await bounds.mayTake();
    if (!room.ok) return room;
    const asked = { nonce: tools.randomBytes(NONCE_BYTES), version: tools.speech.version };
    const ask = encodeReturnAsk({
      ticket: said.ticket,
      running: store.incarnation,
      held: store.heldOthers(),
    });
    const answer = await tools.transport.post('v1/return', tools.sealRequest('RETURN_ASK', asked, ask), POST);
    if (!answer.ok) return err(failureOf(answer.error));
    if (answer.value.status !== 200) return err(refusalOf(answer.value));
    const body = openAnswer(answer.value.body, 'RETURNED', asked, countyKey, RETURNED);
    if (!body.ok) return body;
    const within = bounds.isWithin(body.value);
    if (!within.ok) return within;
    const more = await keepReturned(store, body.value, tools.nowMs());
    if (!more.ok) return more;
    tools.onProgress();
    if (!more.value) break;
  }
  tools.onReference();
  return ok(null);
}
