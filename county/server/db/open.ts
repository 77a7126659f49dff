/** The county's database: PGlite in a folder or in memory, or PostgreSQL; the same SQL either way. */
import { mkdirSync } from 'node:fs';
import { types, type PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrate } from './migrations/index.ts';
import { PreparingPGlite } from './preparing.ts';
import type { CountyTables } from './schema.ts';

export type CountyDb = Kysely<CountyTables>;

export type DatabaseChoice =
  /** `dir` null: in memory, for tests; so is `newFrom`: the dump of a database that such a one begins as. */
  | { readonly kind: 'pglite'; readonly dir: string | null; readonly newFrom?: Blob }
  | { readonly kind: 'postgres'; readonly url: string };

/** All our bigints are safe integers; the tables hold nothing larger. */
const toNumber = (text: string): number => Number(text);

async function openPGlite({ dir, newFrom }: Extract<DatabaseChoice, { kind: 'pglite' }>): Promise<PGlite> {
  if (dir !== null) mkdirSync(dir, { recursive: true });
  const pglite = new PreparingPGlite({
    ...(dir !== null && { dataDir: dir }),
    ...(dir === null && newFrom !== undefined && { loadDataDir: newFrom }),
    parsers: { [types.INT8]: toNumber },
  });
  await pglite.waitReady;
  return pglite;
}

const INT8: number = types.INT8;
/** The driver's own parsers; its type for them wants an enum where any oid will do. */
const readDefault = pg.types.getTypeParser as (oid: number, format: 'text') => unknown;

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
        oid === INT8 && format !== 'binary'
          ? toNumber
          : (readDefault(oid, 'text') as (value: string) => unknown),
    },
  });
  // A connection that breaks while idle is replaced by the pool; the next query reports what matters.
  pool.on('error', () => undefined);
  return pool;
}

/** Opens the database and migrates it. `db.destroy()` closes it. Throws if it cannot be reached. */
export async function openDatabase(choice: DatabaseChoice): Promise<CountyDb> {
  const dialect =
    choice.kind === 'pglite'
      ? new PGliteDialect({ pglite: await openPGlite(choice) })
      : new PostgresDialect({ pool: openPool(choice.url) });
  const db = new Kysely<CountyTables>({ dialect });
  try {
    await migrate(db as unknown as Kysely<never>);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}
