/** Carries over what a damaged database still holds beyond a backup, as far as its hash chain proves it. */
import type { Database } from 'better-sqlite3';
import { genesisHash, nextHash, parseCanonical, type Sha256 } from '../../domain/journal/canonical.ts';
import type { EventType } from '../../domain/journal/events.ts';
import { isDamage } from '../faults.ts';
import { incarnationsOf, installationOf, type Incarnation } from '../incarnation.ts';
import { numberQuery, query } from '../row.ts';
import type { StartMark } from '../startMark.ts';
import { isWholeLine } from '../verify.ts';

/** An event that was recorded and cannot be carried over. */
export interface LostEvent {
  readonly incarnation: string;
  readonly seq: number;
  /** Whether the county has acknowledged it. */
  readonly atCounty: boolean;
  /** What can still be read of it, unproven; null if nothing can. */
  readonly read: { readonly type: EventType; readonly atMs: number; readonly volunteerId: number } | null;
}

export interface Salvage {
  /** Events carried over. */
  readonly events: number;
  readonly lostCount: number;
  readonly lostAtCounty: number;
  /** At most LISTED of them. */
  readonly lost: readonly LostEvent[];
  /**
   * False where the present database could not say how far it went: then `lostCount` is only the least, and what was
   * recorded after the backup and had not reached the county is known to nobody.
   */
  readonly certain: boolean;
}

const HASH_BYTES = 32;
/** More than this are counted only. */
const LISTED = 500;

interface Line {
  readonly seq: number;
  readonly text: string;
  readonly hash: Uint8Array;
}

/** Reads something of a damaged database; what `otherwise` answers if it cannot be read. */
function tryRead<T>(read: () => T, otherwise: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return otherwise();
  }
}
const none = (): never[] => [];
const nothing = (): undefined => undefined;

/** Appends the lines that continue the chain of `into`; stops at the first that does not. */
function carryOver(
  into: Database,
  from: Database,
  stationId: number,
  { ordinal, name }: Incarnation,
  sha256: Sha256,
): number {
  const last = query<[number], Line>(
    into,
    'SELECT seq, text, hash FROM journal WHERE incarnation = ? ORDER BY seq DESC LIMIT 1',
  ).get(ordinal);
  let seq = last?.seq ?? 0;
  let hash = last?.hash ?? genesisHash(sha256, stationId, name);
  const insert = into.prepare<[number, number, string, Uint8Array]>(
    'INSERT INTO journal VALUES (?, ?, ?, ?)',
  );
  const sql = 'SELECT seq, text, hash FROM journal WHERE incarnation = ? AND seq > ? ORDER BY seq';
  let carried = 0;
  try {
    for (const line of query<[number, number], Line>(from, sql).iterate(ordinal, seq)) {
      if (!isWholeLine(line)) break;
      const expected = nextHash(sha256, hash, line.text);
      const event = parseCanonical(line.text);
      if (line.seq !== seq + 1 || event?.seq !== line.seq || Buffer.compare(expected, line.hash) !== 0) break;
      insert.run(ordinal, line.seq, line.text, line.hash);
      seq = line.seq;
      hash = expected;
      carried += 1;
    }
  } catch (error) {
    // The damage begins here: what stands before it was carried over.
    if (!isDamage(error)) throw error;
  }
  return carried;
}

interface Known {
  readonly head: number;
  readonly durableSeq: number;
  /** Whether everything could be read that says so. */
  readonly certain: boolean;
}

/** How far the damaged database says that a journal went, and how far the county has it. */
function knownOf(from: Database, ordinal: number): Known {
  let certain = true;
  const number = (sql: string): number =>
    tryRead(
      () => numberQuery(from, sql)(ordinal) ?? 0,
      () => {
        certain = false;
        return 0;
      },
    );
  const durableSeq = number('SELECT durable_seq FROM sync_state WHERE incarnation = ?');
  const head = Math.max(
    durableSeq,
    number('SELECT max(seq) FROM journal WHERE incarnation = ?'),
    number('SELECT max(last_seq) FROM request WHERE incarnation = ?'),
  );
  return { head, durableSeq, certain };
}

