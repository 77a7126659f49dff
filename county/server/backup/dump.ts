/**
 * A backup of the county: every row of every table as one line of JSON, all of one moment. Lines that begin with
 * `#` say what follows and how much it was; the last one holds the hash of everything before it. It needs no
 * program of PostgreSQL, and what was written from PGlite can be read into PostgreSQL and the other way round.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { CountyContext } from '../context.ts';
import type { CountyDb } from '../db/open.ts';
import { tablesOf } from './tables.ts';

export const FORMAT = 'village-county 1';
const ROWS_AT_ONCE = 1000;

export interface BackupHead {
  readonly backup: string;
  readonly epoch: string;
  /** When it was made by the county's clock, ms since 1970 UTC. */
  readonly madeMs: number;
  /** The migrations its tables were made by. */
  readonly migrations: readonly string[];
}

async function migrationsOf(db: CountyDb): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}

async function* linesOf(db: CountyDb, head: Omit<BackupHead, 'migrations'>): AsyncGenerator<string> {
  const migrations = await migrationsOf(db);
  yield `#${JSON.stringify({ ...head, migrations } satisfies BackupHead)}\n`;
  for (const { name } of await tablesOf(db)) {
    yield `#${JSON.stringify({ table: name })}\n`;
    await sql`DECLARE backup_rows NO SCROLL CURSOR FOR
      SELECT row_to_json(t)::text AS line FROM ${sql.table(name)} t`.execute(db);
    let count = 0;
    for (;;) {
      const { rows } = await sql<{ line: string }>`FETCH ${sql.lit(ROWS_AT_ONCE)} FROM backup_rows`.execute(
        db,
      );
      if (rows.length === 0) break;
      count += rows.length;
      yield rows.map(({ line }) => `${line}\n`).join('');
    }
    await sql`CLOSE backup_rows`.execute(db);
    yield `#${JSON.stringify({ rows: count })}\n`;
  }
}

/**
 * The bytes of a backup, not packed. All rows are of the moment at which the reading began, while the county goes
 * on (PGlite has one connection: there, other work waits until the backup is read).
 */
export async function* dump({ db, epoch, nowMs }: CountyContext): AsyncGenerator<Buffer> {
  const tx = await db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    const hash = createHash('sha256');
    for await (const lines of linesOf(tx, { backup: FORMAT, epoch, madeMs: nowMs() })) {
      const bytes = Buffer.from(lines);
      hash.update(bytes);
      yield bytes;
    }
    yield Buffer.from(`#${JSON.stringify({ sha256: hash.digest('hex') })}\n`);
  } finally {
    await tx.rollback().execute();
  }
}
