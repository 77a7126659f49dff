/** The station's store over an open, migrated database: one writer, one transaction per decision. */
import type { Database } from 'better-sqlite3';
import type { DecisionTime } from '../domain/attendance/facts.ts';
import {
  CLOCK_TRUST,
  type ClockTrust,
  type EventDraft,
  isJournalEvent,
  type EventHeader,
  type JournalEvent,
} from '../domain/journal/events.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { shanghaiDay } from '../domain/time.ts';
import { acknowledging } from './acknowledging.ts';
import { JUMP_TOLERANCE_MS } from './clockTrust.ts';
import { attentionOf } from './attention.ts';
import { bootOf, firstMonoMs, hearCounty, openClockJudge } from './openClock.ts';
import { asStoreFault } from './faults.ts';
import { createFolds } from './folds/index.ts';
import { holdingOff } from './heldOff.ts';
import { beginningOf, incarnationsOf, type ClaimedIncarnation } from './incarnation.ts';
import { actFacts } from './ledger/acts.ts';
import { ledgerReader } from './ledger/book.ts';
import { incarnationNames } from './ledger/names.ts';
import { openJournal, type Head } from './journal/journal.ts';
import { revocationActs } from './revocations.ts';
import { referenceWriter, type ReferenceChange } from './reference/apply.ts';
import { openingStockOf } from './openingStock.ts';
import { requestTable } from './requests.ts';
import { keeperTriesTable } from './keeperTries.ts';
import { lineUseTable } from './lineUse.ts';
import { returningOf } from './returning.ts';
import { settledDays } from './settledDays.ts';
import { restoreOutcome, standingActs, standingTable } from './standing.ts';
import { syncTable } from './sync.ts';
import type { Recorded, ReferenceRefusal, Store, StoreOptions } from './types.ts';
import { activityViews } from './views/activityViews.ts';
import { allViews } from './views/allViews.ts';
import { peopleViews } from './views/peopleViews.ts';

export interface StoreHooks {
  /** The journal of the running incarnation goes as far as this: told at the start, by acknowledgements and at the end. */
  readonly reached: (seq: number) => void;
  /** Called once when the store is closed. */
  readonly closed: () => void;
}

/**
 * The store of an incarnation; records STATION_STARTED. Throws StoreFaultError.
 */
