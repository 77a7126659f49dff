/**
 * A batch into the county: checked, then stored with its views in one transaction, and acknowledged after COMMIT.
 * The same batch again changes nothing and is acknowledged again.
 */
import { genesisHash } from '../../domain/journal/canonical.ts';
import type { Lot } from '../../domain/points/account.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { decodeBatch, type BatchError, type VerifiedRun } from '../../domain/wire/batch.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../domain/wire/limits.ts';
import { encodeAcknowledgement } from '../../domain/wire/messages.ts';
import { raiseAlert, raiseAlerts, type Alert, type AlertKind } from './alerts.ts';
import { followArrears } from './arrears.ts';
import { standingOf } from './atWork.ts';
import { hex, sha256, unhex } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { monthOf, openMonth } from './db/months.ts';
import { openSigned, seal, type Asked } from './door.ts';
import type { CountyError } from './errors.ts';
import { findExceptions } from './exceptions/detect.ts';
import { takeTurns } from './exceptions/personTurns.ts';
import { gainsOf } from './fold.ts';
import { decodeHeld, dropHeld, hold, nextHeld } from './held.ts';
import * as store from './ingestSql.ts';
import { foldIntoAccounts } from './ledger.ts';
import { followTakenBack } from './takenBack.ts';
import { raiseVersions } from './transferRows.ts';
import { followMovers } from './wishes.ts';
import { referenceVersionOf } from './reference.ts';
import { followTransfers, isLost } from './transfers.ts';

const BATCH = {
  kind: 'BATCH',
  maxBytes: MAX_BATCH_ENVELOPE_BYTES,
  maxBodyBytes: MAX_BATCH_BODY_BYTES,
} as const;

/** Opens the incarnation and locks its head; a second incarnation of a station is told to a person. */
export async function headOf(tx: store.Tx, at: store.Place, nowMs: number): Promise<store.Head> {
  const found = await store.lockHead(tx, at);
  if (found !== undefined) return found;
  const genesis = hex(genesisHash(sha256, at.stationId, at.incarnation));
  if (await store.openIncarnation(tx, at, genesis, nowMs)) {
    const known = await tx
      .selectFrom('incarnation')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('station_id', '=', at.stationId)
      .executeTakeFirstOrThrow();
    if (known.count > 1) await raiseAlert(tx, at, { kind: 'NEW_INCARNATION', seq: 0 }, nowMs);
  }
  return (await store.lockHead(tx, at)) ?? { durableSeq: 0, headHash: genesis };
}

/** The first seq at which a run contradicts what is stored, or null. The run leaves no gap. */
async function forkAt(tx: store.Tx, run: VerifiedRun, head: store.Head): Promise<number | null> {
  if (run.firstSeq === head.durableSeq + 1)
    return hex(run.previousHash) === head.headHash ? null : run.firstSeq;
  const lastSeq = Math.min(head.durableSeq, run.firstSeq + run.events.length - 1);
  const stored = await store.storedHashes(tx, run, run.firstSeq - 1, lastSeq);
  if (run.firstSeq > 1 && stored.get(run.firstSeq - 1) !== hex(run.previousHash)) return run.firstSeq;
  for (let seq = run.firstSeq; seq <= lastSeq; seq++) {
    const hash = run.hashes[seq - run.firstSeq];
    if (hash === undefined || stored.get(seq) !== hex(hash)) return seq;
  }
  return null;
}

async function storeRun(
  context: CountyContext,
  tx: store.Tx,
  run: VerifiedRun,
  head: store.Head,
  nowMs: number,
): Promise<store.Head> {
  const skip = head.durableSeq + 1 - run.firstSeq;
  const fresh = run.events.slice(skip);
  if (fresh.length === 0) return head;
  await takeTurns(tx, fresh);
  const gains = gainsOf(fresh);
  const moved = { durableSeq: head.durableSeq + fresh.length, headHash: hex(run.headHash) };
  await store.insertEvents(tx, run, skip, monthOf(nowMs), nowMs);
  await store.addToStation(tx, run.stationId, gains.station);
  await store.addToVolunteers(tx, run.stationId, gains.volunteers);
  const absurd = new Set(gains.absurdSeqs);
  const sane = fresh.filter(({ seq }) => !absurd.has(seq));
  const before = new Map<number, readonly Lot[]>();
  const contradictions = await foldIntoAccounts(tx, run, sane, before);
  const contradicting = new Set(contradictions);
  const fitting = sane.filter(({ seq }) => !contradicting.has(seq));
  const ungranted = await followTransfers(tx, run, fitting, context);
  await followTakenBack(tx, run, fitting);
  await followArrears(context, tx, fitting);
  await raiseVersions(tx, await followMovers(context, tx, run.stationId, fitting), nowMs);
  const found = await findExceptions(tx, run, sane, before, nowMs);
  const wrongClocks = sane.filter(({ type }) => type === 'CLOCK_FOUND_WRONG').map(({ seq }) => seq);
  const alerts = (kind: AlertKind, seqs: readonly number[]) => seqs.map((seq): Alert => ({ kind, seq }));
  const all = [
    ...alerts('UNGRANTED', ungranted),
    ...found,
    ...alerts('CLOCK', wrongClocks),
    ...alerts('ACCOUNT', contradictions),
    ...alerts('ABSURD_AMOUNT', gains.absurdSeqs),
  ];
  await raiseAlerts(tx, run, all, nowMs);
  await store.moveHead(tx, run, moved, nowMs);
  return moved;
}

/**
 * Stores a verified run in one transaction. Answers how far the county is durable then, after COMMIT. `heardMs` is
 * when the station spoke: earlier than now where a stick carried its words.
 */
