/**
 * The story of a county that outgrows its trial: it began on PGlite, and moves to a PostgreSQL server by a backup and a
 * restore, and some day back onto a laptop. Its events lie in the partitions of two months. The station has recorded
 * on meanwhile: each time it notices the new epoch, sends what the backup lacks, and nothing is there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dump } from '../../county/server/backup/dump.ts';
import { packed, writeBackup } from '../../county/server/backup/file.ts';
import { restoreBackup } from '../../county/server/backup/restore.ts';
import { closeContext } from '../../county/server/context.ts';
import { createCounty, openContext, type County } from '../../county/server/county.ts';
import type { DatabaseChoice } from '../../county/server/db/open.ts';
import { NOTHING_REVOKED } from '../../county/server/revoked.ts';
import { BACKENDS } from '../harness/countyDatabase.ts';
import { readStation } from '../harness/station.ts';
import { isSettled, openSyncStation, type SyncStation } from '../harness/syncPair.ts';

const MONTH_MS = 31 * 86_400_000;
const [pglite, postgres] = BACKENDS;
if (pglite === undefined || postgres === undefined) throw new Error('backends are gone');

let root: string;
let county: County;
let port = 0;
let station: SyncStation | undefined;
let nowMs = Date.now() - MONTH_MS;
const stops: (() => Promise<void>)[] = [];

const options = (database: DatabaseChoice) => ({
  database,
  keyDir: join(root, 'county'),
  sample: true,
  nowMs: () => nowMs,
});
async function openOn(database: DatabaseChoice): Promise<void> {
  county = await createCounty(options(database));
  port = Number(new URL(await county.listen(port, '127.0.0.1')).port);
}
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'moves-'));
});
afterEach(async () => {
  await station?.close();
  await county.close();
  for (const stop of stops.splice(0)) await stop();
  rmSync(root, { recursive: true, force: true });
});

const hashesAtStation = () =>
  readStation<{ hash: string }>(
    station?.dir ?? '',
    'SELECT lower(hex(hash)) AS hash FROM journal ORDER BY 1',
  ).map(({ hash }) => hash);
async function atCounty() {
  const { db } = county.context;
  const events = await sql<{
    hash: string;
  }>`SELECT hash FROM event ORDER BY hash COLLATE "C"`.execute(db);
  const parts = await sql<{ name: string; kind: string }>`
    SELECT c.relname AS name, p.relkind AS kind FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = 'event' ORDER BY 1`.execute(db);
  const filled = await sql<{ n: number }>`SELECT count(DISTINCT tableoid)::int AS n FROM event`.execute(db);
  return {
    hashes: events.rows.map(({ hash }) => hash),
    partitions: parts.rows.length,
    filled: filled.rows[0]?.n,
  };
}
async function work(facts: number): Promise<void> {
  station?.record(...Array.from({ length: facts }, () => ({ type: 'KEEPER_UNLOCKED' }) as const));
  await station?.syncUntil(isSettled);
}

/** Backs the county up, lets a day go by, and brings it back on another database; answers what the backup held. */
async function moveTo(database: DatabaseChoice): Promise<number> {
  const file = join(root, 'backup');
  const { tables } = await writeBackup(file, packed(dump(county.context)));
  await work(30);
  const { epoch } = county.context;
  await county.close();
  const context = await openContext(options(database));
  const restored = await restoreBackup(context.db, file, {
    replace: false,
    nowMs,
    revoked: NOTHING_REVOKED,
  });
  expect(restored.ok).toBe(true);
  await closeContext(context);
  await openOn(database);
  expect(county.context.epoch).not.toBe(epoch);
  return tables.get('event') ?? 0;
}

test.runIf(postgres.available)(
  'from PGlite to PostgreSQL and back: what the backup lacks comes again, each fact once',
  async () => {
    await openOn({ kind: 'pglite', dir: null });
    station = openSyncStation(`http://127.0.0.1:${port}`);
    await work(20);
    nowMs = Date.now();
    await work(20);
    const server = await postgres.start();
    stops.push(server.stop);
    for (const database of [server.database, { kind: 'pglite', dir: join(root, 'db') } as const]) {
      const before = await atCounty();
      const held = await moveTo(database);
      expect((await atCounty()).hashes).toEqual(before.hashes);
      expect(held).toBe(before.hashes.length);
      expect(before.hashes.length).toBe(hashesAtStation().length - 30);
      await work(1);
      const after = await atCounty();
      expect(after).toEqual({ hashes: hashesAtStation(), partitions: after.partitions, filled: 2 });
      expect(after.partitions).toBeGreaterThanOrEqual(2);
    }
  },
  // Three databases are made and two restored: on a machine that does much else it takes its time.
  120_000,
);
