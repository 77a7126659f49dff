/** Counties within the test's own process: on PGlite in memory, and on real PostgreSQL where there is one. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { createCounty, type County, type CountyOptions } from '../../county/server/county.ts';
import type { DatabaseChoice } from '../../county/server/db/open.ts';
import { findPostgres } from '../../scripts/lib/postgres.ts';
import { pgliteIn } from './emptyDatabase.ts';

interface Started {
  readonly database: DatabaseChoice;
  readonly stop: () => Promise<void>;
}
export interface Backend {
  readonly name: string;
  /** Whether it can be had here. */
  readonly available: boolean;
  /** `durable`: a cluster of its own forces its writes to disk, as a bench needs and a test does not. */
  readonly start: (options?: { readonly durable: boolean }) => Promise<Started>;
}

const givenUrl = process.env['DATABASE_URL'] ?? '';
const bin = findPostgres();

/** Runs a program of PostgreSQL; its server refuses to run as root, so root borrows Debian's account for it. */
function runPostgres(program: string, args: readonly string[]): void {
  const path = join(bin ?? '', program);
  const asRoot = process.getuid?.() === 0;
  const [command, all] = asRoot
    ? ['/usr/sbin/runuser', ['-u', 'postgres', '--', path, ...args]]
    : [path, args];
  execFileSync(command, all, { stdio: 'ignore' });
}

/** A database of its own on the server of DATABASE_URL: the one that is named there is never touched. */
async function startDatabase(url: string): Promise<Started> {
  const name = `county_test_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    database: { kind: 'postgres', url: own.href },
    stop: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** A cluster of its own in a temporary folder, reached by a socket there. */
function startCluster(durable: boolean): Started {
  const folder = mkdtempSync(join(tmpdir(), 'county-pg-'));
  if (process.getuid?.() === 0) {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
  }
  const data = join(folder, 'data');
  runPostgres('initdb', [
    '-D',
    data,
    '-U',
    'county',
    '--auth=trust',
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C',
  ]);
  const server = `-k ${folder} -c listen_addresses= -c fsync=${durable ? 'on' : 'off'}`;
  runPostgres('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', server, 'start']);
  return {
    database: { kind: 'postgres', url: `postgres://county@/postgres?host=${encodeURIComponent(folder)}` },
    stop: () => {
      runPostgres('pg_ctl', ['-D', data, '-w', '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

export const BACKENDS: readonly Backend[] = [
  {
    name: 'PGlite',
    available: true,
    start: async () => ({ database: await pgliteIn(null), stop: () => Promise.resolve() }),
  },
  {
    name: 'PostgreSQL',
    available: bin !== undefined || givenUrl !== '',
    start: ({ durable } = { durable: false }) =>
      givenUrl === '' ? Promise.resolve(startCluster(durable)) : startDatabase(givenUrl),
  },
];

/** A county in memory that shows the sample village, listening on a free port. */
export async function listeningCounty(
  options: Partial<CountyOptions> = {},
): Promise<{ readonly county: County; readonly url: string }> {
  const county = await createCounty({
    database: await pgliteIn(null),
    keyDir: null,
    sample: true,
    ...options,
  });
  return { county, url: await county.listen(0, '127.0.0.1') };
}

/** Forgets all that stations sent, as a county that was set up anew with the keys of the old one. */
export async function forgetEvents(county: County): Promise<void> {
  await sql`TRUNCATE event, pooling_set, event_run, boot_time, goods_stock, attended, cap_use, entry_taken_back, station_total, volunteer_total, incarnation, ledger_account, ledger_lot, ledger_use,
    ledger_terms, ledger_act`.execute(county.context.db);
}

/** Every table empty but for the schema, so that tests can share one database. */
export async function emptyCounty(county: County): Promise<void> {
  await sql`TRUNCATE event, event_run, boot_time, goods_stock, attended, cap_use, entry_taken_back, given_rules, given_factor, given_activity, price_given, given_household, given_kind, given_person, given_keeper, county_act, incarnation, station_total, volunteer_total, alert, quarantine, held_batch, station_key,
    ledger_account, ledger_lot, ledger_use, ledger_terms, ledger_act, transfer, enrolment_code, enrolment_failure, reference_served, reference_part, reference_version, register_person, register_card, register_household, rule_change, price_change, erased_person, merged_person, revoked_card, county_list, pooling_set, station CASCADE`.execute(
    county.context.db,
  );
}