export function createStore(
  db: Database,
  incarnation: ClaimedIncarnation,
  options: StoreOptions,
  hooks: StoreHooks,
): Store {
  const { clock, stationId, sha256 } = options;
  const journal = openJournal(db, stationId, incarnation, sha256);
  let fold = createFolds(db, incarnationsOf(db));
  const names = incarnationNames(incarnationsOf(db), () => incarnationsOf(db));
  const activities = activityViews(db, stationId, incarnation.ordinal, names);
  const people = peopleViews(db, options.ruleWishes);
  const sync = syncTable(db);
  const standing = standingTable(db, incarnation.ordinal);
  const returning = returningOf(db, {
    stationId,
    sha256,
    running: incarnation,
    sync,
    incarnations: () => incarnationsOf(db),
  });
  const attention = attentionOf(db, standing);
  const acks = acknowledging(db, {
    stationId,
    sha256,
    running: incarnation,
    journal,
    sync,
    returning,
    standing,
  });
  const { views, issuedBetween } = allViews(
    db,
    { stationId, incarnation: incarnation.ordinal, names, activities, people },
    () => settled,
  );
  const reference = referenceWriter(db, stationId, {
    ...ledgerReader(db, names),
    ...actFacts(db, names, views),
  });

  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const requests = requestTable(db, incarnation, journal, options);

  const boot = bootOf(db, incarnation.ordinal, clock.osBoot());
  const settled = settledDays(db, {
    incarnation: incarnation.ordinal,
    names,
    boot,
    bootBeganMonoMs: firstMonoMs(db, journal, incarnation.ordinal, boot) ?? clock.monoMs(),
    now: () => ({ atMs: nowMs(), monoMs: clock.monoMs() }),
    facts: {
      ...activities,
      issuedInMonth: (monthDay) => issuedBetween(monthDay, monthDay),
      rules: () => people.rules(),
      hasAll: () => standing.read() === 'WORKING',
    },
  });
  const clockJudge = openClockJudge(db, journal, incarnation.ordinal, boot, settled.told());
  const nowMs = (): number => clockJudge.judge(reading()).atMs;
  const tries = keeperTriesTable(db, { nowMs, monoMs: () => clock.monoMs(), osBoot: () => clock.osBoot() });
  const line = lineUseTable(db);
  /** The head as of the last commit; null after a failure, when only the database knows. */
  let head: Head | null = null;
  let closed = false;

  function reading(): { readonly atMs: number; readonly monoMs: number } {
    return { atMs: clock.nowMs(), monoMs: clock.monoMs() };
  }

  /** Ends a transaction that must leave nothing behind; SQLite may have ended it already by itself. */
  function giveUp(): void {
    activities.forgetPlan();
    people.forgetReference();
    head = null;
    if (db.inTransaction) rollback.run();
  }

  /** Runs `work` in a transaction; its error rolls back as an exception does. */
  function transact<T, E extends { kind: string }>(work: () => Result<T, E>): Result<T, E> {
    if (closed) throw new Error('the store is closed');
    heldOff.insist();
    try {
      begin.run();
      const result = work();
      if (result.ok) commit.run();
      else rollback.run();
      return result;
    } catch (error) {
      giveUp();
      throw asStoreFault(error);
    }
  }

  /** A transaction that can only fail by a fault. */
  function change(work: () => void): void {
    transact(() => {
      work();
      return ok(null);
    });
  }

  interface Appended {
    readonly events: readonly JournalEvent[];
    readonly head: Head;
  }

  /**
   * Appends and folds, after what was appended before in this transaction; `afterCommit` must follow once it is
   * through.
   */
  function append(
    drafts: readonly EventDraft[],
    actorId: number,
    { now, trust }: Now,
    before?: Appended,
  ): Appended {
    let newHead = before?.head ?? head ?? journal.readHead();
    const rulesVersion = people.rules().version;
    const events: JournalEvent[] = [...(before?.events ?? [])];
    for (const draft of drafts) {
      const header: EventHeader = { seq: newHead.seq + 1, ...now, trust, rulesVersion, actorId };
      const event = { ...draft, ...header };
      if (!isJournalEvent(event)) throw new TypeError(`no event: ${JSON.stringify(event)}`);
      newHead = journal.append(newHead, event);
      fold(event, incarnation.ordinal);
      settled.note(event);
      events.push(event);
    }
    return { events, head: newHead };
  }

  /** Takes over reference data by what it changes; `plan` runs within the transaction. */
  function applyChange(plan: () => ReferenceChange): Result<null, ReferenceRefusal> {
    if (standing.read() !== 'WORKING') return err({ kind: 'NOT_YET' });
    let appended: Appended | undefined;
    const result = transact(() => {
      const at = now();
      return reference.apply(plan(), shanghaiDay(at.now.atMs), (drafts) => {
        people.forgetReference();
        appended = append(drafts, 0, at, appended);
      });
    });
    activities.forgetPlan();
    people.forgetReference();
    if (appended !== undefined) afterCommit(appended);
    return result;
  }

  function afterCommit({ events, head: newHead }: Appended): void {
    head = newHead;
    const last = events.at(-1);
    if (last === undefined) return;
    clockJudge.committed(last, last.trust);
    if (events.some(({ type }) => type === 'DATE_CONFIRMED'))
      clockJudge.confirm({ ...reading(), monoMs: last.monoMs }, last.atMs, false);
    if (events.some(({ type }) => type === 'ACTIVITY_OPENED')) activities.forgetPlan();
  }

  interface Now {
    readonly now: DecisionTime;
    readonly trust: ClockTrust;
  }
  function now(): Now {
    const read = reading();
    const { atMs, trust } = clockJudge.judge(read);
    return { now: { atMs, monoMs: read.monoMs, boot }, trust };
  }

  function noteReach(): void {
    if (head !== null) hooks.reached(head.seq); // After a failure the older mark is only a weaker one.
  }

  const heldOff = holdingOff(db, { ...options, running: incarnation, change, onFolded: foldedAnew });

  /** The views were made anew, perhaps of more journals: nothing is kept of what was read from them. */
  function foldedAnew(): void {
    for (const known of incarnationsOf(db)) names.learn(known);
    head = null;
    fold = createFolds(db, incarnationsOf(db));
    activities.forgetPlan();
    people.forgetReference();
  }

  const store: Store = {
    stationId,
    incarnation: incarnation.name,
    incarnationReason: incarnation.reason,
    beginning: () => beginningOf(db, incarnation),
    seeBeginning() {
      change(() => {
        db.prepare('UPDATE beginning SET seen = 1 WHERE incarnation = ?').run(incarnation.ordinal);
      });
    },
    views,
    nowMs,
    clockDoubtful: () => clockJudge.judge(reading()).trust === CLOCK_TRUST.DOUBTFUL,
    record(requestId, actorId, decide) {
      const id = requestId?.toLowerCase() ?? null;
      let appended: Appended | undefined;
      const result = transact(() => {
        const earlier = id === null ? undefined : requests.replay(id);
        if (earlier !== undefined) return ok(earlier);
        const at = now();
        const decision = decide(at.now);
        if (!decision.ok) return decision;
        appended = append(decision.value, actorId, at);
        const confirmed = appended.events.find(({ type }) => type === 'DATE_CONFIRMED');
        if (confirmed !== undefined)
          settled.giveBack(confirmed, (draft) => (appended = append([draft], 0, at, appended)));
        const [first] = appended.events;
        if (id !== null && first !== undefined) requests.keep(id, first.seq, appended.head.seq);
        return ok<Recorded>({ events: appended.events, replayed: false });
      });
      if (appended !== undefined) afterCommit(appended);
      return result;
    },
    applyReference: (data) => applyChange(() => reference.plan(data)),
    applyReferenceChange: (change) => applyChange(() => change),
    syncState: () => ({
      recorded: (head ?? journal.readHead()).seq,
      ...sync.read(incarnation.ordinal),
    }),
    unsentOlder: () => sync.unsentBefore(incarnation.ordinal),
    ...revocationActs(db, change),
    acknowledge(ack, atMs) {
      const answer = transact(() => acks.acknowledge(ack, atMs));
      if (answer.ok) noteReach();
      return answer;
    },
    ...standingActs(standing, { change, othersHeld: () => sync.durableBeside(incarnation.ordinal) }),
    beginAnewAtNextStart: () =>
      change(() => {
        acks.beginAnewAtNextStart();
      }),
    heedContradiction: (name, epoch) =>
      change(() => {
        acks.heedContradiction(name, epoch);
      }),
    layAside: (name, fromSeq) => heldOff.run({ kind: 'LAY_ASIDE', incarnation: name, fromSeq }),
    heldOthers: () => returning.held(),
    takeReturned: (run) => transact(() => returning.take(run)),
    finishReturn: (atMs) => heldOff.run({ kind: 'FINISH_RETURN', atMs }),
    heldOff: () => heldOff.now(),
    watchHeldOff: (listener) => {
      heldOff.watch(listener);
    },
    withoutCounty() {
      // Where no county ever spoke, nothing came back that would have to be folded.
      if (standing.isMarked('awaiting_return') && !sync.wasAcknowledged())
        heldOff.here({ kind: 'FINISH_RETURN', atMs: nowMs() });
    },
    attention: () => attention(store),
    restoreOutcome: () => ({ awaiting: standing.isMarked('awaiting_return'), ...restoreOutcome(db) }),
    hasOpeningStock: openingStockOf(db),
    confirmClock(countyMs) {
      const at = reading();
      const offByMs = clockJudge.judge(at).atMs - countyMs;
      const found = hearCounty(clockJudge, { now: at, countyMs }, journal, boot);
      // Its word is kept once in a boot, and again where the time was another or a keeper's.
      if (settled.told()?.byCounty !== true || Math.abs(offByMs) > JUMP_TOLERANCE_MS) {
        let appended: Appended | undefined;
        change(() => {
          settled.hearCounty(at, countyMs, (draft) => (appended = append([draft], 0, now(), appended)));
        });
        if (appended !== undefined) afterCommit(appended);
      }
      if (found.length > 0) store.record(null, 0, () => ok(found));
    },
    dateSettled: () => settled.isSettled(),
    dateToConfirm: () => settled.awaitsKeeper(),
    keeperTries: () => tries.read(),
    setKeeperTries(count, lockForMs) {
      change(() => {
        tries.write(count, lockForMs);
      });
    },
    lineUse: (day) => line.read(day),
    addLineUse: (day, use) =>
      change(() => {
        line.add(day, use);
      }),
    close() {
      if (closed) return;
      try {
        noteReach();
        closed = true;
        db.close();
      } finally {
        closed = true;
        hooks.closed();
      }
    },
  };

  store.record(null, 0, () =>
    ok([{ type: 'STATION_STARTED', osBoot: clock.osBoot(), appVersion: options.appVersion }]),
  );
  noteReach();
  return store;
}
