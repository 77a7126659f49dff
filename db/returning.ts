/**
 * The way back of what a restored database lacks. Lines wait in a table of their own until the county has said
 * that there are no more; then they join the journal and everything is folded anew, in one transaction and in the
 * order of the incarnations. So the views never depend on when something came back.
 */
import type { Database } from 'better-sqlite3';
import { nextHash, parseCanonical, type Sha256 } from '../domain/journal/canonical.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { VerifiedRun } from '../domain/wire/batch.ts';
import { ORDINAL_STEP, type Incarnation } from './incarnation.ts';
import { openJournal, type Head, type Journal } from './journal/journal.ts';
import type { OnProgress } from './progress.ts';
import { refold } from './refold.ts';
import { numberQuery, query } from './row.ts';
import { setAside } from './setAside.ts';
import type { SyncTable } from './sync.ts';
import type { Held } from './types.ts';

interface StagedLine {
  readonly seq: number;
  readonly text: string;
  readonly hash: Uint8Array;
  readonly own: number;
  /** Of the county that gave it back. */
  readonly epoch: string;
}

/** Lines are moved in spans of so many. */
const SPAN = 1000;

export interface Returning {
  /** Of each incarnation but the running one: how far the county's word on it and its lines reach here. */
  held(): readonly Held[];
  /**
   * Inside a transaction: the county has more of an older journal than is here. What came back from there is the
   * beginning of it, also when another epoch had that forgotten here.
   */
  isThereAgain(ordinal: number, epoch: string, atMs: number): null;
  /** Inside a transaction: keeps a run that the county gave back. NOT_MY_CHAIN: it does not continue what is here. */
  take(run: VerifiedRun): Result<null, { readonly kind: 'NOT_MY_CHAIN' }>;
  /** Inside a transaction: as `Store.layAside`. */
  layAside(name: string, fromSeq: number, onProgress?: OnProgress): void;
  /** Inside a transaction: lets everything join the journal and folds anew, if there is anything. */
  join(nowMs: number, onProgress?: OnProgress): void;
}

export interface ReturningOptions {
  readonly stationId: number;
  readonly sha256: Sha256;
  /** The running incarnation. */
  readonly running: Incarnation;
  readonly sync: SyncTable;
  /** All incarnations as the database has them now. */
  readonly incarnations: () => readonly Incarnation[];
}

