/** What the rest of the station may ask of its store. db/ implements it; nothing else opens the database. */
import type { DecisionTime } from '../domain/attendance/facts.ts';
import type { Clock } from '../domain/clock.ts';
import type { Sha256 } from '../domain/journal/canonical.ts';
import type { EventDraft, EventType, JournalEvent } from '../domain/journal/events.ts';
import type { JournalRun } from '../domain/journal/run.ts';
import type { ReferenceDelta } from '../domain/reference/delta.ts';
import type { Reference } from '../domain/reference/reference.ts';
import type { Result } from '../domain/result.ts';
import type { RuleWishes } from '../domain/rules/ruleSet.ts';
import type { VerifiedRun } from '../domain/wire/batch.ts';
import type { RevocationNews } from '../domain/wire/messages.ts';
import type { Attention } from './attention.ts';
import type { Incarnation, IncarnationReason } from './incarnation.ts';
import type { LongWork } from './longWork.ts';
import type { OnProgress } from './progress.ts';
import type { ReferenceChange } from './reference/plan.ts';
import type { Views } from './views/views.ts';

export interface StoreOptions {
  /** Folder of this station's data; made if absent. */
  readonly dir: string;
  readonly stationId: number;
  /** Names the machine; a database that wakes up on another starts a new incarnation. */
  readonly hardwareId: string;
  readonly appVersion: string;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Cryptographically random bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** What this station asks for beyond its county's rules. */
  readonly ruleWishes?: RuleWishes;
  /**
   * Does work that would hold up this thread on a connection of its own (longWork.ts), and tells how far it is. Absent:
   * it is done here, however long it takes.
   */
  readonly elsewhere?: (order: LongWorkOrder, onProgress: OnProgress) => Promise<void>;
}

export interface LongWorkOrder {
  readonly dir: string;
  readonly stationId: number;
  readonly running: Incarnation;
  readonly work: LongWork;
}
/** How far work is that holds off records: events out of all. */
export interface HeldOff {
  readonly done: number;
  readonly total: number;
}

export type OpenError =
  | { readonly kind: 'LOCKED' }
  | { readonly kind: 'FROM_FUTURE'; readonly found: number; readonly known: number }
  | { readonly kind: 'OTHER_STATION'; readonly found: number }
  | { readonly kind: 'CORRUPT'; readonly detail: string }
  | StoreFault;

/** The store could not do its work; nothing was recorded. */
export interface StoreFault {
  readonly kind: 'STORE_UNAVAILABLE';
  readonly reason: 'DISK_FULL' | 'READ_ONLY' | 'IO' | 'BUSY' | 'CORRUPT';
}

export interface Recorded {
  /** The events as they stand in the journal, committed. */
  readonly events: readonly JournalEvent[];
  /** True if this request had been recorded before and `events` are those of then. */
  readonly replayed: boolean;
}

export interface SyncState {
  readonly recorded: number;
  /** County's epoch of the last acknowledgement; empty if none. */
  readonly epoch: string;
  readonly durableSeq: number;
  /** When the last acknowledgement came, wall ms; 0 if none. */
  readonly acknowledgedMs: number;
}

export type { JournalRun };

export interface Acknowledgement {
  readonly epoch: string;
  readonly incarnation: string;
  readonly durableSeq: number;
  readonly headHash: Uint8Array;
}

/**
 * Whether the running incarnation may take points. AWAITING_RETURN: it began over an older database, and the county
 * may hold more of what was before. SUPERSEDED: another machine is at work as this station. FORKED: the county has
 * other facts under the same numbers, as when one disk runs in two machines. REVOKED: the county has shut this machine
 * out.
 */
export type Standing = 'WORKING' | 'AWAITING_RETURN' | 'SUPERSEDED' | 'FORKED' | 'REVOKED';

/** How far the county's events of an incarnation are here. */
export interface Held {
  readonly incarnation: string;
  readonly seq: number;
}

/** A fact that was recorded and is not in the journal; `type` is empty where nothing could be read of it. */
export interface LostFact {
  readonly incarnation: string;
  readonly seq: number;
  readonly type: EventType | '';
  readonly atMs: number;
  readonly volunteerId: number;
  /** Still to be read here, but out of the books: the county did not take it. */
  readonly aside: boolean;
}

