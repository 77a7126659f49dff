/**
 * The story of two folders that name one PostgreSQL: the second county is told so, whatever it was started for, and
 * the one that lost the database to a restore answers nobody in its name.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeContext } from '../../../county/server/context.ts';
import { createCounty, openContext, type County } from '../../../county/server/county.ts';
import type { DatabaseChoice } from '../../../county/server/db/open.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';

const backend = BACKENDS.find(({ name }) => name === 'PostgreSQL');

describe.skipIf(backend?.available !== true)('one county on a PostgreSQL', () => {
  const dirs = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'county-claim-')));
  const problems: string[] = [];
  let database: DatabaseChoice;
  let stop: () => Promise<void>;
  let county: County;
  let url = '';
  beforeEach(async () => {
    if (backend === undefined) return;
    ({ database, stop } = await backend.start());
    const onProblem = (line: string) => void problems.push(line);
    county = await createCounty({ database, keyDir: dirs[0] ?? null, sample: false, onProblem });
    url = await county.listen(0, '127.0.0.1');
  });
  afterEach(async () => {
    await county.close();
    await stop();
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });

  const second = () => openContext({ database, keyDir: dirs[1] ?? null, sample: false });
  const status = async () => (await fetch(`${url}/v1/ask`, { method: 'POST', body: 'x' })).status;
  /** Ends the session of the claim, as the server's restart or its administrator would. */
  const cutClaim = async (after: (session: pg.Client) => Promise<unknown>) => {
    if (database.kind !== 'postgres') return;
    const session = new pg.Client({ connectionString: database.url });
    await session.connect();
    await session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
    );
    await after(session);
    await session.end();
  };

  it('tells the second one, and lets it in when the first has ended', async () => {
    await expect(second()).rejects.toThrow(/^Another county works on this database/);
    expect(await status()).toBe(400);
    await county.close();
    await closeContext(await second());
  });

  it('answers nobody without its claim, and everybody once it has it again', async () => {
    await cutClaim(() => Promise.resolve());
    await expect.poll(status).toBe(503);
    await expect.poll(status, { timeout: 15_000 }).toBe(400);
    await expect(second()).rejects.toThrow(/^Another county/);
  });

  it('does not come back to a database that was restored meanwhile', async () => {
    await cutClaim((session) =>
      session.query(`UPDATE meta SET value = 'ffffffffffffffff' WHERE name = 'epoch'`),
    );
    await expect
      .poll(() => problems, { timeout: 15_000 })
      .toContainEqual(expect.stringContaining('was restored'));
    expect(await status()).toBe(503);
  });
});