function statementsOf(db: Database) {
  return {
    stage: db.prepare<[string, number, string, Uint8Array, string]>(
      `INSERT INTO waiting_line (incarnation, seq, text, hash, epoch, own) VALUES (?, ?, ?, ?, ?, 0)
       ON CONFLICT (incarnation, seq) DO UPDATE SET text = excluded.text, hash = excluded.hash,
         epoch = excluded.epoch, own = 0`,
    ),
    stagedSeq: numberQuery(db, 'SELECT max(seq) FROM waiting_line WHERE incarnation = ? AND own = 0'),
    firstSeq: numberQuery(db, 'SELECT min(seq) FROM waiting_line WHERE incarnation = ? AND own = 0'),
    stagedHash: query<[string, number], { readonly hash: Uint8Array }>(
      db,
      'SELECT hash FROM waiting_line WHERE incarnation = ? AND seq = ? AND own = 0',
    ),
    names: query<[], { readonly incarnation: string }>(
      db,
      'SELECT incarnation FROM waiting_line GROUP BY incarnation ORDER BY min(place)',
    ),
    span: query<[string, number, number], StagedLine>(
      db,
      'SELECT seq, text, hash, own, epoch FROM waiting_line WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    clear: db.prepare('DELETE FROM waiting_line'),
    insert: db.prepare<[number, number, string, Uint8Array]>('INSERT INTO journal VALUES (?, ?, ?, ?)'),
    open: db.prepare<[number, string]>('INSERT INTO incarnation VALUES (?, ?)'),
    cameUpTo: numberQuery(db, 'SELECT max(last_seq) FROM returned WHERE incarnation = ? AND own = 0'),
    returned: db.prepare<number[]>('INSERT OR REPLACE INTO returned VALUES (?, ?, ?, ?, ?, ?)'),
  };
}

/** A span of the journal as it grows by lines of one source. */
interface Span {
  readonly own: number;
  readonly firstSeq: number;
  readonly firstMs: number;
  lastSeq: number;
  lastMs: number;
}

export function returningOf(db: Database, options: ReturningOptions): Returning {
  const { stationId, sha256, running, sync, incarnations } = options;
  const statements = statementsOf(db);
  const journalOf = (incarnation: Incarnation): Journal => openJournal(db, stationId, incarnation, sha256);
  const known = (name: string): Incarnation | undefined =>
    incarnations().find((incarnation) => incarnation.name === name);

  /**
   * Between the older incarnations and the running one there is always room (incarnation.ts). Below the first one of a
   * machine that took another's place it goes on under zero.
   */
  function allot(name: string): Incarnation {
    const older = incarnations().filter(({ ordinal }) => ordinal < running.ordinal);
    const lowest = Math.min(0, running.ordinal - ORDINAL_STEP);
    const ordinal = Math.max(lowest, ...older.map((incarnation) => incarnation.ordinal)) + 1;
    if (ordinal >= running.ordinal) throw new Error(`no room for incarnation ${name}`);
    statements.open.run(ordinal, name);
    return { ordinal, name };
  }

  function hashAt(name: string, seq: number): Uint8Array | undefined {
    const staged = statements.stagedHash.get(name, seq)?.hash;
    if (staged !== undefined) return staged;
    // The first hash of an incarnation that is not known here follows from its name alone.
    return journalOf(known(name) ?? { ordinal: -1, name }).hashAt(seq);
  }

  function joinOne(name: string, nowMs: number): void {
    const incarnation = known(name) ?? allot(name);
    const { ordinal } = incarnation;
    const firstFromCounty = statements.firstSeq(name);
    if (firstFromCounty !== undefined) setAside(db, ordinal, firstFromCounty);
    let head: Head = journalOf(incarnation).readHead();
    const spans: Span[] = [];
    const { epoch } = sync.read(running.ordinal);
    // A county that was restored meanwhile may lack what it gave back before: of that nothing counts as acknowledged.
    let durableSeq = 0;
    for (;;) {
      const lines = statements.span.all(name, head.seq, SPAN);
      let joined = 0;
      for (const line of lines) {
        const event = parseCanonical(line.text);
        const hash = nextHash(sha256, head.hash, line.text);
        // What was read behind the damage joins only if the county's lines lead up to it.
        if (line.seq !== head.seq + 1 || event?.seq !== line.seq || Buffer.compare(hash, line.hash) !== 0)
          break;
        statements.insert.run(ordinal, line.seq, line.text, line.hash);
        head = { seq: line.seq, hash };
        joined += 1;
        const { own, seq } = line;
        if (spans.at(-1)?.own !== own)
          spans.push({ own, firstSeq: seq, lastSeq: seq, firstMs: event.atMs, lastMs: event.atMs });
        Object.assign(spans.at(-1) as Span, { lastSeq: seq, lastMs: event.atMs });
        if (own === 0 && line.epoch === epoch) durableSeq = seq;
      }
      if (joined < SPAN) break;
    }
    for (const { firstSeq, lastSeq, firstMs, lastMs, own } of spans)
      statements.returned.run(ordinal, firstSeq, lastSeq, firstMs, lastMs, own);
    if (durableSeq > sync.read(ordinal).durableSeq)
      sync.write(ordinal, { epoch, durableSeq, acknowledgedMs: nowMs });
  }

  return {
    isThereAgain(ordinal, epoch, atMs) {
      const durableSeq = statements.cameUpTo(ordinal) ?? 0;
      if (durableSeq > sync.read(ordinal).durableSeq)
        sync.write(ordinal, { epoch, durableSeq, acknowledgedMs: atMs });
      return null;
    },
    held() {
      const names = incarnations().filter(({ ordinal }) => ordinal !== running.ordinal);
      const staged = statements.names.all().filter(({ incarnation }) => known(incarnation) === undefined);
      return [
        ...names.map(({ ordinal, name }) => ({
          incarnation: name,
          seq: Math.max(sync.read(ordinal).durableSeq, statements.stagedSeq(name) ?? 0),
        })),
        ...staged.map(({ incarnation }) => ({ incarnation, seq: statements.stagedSeq(incarnation) ?? 0 })),
      ];
    },
    take(run) {
      const { incarnation: name, firstSeq, previousHash } = run;
      const before = hashAt(name, firstSeq - 1);
      const continues = before !== undefined && Buffer.compare(before, previousHash) === 0;
      if (run.stationId !== stationId || name === running.name || !continues)
        return err({ kind: 'NOT_MY_CHAIN' });
      const here = known(name);
      const journal = here === undefined ? undefined : journalOf(here);
      let same = statements.stagedSeq(name) === undefined;
      const { epoch, acknowledgedMs } = sync.read(running.ordinal);
      run.events.forEach(({ seq }, i) => {
        const hash = run.hashes[i] as Uint8Array;
        const own = same ? journal?.hashAt(seq) : undefined;
        same = own !== undefined && Buffer.compare(own, hash) === 0;
        if (!same) {
          statements.stage.run(name, seq, run.texts[i] as string, hash, epoch);
        } else if (here !== undefined) {
          // Its acknowledgement was lost: the county has this very event.
          sync.write(here.ordinal, { epoch, durableSeq: seq, acknowledgedMs });
        }
      });
      return ok(null);
    },
    layAside(name, fromSeq, onProgress) {
      const ordinal = known(name)?.ordinal;
      if (ordinal === undefined || ordinal === running.ordinal)
        throw new Error(`not to be laid aside: ${name}`);
      setAside(db, ordinal, fromSeq);
      refold(db, onProgress);
    },
    join(nowMs, onProgress) {
      const names = statements.names.all();
      for (const { incarnation } of names) joinOne(incarnation, nowMs);
      statements.clear.run();
      if (names.length > 0) refold(db, onProgress);
    },
  };
}