/**
 * Reads what still stands at a place behind the damage. A whole line waits in `waiting_line`: it joins the journal if
 * the county gives back what leads up to it.
 */
function keepBehind(
  into: Database,
  from: Database,
  { ordinal, name }: Incarnation,
  seq: number,
): LostEvent['read'] {
  const sql = 'SELECT seq, text, hash FROM journal WHERE incarnation = ? AND seq = ?';
  const line = tryRead(() => query<[number, number], Line>(from, sql).get(ordinal, seq), nothing);
  const event = typeof line?.text === 'string' ? parseCanonical(line.text) : undefined;
  if (line === undefined || event === undefined) return null;
  if (isWholeLine(line) && line.hash.length === HASH_BYTES && event.seq === seq)
    into
      .prepare(
        'INSERT OR IGNORE INTO waiting_line (incarnation, seq, text, hash, own) VALUES (?, ?, ?, ?, 1)',
      )
      .run(name, seq, line.text, line.hash);
  return { type: event.type, atMs: event.atMs, volunteerId: 'volunteerId' in event ? event.volunteerId : 0 };
}

/** How far a journal is known to have gone; it never becomes less. */
function rememberHead(into: Database, name: string, seq: number): void {
  into
    .prepare(
      'INSERT INTO known_head VALUES (?, ?) ON CONFLICT (incarnation) DO UPDATE SET seq = max(seq, excluded.seq)',
    )
    .run(name, seq);
}

/** What the damaged database itself knew of earlier restores. Answers how many rows were new. */
function carryTables(into: Database, from: Database): number {
  let rows = 0;
  for (const [table, columns] of [
    ['returned', 'incarnation, first_seq, last_seq, first_ms, last_ms, own'],
    ['set_aside', 'incarnation, seq, text, hash'],
    ['lost_event', 'incarnation, seq, type, at_ms, volunteer_id'],
    ['waiting_line', 'incarnation, seq, text, hash, own, epoch'],
    ['unknown_loss', 'since_ms'],
    ['beginning', 'incarnation, reason, at_ms, seen'],
  ] as const) {
    const places = columns.replace(/\w+/g, '?');
    const keep = into.prepare(`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${places})`);
    const all = () => from.prepare<[], unknown[]>(`SELECT ${columns} FROM ${table}`).raw(true).all();
    for (const row of tryRead(all, none)) rows += keep.run(...row).changes;
  }
  const heads = () =>
    query<[], { readonly incarnation: string; readonly seq: number }>(from, 'SELECT * FROM known_head').all();
  for (const { incarnation, seq } of tryRead(heads, none)) rememberHead(into, incarnation, seq);
  return rows;
}

/** What screens were told under which request, and the county's word: both as far as their events came over. */
function carryBesides(into: Database, from: Database, ordinal: number, head: number): void {
  const keep = into.prepare<[string, number, number, number]>(
    'INSERT OR IGNORE INTO request VALUES (?, ?, ?, ?)',
  );
  const requests = query<
    [number, number],
    { readonly id: string; readonly firstSeq: number; readonly lastSeq: number }
  >(from, 'SELECT id, first_seq, last_seq FROM request WHERE incarnation = ? AND last_seq <= ?');
  for (const { id, firstSeq, lastSeq } of tryRead(() => requests.all(ordinal, head), none))
    keep.run(id, ordinal, firstSeq, lastSeq);
  const state = tryRead(
    () =>
      query<
        [number],
        { readonly epoch: string; readonly durableSeq: number; readonly acknowledgedMs: number }
      >(from, 'SELECT epoch, durable_seq, acknowledged_ms FROM sync_state WHERE incarnation = ?').get(
        ordinal,
      ),
    nothing,
  );
  if (state === undefined) return;
  into
    .prepare(
      `INSERT INTO sync_state VALUES (?, ?, ?, ?) ON CONFLICT (incarnation) DO UPDATE SET epoch = excluded.epoch,
         durable_seq = excluded.durable_seq, acknowledged_ms = excluded.acknowledged_ms`,
    )
    .run(ordinal, state.epoch, Math.min(head, state.durableSeq), state.acknowledgedMs);
}