/** What restores of this database have come to. */
export interface RestoreOutcome {
  /** The county has not yet said that it holds no more: the rest is what is lost if nothing comes. */
  readonly awaiting: boolean;
  /** Facts that came back, and from when to when they were recorded; 0 where there are none. */
  readonly returned: { readonly count: number; readonly fromMs: number; readonly toMs: number };
  /**
   * The last fact of the backup of the last restore over a database that could not be read; 0: there was none. What was
   * recorded after it and had not reached the county is known to nobody.
   */
  readonly unknownSinceMs: number;
  /** Facts that are known to have been recorded and are not here. */
  readonly lostCount: number;
  /** Of these, facts laid aside here because the county did not take them. */
  readonly asideCount: number;
  readonly lostFromMs: number;
  readonly lostToMs: number;
  /** At most 500 of them. */
  readonly lost: readonly LostFact[];
}

export interface KeeperTries {
  readonly tries: number;
  /** By the wall clock as it stands now; 0 if not locked. */
  readonly lockedUntilMs: number;
}

/** What the line to the county has carried. */
export interface LineUse {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** How long sessions were under way. */
  readonly busyMs: number;
}

/** Why reference data was not taken over. */
export interface ReferenceRefusal {
  readonly kind: 'ROLLED_BACK' | 'OTHER_STATION' | 'STALE' | 'NOT_YET';
}

/** An earlier incarnation with events that the county has not acknowledged. */
export interface UnsentIncarnation {
  readonly incarnation: string;
  readonly durableSeq: number;
  readonly recorded: number;
}

