/**
 * A batch into the county: checked, then stored with its views in one transaction, and acknowledged after COMMIT.
 * The same batch again changes nothing and is acknowledged again.
 */
import { genesisHash } from '../../domain/journal/canonical.ts';
import type { Lot } from '../../domain/points/account.ts';
import { peopleOf } from '../../domain/points/merging.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { decodeBatch, type BatchError, type VerifiedRun } from '../../domain/wire/batch.ts';
import { MAX_BATCH_BODY_BYTES, MAX_BATCH_ENVELOPE_BYTES } from '../../domain/wire/limits.ts';
import { encodeAcknowledgement, NO_REVOCATION_NEWS } from '../../domain/wire/messages.ts';
import { raiseAlert, raiseAlerts, type Alert, type AlertKind } from './alerts.ts';
import { accountsOf, followArrears } from './arrears.ts';
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
import { followOwners } from './following.ts';
import * as store from './ingestSql.ts';
import { foldIntoAccounts } from './ledger.ts';
import { mergedAround } from './merged.ts';
import { followTakenBack } from './takenBack.ts';
import { raiseVersions } from './transferRows.ts';
import { setAside } from './quarantine.ts';
import { referenceVersionOf } from './reference.ts';
import { followTransfers, isLost } from './transfers.ts';

const BATCH = {
  kind: 'BATCH',
  maxBytes: MAX_BATCH_ENVELOPE_BYTES,
  maxBodyBytes: MAX_BATCH_BODY_BYTES,
} as const;

/** More than a station in need would begin, at a restore, a refusal or a new machine, in all its life. */
const MAX_JOURNALS = 200;

/**
 * Opens the incarnation and locks its head; a second incarnation of a station is told to a person. Null: the station
 * has begun too many, and a row and an alert for each would be its own to fill the county with.
 */
export async function headOf(tx: store.Tx, at: store.Place, nowMs: number): Promise<store.Head | null> {
  const found = await store.lockHead(tx, at);
  if (found !== undefined) return found;
  if ((await journalsOf(tx, at.stationId)) >= MAX_JOURNALS) {
    await raiseAlert(tx, { ...at, incarnation: '' }, { kind: 'TOO_MANY_JOURNALS', seq: 0 }, nowMs);
    return null;
  }
  const genesis = hex(genesisHash(sha256, at.stationId, at.incarnation));
  if (await store.openIncarnation(tx, at, genesis, nowMs)) {
    if ((await journalsOf(tx, at.stationId)) > 1)
      await raiseAlert(tx, at, { kind: 'NEW_INCARNATION', seq: 0 }, nowMs);
  }
  return (await store.lockHead(tx, at)) ?? { durableSeq: 0, headHash: genesis };
}

async function journalsOf(tx: store.Tx, stationId: number): Promise<number> {
  const known = await tx
    .selectFrom('incarnation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('station_id', '=', stationId)
    .executeTakeFirstOrThrow();
  return known.count;
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
  arrival: store.Arrival,
): Promise<store.Head> {
  const { nowMs } = arrival;
  const skip = head.durableSeq + 1 - run.firstSeq;
  const fresh = run.events.slice(skip);
  if (fresh.length === 0) return head;
  await takeTurns(tx, fresh);
  const gains = gainsOf(fresh);
  const moved = { durableSeq: head.durableSeq + fresh.length, headHash: hex(run.headHash) };
  await store.insertEvents(tx, run, skip, arrival);
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
  const accounts = accountsOf(fitting);
  const merged = await mergedAround(tx, peopleOf(accounts));
  await followArrears(context, tx, accounts, merged);
  await raiseVersions(tx, await followOwners(context, tx, run.stationId, fitting, merged), nowMs);
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
 * Stores a verified run in one transaction. Answers how far the county is durable then, after COMMIT. `carriedMs` is
 * when the station spoke, where a stick or the review brings its words later.
 */
export async function ingestRun(
  context: CountyContext,
  run: VerifiedRun,
  envelope: Uint8Array,
  carriedMs?: number,
): Promise<Result<store.Head, CountyError>> {
  const nowMs = context.nowMs();
  await openMonth(context.db, nowMs);
  return context.db.transaction().execute(async (tx): Promise<Result<store.Head, CountyError>> => {
    const head = await headOf(tx, run, nowMs);
    if (head === null) return err({ kind: 'TOO_MANY_JOURNALS' });
    const isGap = run.firstSeq > head.durableSeq + 1;
    // What follows a fork is of the fork: it waits for nothing.
    const isBehindFork = isGap && (await store.continuesAside(tx, run));
    if (isGap && !isBehindFork) return err({ kind: 'GAP', durableSeq: head.durableSeq });
    const fork = isBehindFork ? run.firstSeq : await forkAt(tx, run, head);
    if (fork !== null) {
      const { firstSeq } = run;
      const aside = { at: run, firstSeq, mark: hex(run.headHash), reason: 'FORK', envelope } as const;
      if ((await setAside(tx, aside, nowMs)) === 'FULL') return err({ kind: 'REVIEW_FULL' });
      const other = run.texts[fork - firstSeq];
      const hash = run.hashes[fork - firstSeq];
      const facts = other === undefined ? {} : { other };
      if (!isBehindFork)
        await raiseAlert(tx, run, { kind: 'FORK', seq: fork, facts, mark: hash ? hex(hash) : '' }, nowMs);
      return err({ kind: 'FORK', durableSeq: head.durableSeq });
    }
    await store.heardFrom(tx, run.stationId, carriedMs ?? nowMs);
    const arrival = { nowMs, month: monthOf(nowMs), byLine: carriedMs === undefined };
    const moved = await storeRun(context, tx, run, head, arrival);
    context.eventLimit.stored(run.stationId, moved.durableSeq - head.durableSeq);
    return ok(moved);
  });
}

/** The county's signed word on how far an incarnation is durable, with what it has to say of revoked cards. */
export async function acknowledgement(
  context: CountyContext,
  at: store.Place,
  head: store.Head,
  asked: Asked,
  revocations = NO_REVOCATION_NEWS,
): Promise<Uint8Array> {
  const countyMs = context.nowMs();
  const says = {
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
    revocations,
  };
  return seal(context, 'ACKNOWLEDGEMENT', asked, encodeAcknowledgement(says, asked.version));
}

/**
 * Keeps a well-signed batch that will never be taken as it is, once whatever its nonce, and says so: sent again it
 * would keep everything behind it waiting for ever.
 */
async function setUnreadableAside(
  context: CountyContext,
  stationId: number,
  content: Uint8Array,
  envelope: Uint8Array,
): Promise<CountyError> {
  const at = { stationId, incarnation: '' };
  const mark = hex(sha256(content));
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx) => {
    const kept = await setAside(tx, { at, firstSeq: 0, mark, reason: 'UNREADABLE', envelope }, nowMs);
    if (kept === 'FULL') return { kind: 'REVIEW_FULL' };
    await raiseAlert(tx, at, { kind: 'UNREADABLE_BATCH', seq: 0, mark }, nowMs);
    return { kind: 'SET_ASIDE' };
  });
}