/** The events of one journal that are known to have been recorded and did not come over. */
function listLost(
  into: Database,
  from: Database,
  incarnation: Incarnation,
  head: number,
  known: Known,
): readonly LostEvent[] {
  const lost: LostEvent[] = [];
  for (let seq = head + 1; seq <= known.head; seq++) {
    const read = keepBehind(into, from, incarnation, seq);
    lost.push({ incarnation: incarnation.name, seq, atCounty: seq <= known.durableSeq, read });
  }
  if (known.head > head) rememberHead(into, incarnation.name, known.head);
  return lost;
}

/** Where the database itself says nothing, the mark of its last start says at least how far one journal went. */
function lostByMark(into: Database, { incarnation, seq }: StartMark): number {
  const head =
    query<[string], { readonly seq: number | null }>(
      into,
      'SELECT max(seq) AS seq FROM journal WHERE incarnation = (SELECT ordinal FROM incarnation WHERE name = ?)',
    ).get(incarnation)?.seq ?? 0;
  if (seq <= head) return 0;
  const known = query<[string], { readonly seq: number }>(
    into,
    'SELECT seq FROM known_head WHERE incarnation = ?',
  ).get(incarnation);
  rememberHead(into, incarnation, seq);
  return Math.max(0, seq - Math.max(head, known?.seq ?? 0));
}

/**
 * Inside a transaction on `into` (a copy of a backup): appends what `from` (the damaged database; null where there is
 * none or it cannot be opened) holds beyond it, and says what is lost. A `from` of another lineage gives nothing.
 * `mark` is the one that the last start left beside the damaged database. The views are the caller's to fold.
 */
export function salvage(
  into: Database,
  from: Database | null,
  mark: StartMark | null,
  sha256: Sha256,
): Salvage {
  const own = new Map(incarnationsOf(into).map((entry) => [entry.ordinal, entry.name]));
  const stationId = installationOf(into)?.stationId ?? 0;
  const read = from === null ? [] : tryRead(() => incarnationsOf(from), none);
  const isOther = read.some(({ ordinal, name }) => own.has(ordinal) && own.get(ordinal) !== name);
  const theirs = isOther ? [] : read;
  const headOf = numberQuery(into, 'SELECT max(seq) FROM journal WHERE incarnation = ?');
  for (const { ordinal, name } of theirs)
    into.prepare('INSERT OR IGNORE INTO incarnation VALUES (?, ?)').run(ordinal, name);
  into.prepare('UPDATE installation SET incarnation = (SELECT max(ordinal) FROM incarnation)').run();
  let events = 0;
  let certain = theirs.length > 0;
  const lost: LostEvent[] = [];
  for (const incarnation of theirs) {
    if (from === null) break;
    const { ordinal } = incarnation;
    events += carryOver(into, from, stationId, incarnation, sha256);
    const head = headOf(ordinal) ?? 0;
    carryBesides(into, from, ordinal, head);
    const known = knownOf(from, ordinal);
    certain &&= known.certain;
    lost.push(...listLost(into, from, incarnation, head, known));
  }
  const listed = lost.slice(0, LISTED);
  for (const event of listed)
    into
      .prepare('INSERT OR REPLACE INTO lost_event VALUES (?, ?, ?, ?, ?)')
      .run(
        event.incarnation,
        event.seq,
        event.read?.type ?? '',
        event.read?.atMs ?? 0,
        event.read?.volunteerId ?? 0,
      );
  if (from !== null && !isOther) carryTables(into, from);
  const byMark = mark === null ? 0 : lostByMark(into, mark);
  return {
    events,
    lostCount: lost.length + byMark,
    lostAtCounty: lost.filter(({ atCounty }) => atCounty).length,
    lost: listed,
    certain,
  };
}