export async function ingestRun(
  context: CountyContext,
  run: VerifiedRun,
  envelope: Uint8Array,
  heardMs = context.nowMs(),
): Promise<Result<store.Head, CountyError>> {
  const nowMs = context.nowMs();
  await openMonth(context.db, nowMs);
  return context.db.transaction().execute(async (tx): Promise<Result<store.Head, CountyError>> => {
    const head = await headOf(tx, run, nowMs);
    if (run.firstSeq > head.durableSeq + 1) return err({ kind: 'GAP', durableSeq: head.durableSeq });
    const fork = await forkAt(tx, run, head);
    if (fork !== null) {
      await store.quarantine(tx, run, envelope, nowMs);
      const other = run.texts[fork - run.firstSeq];
      await raiseAlert(
        tx,
        run,
        { kind: 'FORK', seq: fork, facts: other === undefined ? {} : { other } },
        nowMs,
      );
      return err({ kind: 'FORK', durableSeq: head.durableSeq });
    }
    await store.heardFrom(tx, run.stationId, heardMs);
    return ok(await storeRun(context, tx, run, head, nowMs));
  });
}

/** The county's signed word on how far an incarnation is durable. */
export async function acknowledgement(
  context: CountyContext,
  at: store.Place,
  head: store.Head,
  asked: Asked,
): Promise<Uint8Array> {
  const countyMs = context.nowMs();
  const body = encodeAcknowledgement({
    stationId: at.stationId,
    epoch: context.epoch,
    incarnation: at.incarnation,
    durableSeq: head.durableSeq,
    headHash: unhex(head.headHash),
    referenceVersion: await referenceVersionOf(context, at.stationId),
    countyMs,
    ticket: context.keys.ticket(at.stationId, countyMs),
    ...(await standingOf(context.db, at)),
    wire: context.wire,
  });
  return seal(context, 'ACKNOWLEDGEMENT', asked, body);
}

/** What is wrong with a batch, as the station is told. One with newer kinds of facts is told to a person here too. */
async function batchError(
  context: CountyContext,
  stationId: number,
  error: BatchError,
): Promise<CountyError> {
  if (error.kind !== 'UNKNOWN_EVENT') return { kind: error.kind };
  await context.db
    .transaction()
    .execute((tx) =>
      raiseAlert(tx, { stationId, incarnation: '' }, { kind: 'COUNTY_IS_OLDER', seq: 0 }, context.nowMs()),
    );
  return { kind: 'UNKNOWN_EVENT', readable: error.place };
}

/**
 * Keeps what a station with a revoked key sent, for a person to look at: it may have happened before the theft. It
 * changes no account.
 */
async function keepForReview(
  context: CountyContext,
  run: VerifiedRun,
  envelope: Uint8Array,
): Promise<CountyError> {
  const nowMs = context.nowMs();
  await context.db.transaction().execute(async (tx) => {
    await store.quarantine(tx, run, envelope, nowMs);
    const lost = await isLost(tx, run.stationId);
    await raiseAlert(tx, run, { kind: lost ? 'LOST_STATION_SPOKE' : 'REVOKED_SPOKE', seq: 0 }, nowMs);
  });
  return { kind: 'REVOKED' };
}

interface OpenedBatch {
  readonly asked: Asked;
  readonly run: VerifiedRun;
}

async function openBatch(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<OpenedBatch, CountyError>> {
  const opened = await openSigned(context, bytes, BATCH);
  if (!opened.ok) return opened;
  const { message, revoked } = opened.value;
  const run = decodeBatch(message.body, sha256);
  if (!run.ok) return err(await batchError(context, message.signer, run.error));
  if (run.value.stationId !== message.signer) return err({ kind: 'MALFORMED' });
  if (revoked) return err(await keepForReview(context, run.value, bytes));
  return ok({ asked: message, run: run.value });
}

/** Takes in what was held until now, when the events before it have come. */
async function takeHeld(context: CountyContext, at: store.Place, head: store.Head): Promise<store.Head> {
  let reached = head;
  for (;;) {
    const held = await nextHeld(context.db, at, reached.durableSeq);
    if (held === undefined) return reached;
    const run = decodeHeld(held.envelope, context.wire);
    // What contradicts the county's record is in quarantine then, and no longer held.
    const taken = run === null ? null : await ingestRun(context, run, held.envelope, held.heardMs);
    if (taken?.ok === true) reached = taken.value;
    await dropHeld(context.db, at, held);
  }
}

/** Takes the bytes of a batch; answers those of the acknowledgement. */
export async function takeBatch(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<Uint8Array, CountyError>> {
  const opened = await openBatch(context, bytes);
  if (!opened.ok) return opened;
  const { asked, run } = opened.value;
  const head = await ingestRun(context, run, bytes);
  if (!head.ok) return head;
  return ok(await acknowledgement(context, run, await takeHeld(context, run, head.value), asked));
}

/**
 * Takes a batch that a stick carried, by the same code. Events that leave a gap are held until those before them
 * come, since nobody is on the line who could send them: GAP only where too much is held already. Answers the number
 * of its events that are held.
 */
export async function takeCarriedBatch(
  context: CountyContext,
  bytes: Uint8Array,
  heardMs: number,
): Promise<Result<number, CountyError>> {
  const opened = await openBatch(context, bytes);
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const head = await ingestRun(context, run, bytes, heardMs);
  if (head.ok) {
    await takeHeld(context, run, head.value);
    return ok(0);
  }
  if (head.error.kind !== 'GAP') return head;
  return (await hold(context, run, bytes, heardMs)) ? ok(run.events.length) : head;
}
