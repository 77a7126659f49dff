/**
 * The story of a county office whose disk died. In the morning it made a backup; during the day the station went on,
 * changed its machine, got new prices and sent everything. Then the county comes back from the backup, knowing
 * nothing of that day. The stations notice, and send again what it lacks, of both journals; the prices that the
 * office posts afterwards arrive, though the station has seen higher numbers. A card that was reported stolen on that
 * day stays revoked: the county's folder remembers it.
 *
 * And of a county that was killed without having written its last minutes down: nobody told the station, but the
 * county says how far it is durable, and is filled again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeSampleVillage } from '../../county/sample/village.ts';
import { dump } from '../../county/server/backup/dump.ts';
import { packed, writeBackup } from '../../county/server/backup/file.ts';
import { restoreBackup } from '../../county/server/backup/restore.ts';
import { NOTHING_REVOKED, readRevoked } from '../../county/server/revoked.ts';
import { createCounty, openContext, type County } from '../../county/server/county.ts';
import { putReference } from '../../county/server/reference.ts';
import { openStore } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import { ok } from '../../domain/result.ts';
import { realWorld } from '../../electron/shell/world.ts';
import type { SyncPort } from '../../electron/station/ports.ts';
import { openSync } from '../../electron/station/sync/open.ts';
import { pgliteIn } from '../harness/emptyDatabase.ts';
import { readStation } from '../harness/station.ts';

const world = realWorld();
const WORKER = new URL('../../electron/station/sync/worker.ts', import.meta.url);
const { reference } = makeSampleVillage({ nowMs: Date.now() });

/** A card of the sample village that is not revoked there. */
const STOLEN = reference.cards[0]?.cardNumber ?? 0;

let root: string;
let county: County;
let port = 0;
let store: Store;
let sync: SyncPort;

const options = async () => ({
  database: await pgliteIn(join(root, 'county', 'db')),
  keyDir: join(root, 'county'),
  sample: true,
});
async function openCounty(): Promise<void> {
  county = await createCounty(await options());
  port = Number(new URL(await county.listen(port, '127.0.0.1')).port);
}
function openStation(hardwareId = world.hardwareId): void {
  const opened = openStore({
    ...world,
    hardwareId,
    dir: join(root, 'station'),
    stationId: 1,
    appVersion: 't',
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  store = opened.value;
  sync = openSync({
    ...world,
    // Ten times as fast, so that nobody waits a minute for the next session.
    timers: { ...world.timers, set: (action: () => void, ms: number) => world.timers.set(action, ms / 10) },
    dir: join(root, 'station'),
    countyUrl: `http://127.0.0.1:${port}`,
    workerFile: WORKER,
    store,
    log: { warn: () => undefined, error: () => undefined },
    appVersion: 't',
    enrolCode: '',
    onChange: () => undefined,
    onReference: () => undefined,
  });
}
async function closeStation(): Promise<void> {
  await sync.close();
  store.close();
}
function work(count: number): void {
  for (let i = 0; i < count; i++) store.record(null, 1, () => ok([{ type: 'KEEPER_UNLOCKED' }]));
  sync.syncNow();
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'restored-'));
  port = 0;
  await openCounty();
  openStation();
});
afterEach(async () => {
  await closeStation();
  await county.close();
  rmSync(root, { recursive: true, force: true });
});

const hashesAtStation = () =>
  readStation<{ hash: string }>(
    join(root, 'station'),
    'SELECT lower(hex(hash)) AS hash FROM journal ORDER BY 1',
  ).map(({ hash }) => hash);
async function hashesAtCounty(): Promise<readonly string[]> {
  const { rows } = await sql<{ hash: string }>`SELECT hash FROM event ORDER BY hash COLLATE "C"`.execute(
    county.context.db,
  );
  return rows.map(({ hash }) => hash);
}
/** Waits until the county has every event of the station, each once. */
const filled = () =>
  vi.waitFor(
    async () => {
      sync.syncNow();
      expect(await hashesAtCounty()).toEqual(hashesAtStation());
    },
    { timeout: 20_000, interval: 300 },
  );

/** Waits until the station has the teams that the county posted last. */
const teamsAre = (ids: readonly number[]) =>
  vi.waitFor(
    () => {
      sync.syncNow();
      const teams = readStation<{ id: number }>(join(root, 'station'), 'SELECT id FROM team');
      expect(teams.map(({ id }) => id)).toEqual(ids);
    },
    { timeout: 20_000, interval: 300 },
  );

test('a county restored from a backup is filled again, and its new prices arrive', async () => {
  work(40);
  await filled();
  const backup = join(root, 'county.backup');
  await writeBackup(backup, packed(dump(county.context)));

  work(30);
  await filled();
  await closeStation();
  openStation('another machine');
  work(20);
  // Two changes that only the station remembers afterwards.
  const revocations = {
    number: reference.revocations.number + 1,
    cardNumbers: [...reference.revocations.cardNumbers, STOLEN],
  };
  for (const teams of [[], [{ id: 9, name: '新队' }]])
    await putReference(county.context, { ...reference, teams, revocations });
  await filled();
  await vi.waitFor(() => expect(store.views.referenceInfo()?.version).toBeGreaterThanOrEqual(3), {
    timeout: 20_000,
  });
  await county.close();

  const { db } = await openContext(await options());
  const restored = await restoreBackup(db, backup, {
    replace: true,
    nowMs: Date.now(),
    revoked: readRevoked(join(root, 'county')) ?? NOTHING_REVOKED,
  });
  expect(restored.ok).toBe(true);
  await db.destroy();

  await openCounty();
  expect((await hashesAtCounty()).length).toBeLessThan(hashesAtStation().length - 45);
  await filled();
  // What the backup had of reference data comes down again, but for the list of revoked cards.
  await teamsAre(reference.teams.map(({ id }) => id));
  const revokedCards = readStation(join(root, 'station'), 'SELECT card_number AS card FROM revoked_card');
  expect(revokedCards).toContainEqual({ card: STOLEN });
  await putReference(county.context, { ...reference, teams: [{ id: 10, name: '恢复之后的队' }] });
  await teamsAre([10]);
});

test('a county that lost its tail is filled again, and catches up with the versions it gave out', async () => {
  work(40);
  await filled();
  // As it was before the last batch: what PGlite had not yet flushed is gone, the epoch is the same.
  const tail = await county.context.db.selectFrom('incarnation').selectAll().executeTakeFirstOrThrow();
  work(15);
  await putReference(county.context, { ...reference, teams: [] });
  await filled();
  await teamsAre([]);
  const given = store.views.referenceInfo()?.version ?? 0;
  await sql`DELETE FROM event WHERE seq > ${tail.durable_seq}`.execute(county.context.db);
  await sql`DELETE FROM event_run WHERE first_seq > ${tail.durable_seq}`.execute(county.context.db);
  await sql`UPDATE incarnation SET durable_seq = ${tail.durable_seq}, head_hash = ${tail.head_hash}`.execute(
    county.context.db,
  );
  await sql`UPDATE reference_version SET version = ${given - 1}, content_hash = ''`.execute(
    county.context.db,
  );
  await filled();
  await putReference(county.context, { ...reference, teams: [{ id: 11, name: '又一队' }] });
  await teamsAre([11]);
  expect(store.views.referenceInfo()?.version).toBeGreaterThan(given);
});
