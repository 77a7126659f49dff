/**
 * Proves a station's folder: the chain of every incarnation is recomputed from its first event, the views are
 * folded again into a database of their own and compared row by row. It reads only, and a station may be
 * recording meanwhile: everything is looked at as of one moment.
 */
import Database, { type Database as Connection } from 'better-sqlite3';
import { genesisHash, nextHash, parseCanonical, type Sha256 } from '../domain/journal/canonical.ts';
import type { JournalEvent } from '../domain/journal/events.ts';
import { createFolds, VIEW_TABLES } from './folds/index.ts';
import { hasReturned, tolerantFolds } from './folds/tolerant.ts';
import { storeFaultOf } from './faults.ts';
import type { Finding } from './finding.ts';
import { incarnationsOf, installationOf, type Incarnation } from './incarnation.ts';
import { changedSchema, migrate, SCHEMA_VERSION, schemaVersion } from './migrations/index.ts';
import { countEvents, PROGRESS_SPAN, type OnProgress } from './progress.ts';
import { openReadOnly } from './reader.ts';
import { query } from './row.ts';

export interface VerifyReport {
  readonly events: number;
  readonly incarnations: number;
  readonly viewRows: number;
  /** The first thing that is wrong; null if all is well. */
  readonly finding: Finding | null;
}

interface Line {
  readonly incarnation: number;
  readonly seq: number;
  readonly text: string;
  readonly hash: Uint8Array;
}

/** A flipped bit can turn a text into bytes and bytes into a text, whatever the column's type. */
export function isWholeLine(line: { readonly text: unknown; readonly hash: unknown }): boolean {
  return typeof line.text === 'string' && line.hash instanceof Uint8Array;
}

interface ChainResult {
  readonly head: number;
  readonly finding: Finding | null;
}

/** Goes along one chain, giving each sound event to `fold`. */
function checkChain(
  db: Connection,
  stationId: number,
  { ordinal, name }: Incarnation,
  sha256: Sha256,
  fold: (event: JournalEvent) => void,
): ChainResult {
  const lines = query<[number], Line>(
    db,
    'SELECT incarnation, seq, text, hash FROM journal WHERE incarnation = ? ORDER BY seq',
  );
  let head = 0;
  let hash = genesisHash(sha256, stationId, name);
  const wrong = (seq: number, problem: (Finding & { kind: 'EVENT' })['problem']): ChainResult => ({
    head,
    finding: { kind: 'EVENT', incarnation: name, seq, problem },
  });
  for (const line of lines.iterate(ordinal)) {
    // Whoever goes along the tree meets a line whose key has flipped where it belongs, and whoever seeks it does not.
    if (line.seq !== head + 1 || line.incarnation !== ordinal) return wrong(head + 1, 'GAP');
    if (!isWholeLine(line)) return wrong(line.seq, 'WRONG_HASH');
    hash = nextHash(sha256, hash, line.text);
    if (Buffer.compare(hash, line.hash) !== 0) return wrong(line.seq, 'WRONG_HASH');
    const event = parseCanonical(line.text);
    if (event?.seq !== line.seq) return wrong(line.seq, 'NO_EVENT');
    try {
      fold(event);
    } catch (error) {
      if (storeFaultOf(error) !== undefined) throw error;
      return wrong(line.seq, 'CANNOT_BE_FOLDED');
    }
    head = line.seq;
  }
  return { head, finding: null };
}

export interface ChainsReport {
  readonly events: number;
  /** The first thing that is wrong; null if all is well. */
  readonly finding: Finding | null;
}

/** Proves the hash chain of every journal in an open database, without folding anything. */
export function verifyChains(db: Connection, sha256: Sha256): ChainsReport {
  const stationId = installationOf(db)?.stationId ?? 0;
  let events = 0;
  for (const incarnation of incarnationsOf(db)) {
    const chain = checkChain(db, stationId, incarnation, sha256, () => undefined);
    events += chain.head;
    const finding = chain.finding ?? checkEnd(db, incarnation, chain.head);
    if (finding !== null) return { events, finding };
  }
  return { events, finding: null };
}

/** Whether events are missing at the end that something outside the chain still knows of. */
function checkEnd(db: Connection, { ordinal, name }: Incarnation, head: number): Finding | null {
  const known = query<[number, number], { readonly seq: number | null }>(
    db,
    `SELECT max(seq) AS seq FROM (
       SELECT durable_seq AS seq FROM sync_state WHERE incarnation = ?
       UNION ALL SELECT last_seq FROM request WHERE incarnation = ?)`,
  ).get(ordinal, ordinal);
  return (known?.seq ?? 0) > head ? { kind: 'CUT_OFF', incarnation: name, seq: head + 1 } : null;
}

type Row = readonly (number | string)[];

/** Compares one view in both databases; `count` is called for each row of the station's. */
function compareView(
  station: Connection,
  folded: Connection,
  table: string,
  key: readonly string[],
  count: () => void,
): Finding | null {
  const sql = `SELECT ${key.join(', ')}, * FROM ${table} ORDER BY ${key.join(', ')}`;
  const found = station.prepare<[], Row>(sql).raw(true).iterate();
  const expected = folded.prepare<[], Row>(sql).raw(true).iterate();
  try {
    return compareRows(table, key, found, expected, count);
  } finally {
    // Also where the reading fails: a connection with an open reading cannot be closed.
    found.return?.();
    expected.return?.();
  }
}

