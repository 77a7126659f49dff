/** A station that was moved from machine to machine without a line: its earlier journals are all still to be sent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { County } from '../../../../county/server/county.ts';
import { databaseFile, openStore } from '../../../../db/open.ts';
import type { Store } from '../../../../db/types.ts';
import { ok } from '../../../../domain/result.ts';
import { realWorld } from '../../../../electron/shell/world.ts';
import { openSync } from '../../../../electron/station/sync/open.ts';
import { listeningCounty } from '../../../harness/countyDatabase.ts';

const world = realWorld();
const NOWHERE = 'http://127.0.0.1:9';

let county: County;
let url: string;
let dir: string;
beforeEach(async () => {
  ({ county, url } = await listeningCounty());
  dir = mkdtempSync(join(tmpdir(), 'older-'));
});
afterEach(async () => {
  await county.close();
  rmSync(dir, { recursive: true });
});
const on = (hardwareId: string): Store => {
  const opened = openStore({ ...world, hardwareId, dir, stationId: 1, appVersion: 'test' });
  if (!opened.ok) throw new Error(opened.error.kind);
  return opened.value;
};
const work = (store: Store): void => {
  for (let i = 0; i < 3; i++) store.record(null, 1, () => ok([{ type: 'KEEPER_UNLOCKED' }]));
};
const syncWith = (store: Store, countyUrl: string, roomBytes = 2 ** 40) =>
  openSync({
    ...world,
    roomBytes: () => Promise.resolve(roomBytes),
    store,
    dir,
    countyUrl,
    workerFile: new URL('../../../../electron/station/sync/worker.ts', import.meta.url),
    log: { warn: vi.fn(), error: vi.fn() },
    appVersion: 'test',
    enrolCode: '',
    onChange: () => undefined,
    onReference: () => undefined,
  });
const stored = async (incarnation: string) => {
  const rows = await county.context.db.selectFrom('incarnation').selectAll().execute();
  return rows.find((row) => row.incarnation === incarnation)?.durable_seq ?? 0;
};

it('one that contradicts the county keeps none of the later ones back, and all of them are counted', async () => {
  const first = on('first');
  work(first);
  const sync = syncWith(first, url);
  await expect.poll(() => first.syncState().durableSeq, { timeout: 20_000 }).toBe(4);
  await sync.close();
  work(first);
  first.close();
  const second = on('second');
  work(second);
  second.close();
  await sql`UPDATE event SET hash = repeat('0', 64)`.execute(county.context.db);
  await sql`UPDATE incarnation SET head_hash = repeat('0', 64)`.execute(county.context.db);

  const third = on('third');
  work(third);
  const dark = syncWith(third, NOWHERE);
  expect(dark.view()).toMatchObject({ recorded: 3 + 4 + 4, reachedCounty: 0 });
  await dark.close();
  const lit = syncWith(third, url);
  await expect.poll(() => stored(second.incarnation), { timeout: 20_000 }).toBe(4);
  await lit.close();
  third.close();
});

/** Changes a line of a journal on the disk, as a failing disk does and no statement of ours can. */
function spoil(seq: number): void {
  const db = new Database(databaseFile(dir));
  const guard = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'journal'",
  );
  const guards = guard.all() as { readonly name: string; readonly sql: string }[];
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.prepare("UPDATE journal SET text = replace(text, ',1,', ',2,') WHERE seq = ?").run(seq);
  for (const { sql: made } of guards) db.exec(made);
  db.close();
}

it('one that the county cannot read to its end is laid aside on both sides, and what comes later arrives', async () => {
  let store = on('first');
  const { incarnation } = store;
  work(store);
  let sync = syncWith(store, url);
  await expect.poll(() => store.syncState().durableSeq, { timeout: 20_000 }).toBe(4);
  await sync.close();
  work(store);
  store.close();
  spoil(6);
  store = on('first');
  sync = syncWith(store, url);
  await expect.poll(() => store.standing(), { timeout: 20_000 }).toBe('FORKED');
  await sync.close();
  store.close();

  store = on('first');
  work(store);
  sync = syncWith(store, url);
  await expect.poll(() => store.unsentOlder(), { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => stored(store.incarnation), { timeout: 20_000 }).toBe(4);
  await expect.poll(() => store.standing(), { timeout: 20_000 }).toBe('WORKING');
  expect(store.incarnation).not.toBe(incarnation);
  expect(await stored(incarnation)).toBe(4);
  expect(await county.context.db.selectFrom('quarantine').select('first_seq').execute()).not.toEqual([]);
  expect(store.restoreOutcome().lost.map(({ seq }) => seq)).toEqual([5, 6, 7, 8]);
  await sync.close();
  store.close();
});

it('what is to come back waits where there is no room for it, and records go all the same', async () => {
  const first = on('first');
  work(first);
  first.close();
  const second = on('second');
  work(second);
  expect(second.standing()).toBe('AWAITING_RETURN');
  const full = syncWith(second, url, 1000);
  await expect.poll(() => stored(second.incarnation), { timeout: 20_000 }).toBe(4);
  await expect.poll(() => full.view().state, { timeout: 20_000 }).toBe('REFUSED');
  expect(second.standing()).toBe('AWAITING_RETURN');
  await full.close();
  const roomy = syncWith(second, url);
  await expect.poll(() => second.standing(), { timeout: 20_000 }).toBe('WORKING');
  await roomy.close();
  second.close();
});