export interface Store {
  readonly stationId: number;
  /** 16 hexadecimal digits, random per installation or restore. */
  readonly incarnation: string;
  /** Why this start writes to it: OTHER_MACHINE and RESTORED say that it began a new one. */
  readonly incarnationReason: IncarnationReason;
  /** Why the running incarnation began, also at later starts; `unseen` until `seeBeginning`. */
  readonly beginning: () => { readonly reason: IncarnationReason; readonly unseen: boolean };
  /** A keeper has seen why it began. */
  readonly seeBeginning: () => void;
  readonly views: Views;
  /**
   * The station's own time, wall ms: what events carry and days are counted by. Within one boot it advances with
   * the monotonic clock, whatever happens to the wall clock (db/clockTrust.ts).
   */
  nowMs(): number;
  /** Whether the wall clock is in doubt now: it stands before the last event, or jumped within this boot. */
  clockDoubtful(): boolean;
  /**
   * Records one decision: BEGIN IMMEDIATE, `decide` reads the views and answers drafts or a refusal, the drafts
   * are appended and folded, COMMIT. A refusal leaves nothing behind. The same `requestId` again (UUID of the
   * screen's form; null for the program's own acts) answers the events recorded then without deciding anew.
   * `nowMs`/`monoMs` given to `decide` are exactly what the events' headers will carry.
   * Throws StoreFaultError (db/faults.ts) if the store fails; then nothing was recorded.
   */
  record<E extends { kind: string }>(
    requestId: string | null,
    actorId: number,
    decide: (now: DecisionTime) => Result<readonly EventDraft[], E>,
  ): Result<Recorded, E>;
  /**
   * Replaces the reference data by its difference in one transaction and records an ALLOWANCE_OPENED for each
   * grant that is new here and an ALLOWANCE_CLOSED for each closing that is. The same version again changes nothing.
   * ROLLED_BACK: its version or its revocation number is lower than what is in force. OTHER_STATION: it was
   * made for another. NOT_YET: grants of it may stand in what is still to come back. Throws StoreFaultError as `record` does.
   */
  applyReference(reference: Reference): Result<null, ReferenceRefusal>;
  /**
   * The same for changes that a worker has found (db/reference/plan.ts). STALE: other reference data came into
   * force since.
   */
  applyReferenceChange(change: ReferenceChange): Result<null, ReferenceRefusal>;
  /** Of the running incarnation. */
  syncState(): SyncState;
  /** Journals of earlier incarnations (before a restore or a move) whose tail the county does not have yet. */
  unsentOlder(): readonly UnsentIncarnation[];
  /**
   * Keeps the county's word on any incarnation held here. NOT_MY_CHAIN: it contradicts its chain. DISK_LOST_FACTS:
   * the county has more of the running journal than this disk, which was put back or lost what it had confirmed.
   */
  acknowledge(
    ack: Acknowledgement,
    atMs: number,
  ): Result<null, { readonly kind: 'NOT_MY_CHAIN' } | { readonly kind: 'DISK_LOST_FACTS' }>;
  /** Of the county's list of revoked cards, as far as it is here; 0 for none. */
  revocationNumber(): number;
  /** Keeps what the county says is new on that list, at once and for good. Answers whether any of it was. */
  heedRevocations(news: Pick<RevocationNews, 'since' | 'number' | 'cardNumbers'>): boolean;
  standing(): Standing;
  /**
   * The county's word on the running incarnation: whether another is at work, and how many events it holds of the
   * others. If these are more than it is known to hold, the station awaits their return.
   */
  hearStanding(word: { readonly superseded: boolean; readonly others: number }): void;
  /** The county refused the running journal's events as contradicting its own. */
  markForked(): void;
  /** The county has shut this machine out, or takes its word again. */
  markRevoked(revoked: boolean): void;
  /** Spends no more, and the next start begins a new incarnation as after a restore. */
  beginAnewAtNextStart(): void;
  /**
   * The county holds other facts than this disk under an earlier incarnation's numbers, by its word in `epoch`: they
   * are to come back and take the place of those here. What another epoch acknowledged of it counts for nothing.
   */
  heedContradiction(incarnation: string, epoch: string): void;
  /**
   * Takes the end of an earlier incarnation out of the books, which the county can never take as it is; a person can
   * still read it here. It is done when the answer comes, as `finishReturn` is.
   */
  layAside(incarnation: string, fromSeq: number): Promise<void>;
  /** What to ask back from: every incarnation but the running one. */
  heldOthers(): readonly Held[];
  /** Keeps a run that the county gave back until all are here. NOT_MY_CHAIN: it continues nothing that is here. */
  takeReturned(run: VerifiedRun): Result<null, { readonly kind: 'NOT_MY_CHAIN' }>;
  /**
   * The county has no more, by its own word: what it gave back joins the journal, everything is folded anew in one
   * transaction, and nothing is awaited any longer. It is done when the answer comes: at once where the journals are
   * short, else by `elsewhere`, and until then every record is refused with BUSY while everything can be read. Rejects
   * with StoreFaultError, and then nothing has changed.
   */
  finishReturn(atMs: number): Promise<void>;
  /** How far such work is; null: none is under way. */
  heldOff(): HeldOff | null;
  /** Hears whenever that changes. */
  watchHeldOff(listener: () => void): void;
  /** There is no county: if none ever acknowledged anything, nobody can hold more than this database. */
  withoutCounty(): void;
  restoreOutcome(): RestoreOutcome;
  /** What needs a person. */
  attention(): Attention;
  /** Whether the program itself, and no keeper, has recorded goods of this kind; reads the whole journal. */
  hasOpeningStock(goodsId: number): boolean;
  /**
   * The county says what time it is: times that agree are TRUSTED from now on, others DOUBTFUL. Where the station
   * was off by an hour or more, CLOCK_FOUND_WRONG names the events of this boot that carry wrong times.
   */
  confirmClock(countyMs: number): void;
  /** Whether the county or a keeper (DATE_CONFIRMED) has vouched for the date of this boot (db/settledDays.ts). */
  dateSettled(): boolean;
  /** Whether a keeper is to be asked for it: then, or where services of earlier boots lack credit by their date. */
  dateToConfirm(): boolean;
  /** Wrong keeper PINs in a row; they survive a restart. */
  keeperTries(): KeeperTries;
  /** Keeps the count, and locks for so long from now (0: not). */
  setKeeperTries(tries: number, lockForMs: number): void;
  /** What the line has carried on a day (as of `shanghaiDay`). */
  lineUse(day: number): LineUse;
  /** Adds to a day's count. */
  addLineUse(day: number, use: LineUse): void;
  /** Ends all writing and gives the folder free. Calling it again does nothing. */
  close(): void;
}

/** A read-only connection for a worker: encoding batches, reports, verify. */
export interface JournalReader {
  /** Events after `afterSeq`, at most `limit`; null if there are none. Of the running incarnation unless told. */
  readRun(afterSeq: number, limit: number, incarnation?: string): JournalRun | null;
  /** What a snapshot changes of what is there. */
  planSnapshot(reference: Reference): ReferenceChange;
  /** What a delta changes; NOT_FROM_HERE if it does not lead on from what is there. */
  planDelta(delta: ReferenceDelta): Result<ReferenceChange, { readonly kind: 'NOT_FROM_HERE' }>;
  close(): void;
}