function compareRows(
  table: string,
  key: readonly string[],
  found: Iterator<Row>,
  expected: Iterator<Row>,
  count: () => void,
): Finding | null {
  const finding = (row: Row, problem: (Finding & { kind: 'VIEW' })['problem']): Finding => {
    return { kind: 'VIEW', table, key: key.map((name, i) => `${name}=${row[i] ?? '?'}`).join(' '), problem };
  };
  for (;;) {
    const a = found.next();
    const b = expected.next();
    if (a.done === true && b.done === true) return null;
    if (a.done === true) return finding(b.value as Row, 'MISSING');
    if (b.done === true) return finding(a.value, 'TOO_MANY');
    count();
    const inStation = a.value;
    const inJournal = b.value;
    if (inStation.every((value, i) => value === inJournal[i])) continue;
    const at = key.findIndex((_, i) => inStation[i] !== inJournal[i]);
    if (at === -1) return finding(inStation, 'DIFFERENT');
    const isBefore = Number(inStation[at]) < Number(inJournal[at]);
    return isBefore ? finding(inStation, 'TOO_MANY') : finding(inJournal, 'MISSING');
  }
}

/**
 * Whether every account holds what its lots do (RULES.md B5): available is the sum of what is open, pending of what is
 * on its way, held of what an objection froze.
 */
export function checkBooks(db: Connection): Finding | null {
  const wrong = query<[], { readonly holder: number; readonly holderId: number }>(
    db,
    `SELECT holder, holder_id FROM (
       SELECT holder, holder_id, available, pending, held FROM account
       UNION ALL SELECT holder, holder_id, -remaining * (state >= 4), -remaining * (state < 3),
         -remaining * (state = 3) FROM lot)
     GROUP BY holder, holder_id HAVING sum(available) <> 0 OR sum(pending) <> 0 OR sum(held) <> 0 LIMIT 1`,
  ).get();
  return wrong === undefined ? null : { kind: 'BOOKS', ...wrong };
}

/**
 * Proves an open database of the present schema: chains, then views, then the schema itself. `onProgress` hears of each
 * span of events that were proved and folded.
 */
export function verifyOpen(
  db: Connection,
  sha256: Sha256,
  onProgress: OnProgress = () => undefined,
): VerifyReport {
  const found = schemaVersion(db);
  if (found !== SCHEMA_VERSION) {
    const finding: Finding = { kind: 'OTHER_SCHEMA', found, known: SCHEMA_VERSION };
    return { events: 0, incarnations: 0, viewRows: 0, finding };
  }
  // A temporary database on disk: the views of a large station do not fit into an old PC's memory.
  const folded = new Database('');
  let changed: string | null = null;
  try {
    folded.pragma('synchronous = OFF');
    folded.pragma('journal_mode = MEMORY'); // OFF would be faster, but could take nothing back.
    migrate(folded);
    changed = changedSchema(db, folded);
    const stationId = installationOf(db)?.stationId ?? 0;
    const incarnations = incarnationsOf(db);
    const foldOne = (hasReturned(db) ? tolerantFolds : createFolds)(folded, incarnations);
    let events = 0;
    let viewRows = 0;
    let finding: Finding | null = null;
    const total = countEvents(db);
    let seen = 0;
    folded.exec('BEGIN');
    for (const incarnation of incarnations) {
      const fold = (event: JournalEvent): void => {
        foldOne(event, incarnation.ordinal);
        seen += 1;
        if (seen % PROGRESS_SPAN === 0 || seen === total) onProgress(seen, total);
      };
      const chain = checkChain(db, stationId, incarnation, sha256, fold);
      events += chain.head;
      finding = chain.finding ?? checkEnd(db, incarnation, chain.head);
      if (finding !== null) break;
    }
    folded.exec('COMMIT');
    for (const [table, key] of Object.entries(VIEW_TABLES)) {
      finding ??= compareView(db, folded, table, key, () => viewRows++);
    }
    finding ??= checkBooks(db);
    if (changed !== null) finding ??= { kind: 'SCHEMA', name: changed };
    return { events, incarnations: incarnations.length, viewRows, finding };
  } catch (error) {
    // Where a table has lost its name or a column, even the reading fails.
    if (changed === null || storeFaultOf(error) !== undefined) throw error;
    return { events: 0, incarnations: 0, viewRows: 0, finding: { kind: 'SCHEMA', name: changed } };
  } finally {
    folded.close();
  }
}

/**
 * Verifies the folder of a station. Everything that is wrong with it is a finding; an exception is a bug. `onProgress`
 * hears of each span of events that were proved and folded.
 */
export function verifyFolder(
  dir: string,
  sha256: Sha256,
  onProgress: OnProgress = () => undefined,
): VerifyReport {
  let db: Connection | undefined;
  try {
    db = openReadOnly(dir);
    db.exec('BEGIN');
    return verifyOpen(db, sha256, onProgress);
  } catch (error) {
    if (storeFaultOf(error) === undefined) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    const finding: Finding = { kind: 'UNREADABLE', detail: cause.message };
    return { events: 0, incarnations: 0, viewRows: 0, finding };
  } finally {
    db?.close();
  }
}