/** What is wrong with a batch, as the station is told. One with newer kinds of facts is told to a person here too. */
async function batchError(
  context: CountyContext,
  stationId: number,
  error: BatchError,
  content: Uint8Array,
  envelope: Uint8Array,
): Promise<CountyError> {
  if (error.kind !== 'UNKNOWN_EVENT') return setUnreadableAside(context, stationId, content, envelope);
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
  return context.db.transaction().execute(async (tx) => {
    const lost = await isLost(tx, run.stationId);
    const { firstSeq } = run;
    const reason = lost ? 'LOST' : 'REVOKED';
    const kept = await setAside(tx, { at: run, firstSeq, mark: hex(run.headHash), reason, envelope }, nowMs);
    if (kept === 'FULL') return { kind: 'REVIEW_FULL' };
    if (kept === 'KEPT')
      await raiseAlert(tx, run, { kind: lost ? 'LOST_STATION_SPOKE' : 'REVOKED_SPOKE', seq: 0 }, nowMs);
    return { kind: 'REVOKED' };
  });
}

interface OpenedBatch {
  readonly asked: Asked;
  readonly run: VerifiedRun;
}

async function openBatch(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<OpenedBatch, CountyError>> {
  const opened = await openSigned(context, bytes, {
    ...BATCH,
    onTorn: ({ signer, stored }) => setUnreadableAside(context, signer, stored, bytes),
  });
  if (!opened.ok) return opened;
  const { message, revoked } = opened.value;
  const run = decodeBatch(message.body, sha256);
  if (!run.ok) return err(await batchError(context, message.signer, run.error, message.body, bytes));
  if (run.value.stationId !== message.signer)
    return err(await setUnreadableAside(context, message.signer, message.body, bytes));
  if (revoked) return err(await keepForReview(context, run.value, bytes));
  const retryAfterMs = context.eventLimit.waitMs(message.signer);
  if (retryAfterMs > 0) return err({ kind: 'TOO_MANY', retryAfterMs });
  return ok({ asked: message, run: run.value });
}

/** Takes in what was held until now, when the events before it have come. */
async function takeHeld(context: CountyContext, at: store.Place, head: store.Head): Promise<store.Head> {
  let reached = head;
  for (;;) {
    const held = await nextHeld(context.db, at, reached.durableSeq);
    if (held === undefined) return reached;
    const run = decodeHeld(held.envelope, context.wire);
    // What contradicts the county's record, or cannot be read any more, is in quarantine then, and no longer held.
    const taken =
      run === null
        ? err(await setUnreadableAside(context, at.stationId, held.envelope, held.envelope))
        : await ingestRun(context, run, held.envelope, held.heardMs);
    if (taken.ok) reached = taken.value;
    else if (taken.error.kind === 'REVIEW_FULL') return reached;
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
