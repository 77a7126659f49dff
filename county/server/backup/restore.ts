/** A county brought back from a backup, in one transaction: the database is as it was, or as the backup says. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { hex } from '../codecs.ts';
import type { CountyDb } from '../db/open.ts';
import { ensureMonths, forgetMonths } from '../db/months.ts';
import { MIGRATIONS } from '../db/migrations/index.ts';
import type { Tx } from '../ingestSql.ts';
import { leaveNumbersBehind, VERSIONS_BEYOND } from '../numbers.ts';
import { putBackOnList } from '../revocations.ts';
import { endOpenCodes, revokeKeysAgain, type Revoked } from '../revoked.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { readBackup, type BackupSummary } from './file.ts';
import { tablesOf, type TableShape } from './tables.ts';

/** Numbers that were given out after the backup stay given out: the next ones begin this far beyond. */
const NUMBERS_BEYOND = 1_000_000;

export type RestoreRefusal =
  | { readonly kind: 'NOT_EMPTY'; readonly stations: number; readonly events: number }
  /** It was made by a newer program. */
  | { readonly kind: 'NEWER_BACKUP' };

export interface RestoreOptions {
  /** Whether what the database holds may be thrown away. */
  readonly replace: boolean;
  readonly nowMs: number;
  /** What the county's folder says was revoked, since the backup or before it. */
  readonly revoked: Revoked;
}

/** What a database holds that a restore would throw away. */
async function contentOf(db: CountyDb): Promise<{ readonly stations: number; readonly events: number }> {
  const { rows } = await sql<{ stations: number; events: number }>`
    SELECT (SELECT count(*) FROM station)::bigint AS stations,
      (SELECT coalesce(sum(durable_seq), 0) FROM incarnation)::bigint AS events`.execute(db);
  return rows[0] ?? { stations: 0, events: 0 };
}

async function insertRows(tx: Tx, shape: TableShape, lines: readonly string[]): Promise<void> {
  if (shape.name === 'event')
    await ensureMonths(tx, new Set(lines.map((line) => (JSON.parse(line) as { month: number }).month)));
  const columns = sql.join(shape.columns.map((name) => sql.ref(name)));
  const table = sql.table(shape.name);
  await sql`INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE
    SELECT ${columns} FROM json_populate_recordset(NULL::${table}, ${`[${lines.join(',')}]`}::json)`.execute(
    tx,
  );
}

/** Makes the tables anew as the migrations of the backup made them. */
async function makeTables(tx: Tx, migrations: readonly string[]): Promise<ReadonlyMap<string, TableShape>> {
  for (const { name } of (await tablesOf(tx)).toReversed())
    await sql`DROP TABLE ${sql.table(name)} CASCADE`.execute(tx);
  for (const name of migrations) await MIGRATIONS[name]?.up(tx);
  return new Map((await tablesOf(tx)).map((shape) => [shape.name, shape]));
}

/**
 * Sets every number beyond those that stations may have seen since the backup: they refuse a lower one, and would
 * take an equal one for what they have.
 */
async function leaveBehind(tx: Tx): Promise<void> {
  for (const { name, identity } of await tablesOf(tx))
    if (identity !== null)
      await sql`SELECT setval(pg_get_serial_sequence(${name}, ${identity}),
        (SELECT coalesce(max(${sql.ref(identity)}), 0) FROM ${sql.table(name)}) + ${NUMBERS_BEYOND}::bigint)`.execute(
        tx,
      );
  await sql`UPDATE reference_version SET version = version + ${VERSIONS_BEYOND}::bigint`.execute(tx);
  await leaveNumbersBehind(tx, null);
}

/** The restored county is another one than that which gave the last answers: stations learn it by the epoch. */
async function beginEpoch(tx: Tx, nowMs: number, madeMs: number): Promise<void> {
  const values = { epoch: hex(randomBytes(8)), restored_ms: String(nowMs), restored_of_ms: String(madeMs) };
  for (const [name, value] of Object.entries(values))
    await sql`INSERT INTO meta (name, value) VALUES (${name}, ${value})
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`.execute(tx);
}

/**
 * Restores a backup. NOT_EMPTY: there is something and `replace` is not set. No county may run on the database.
 * Throws BadBackup if the file is not whole; then nothing has changed.
 */
export async function restoreBackup(
  db: CountyDb,
  path: string,
  { replace, nowMs, revoked }: RestoreOptions,
): Promise<Result<BackupSummary, RestoreRefusal>> {
  const content = await contentOf(db);
  if (!replace && content.stations > 0) return err({ kind: 'NOT_EMPTY', ...content });
  // Proved whole before anything is touched, and told apart from one of a newer program.
  const { head } = await readBackup(path);
  if (head.migrations.some((name) => MIGRATIONS[name] === undefined)) return err({ kind: 'NEWER_BACKUP' });
  forgetMonths(db);
  return db.transaction().execute(async (tx) => {
    // PostgreSQL's pool gives a statement half a minute: checking all keys at the end may need more.
    await sql`SET LOCAL statement_timeout = 0`.execute(tx);
    const shapes = await makeTables(tx, head.migrations);
    await sql`SET CONSTRAINTS ALL DEFERRED`.execute(tx);
    const summary = await readBackup(path, {
      rows: async (table, lines) => {
        const shape = shapes.get(table);
        if (shape === undefined) throw new Error(`no table ${table}`);
        await insertRows(tx, shape, lines);
      },
    });
    await sql`SET CONSTRAINTS ALL IMMEDIATE`.execute(tx);
    for (const [name, migration] of Object.entries(MIGRATIONS))
      if (!head.migrations.includes(name)) await migration.up(tx);
    await revokeKeysAgain(tx, revoked);
    await putBackOnList(tx, revoked.cards, nowMs);
    await endOpenCodes(tx, nowMs);
    await leaveBehind(tx);
    await beginEpoch(tx, nowMs, head.madeMs);
    return ok(summary);
  });
}
