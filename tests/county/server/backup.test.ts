import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { dump } from '../../../county/server/backup/dump.ts';
import { packed, readBackup, writeBackup } from '../../../county/server/backup/file.ts';
import { restoreBackup } from '../../../county/server/backup/restore.ts';
import { tablesOf } from '../../../county/server/backup/tables.ts';
import { sha256 } from '../../../county/server/codecs.ts';
import { createCounty, type County } from '../../../county/server/county.ts';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import { newsSince } from '../../../county/server/revocations.ts';
import { NOTHING_REVOKED } from '../../../county/server/revoked.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { runOf, villageEvents } from '../../harness/wire.ts';

const AT = { stationId: 1, incarnation: '00112233445566ff' };
const EVENTS = villageEvents(1500, 5);
/** What a restore changes on purpose. */
const NUMBERED = ['meta', 'given_rules', 'reference_version', 'reference_part'];

async function contentOf(db: CountyDb): Promise<Record<string, readonly string[]>> {
  const content: Record<string, readonly string[]> = {};
  for (const { name } of await tablesOf(db)) {
    const { rows } = await sql<{ line: string }>`SELECT row_to_json(t)::text AS line
      FROM ${sql.table(name)} t ORDER BY 1`.execute(db);
    content[name] = rows.map(({ line }) => line);
  }
  return content;
}
const without = (content: Record<string, readonly string[]>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(content)
      .filter(([name]) => !names.includes(name))
      // What a station is told as a number of the list of revoked cards goes beyond, too.
      .map(([name, rows]) => [name, rows.map((row) => row.replace(/"list_beyond":\d+/, ''))]),
  );

describe.each(BACKENDS)('backup of a county on $name', ({ available, start }) => {
  let county: County;
  let stop = (): Promise<void> => Promise.resolve();
  let dir = '';
  const { reference } = makeSampleVillage({ nowMs: Date.now() });

  async function send(from: number, to: number, events = EVENTS): Promise<void> {
    const before = runOf(events.slice(0, from - 1), AT);
    const run = runOf(events.slice(from - 1, to), { ...AT, firstSeq: from, previousHash: before.headHash });
    const decoded = decodeBatch(encodeBatch(run), sha256);
    if (!decoded.ok) throw new Error(decoded.error.kind);
    await ingestRun(county.context, decoded.value, Uint8Array.of(1, 2, 3));
  }
  const backUp = (name: string) => writeBackup(join(dir, name), packed(dump(county.context)));
  const restore = (name: string, replace = true) =>
    restoreBackup(county.context.db, join(dir, name), {
      replace,
      nowMs: Date.now(),
      revoked: NOTHING_REVOKED,
    });

  beforeAll(async () => {
    if (!available) return;
    dir = mkdtempSync(join(tmpdir(), 'backup-'));
    const started = await start();
    ({ stop } = started);
    county = await createCounty({ database: started.database, keyDir: null, sample: false });
    await putReference(county.context, { ...reference, teams: [{ id: 1, name: '文艺\n队 \u2028' }] });
    for (let from = 1; from <= 1001; from += 250) await send(from, from + 249);
    // A fork, so that there are alerts and something in quarantine.
    await send(
      1100,
      1110,
      EVENTS.map((event) => ({ ...event, actorId: 77 })),
    );
  });
  afterAll(async () => {
    if (!available) return;
    await county.close();
    await stop();
    rmSync(dir, { recursive: true });
  });

  it.runIf(available)('brings everything back as it was, with numbers beyond those given out', async () => {
    const summary = await backUp('whole');
    expect(summary.tables.get('event')).toBe(1250);
    expect(readdirSync(dir)).toEqual(['whole']);
    const before = await contentOf(county.context.db);
    expect(before['quarantine']).toHaveLength(1);

    await send(1251, 1500);
    await putReference(county.context, { ...reference, teams: [] });
    expect(await restore('whole', false)).toEqual({
      ok: false,
      error: { kind: 'NOT_EMPTY', stations: 1, events: 1500 },
    });
    expect(await restore('whole')).toMatchObject({ ok: true, value: { tables: summary.tables } });

    const after = await contentOf(county.context.db);
    expect(without(after, NUMBERED)).toEqual(without(before, NUMBERED));
    expect(after['reference_version']?.[0]).toContain('"version":1001');
    const { rows } = await sql<{ kind: string; number: number }>`SELECT kind,
      (data->>'version')::bigint AS number FROM reference_part WHERE kind = 'rules'`.execute(
      county.context.db,
    );
    expect(rows).toEqual([{ kind: 'rules', number: reference.rules.version + 1000 }]);
    const { cardNumbers } = reference.revocations;
    const news = await newsSince(county.context.db, 1, cardNumbers.length);
    // The list is given out again under numbers that nobody has heard of.
    expect(news.cardNumbers).toEqual(cardNumbers);
    expect(news.number).toBeGreaterThan(1000);
    const epochs = await sql<{ value: string }>`SELECT value FROM meta WHERE name = 'epoch'`.execute(
      county.context.db,
    );
    expect(epochs.rows[0]?.value).not.toBe(county.context.epoch);
    // What is numbered by the database goes on beyond, and the numbers in what an office puts do not go back.
    await send(1251, 1500);
    await send(
      1400,
      1410,
      EVENTS.map((event) => ({ ...event, actorId: 78 })),
    );
    const alerts = await county.context.db
      .selectFrom('alert')
      .select('alert_id')
      .orderBy('alert_id')
      .execute();
    expect(alerts.at(-1)?.alert_id).toBeGreaterThan(1_000_000);
    expect(await putReference(county.context, reference)).toBe(1002);
    expect(await newsSince(county.context.db, 1, news.number)).toMatchObject({
      number: news.number,
      cardNumbers: [],
    });
  });

  it.runIf(available)(
    'refuses a file that is cut, changed or not a backup, and changes nothing',
    async () => {
      await backUp('good');
      const bytes = readFileSync(join(dir, 'good'));
      const before = await contentOf(county.context.db);
      const flipped = Buffer.from(bytes);
      flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 8;
      for (const bad of [bytes.subarray(0, bytes.length - 40), flipped, Buffer.from('hello')]) {
        writeFileSync(join(dir, 'bad'), bad);
        await expect(restore('bad')).rejects.toMatchObject({ name: 'BadBackup' });
      }
      // Well packed, and yet not what was written: a row is missing.
      async function* robbed(): AsyncGenerator<Buffer> {
        for await (const part of dump(county.context)) {
          const text = part.toString();
          yield Buffer.from(
            text.startsWith('{"station_id":1,"kind"') ? text.slice(text.indexOf('\n') + 1) : text,
          );
        }
      }
      await expect(writeBackup(join(dir, 'robbed'), packed(robbed()))).rejects.toMatchObject({
        name: 'BadBackup',
      });
      expect(readdirSync(dir)).not.toContain('robbed');
      expect(await contentOf(county.context.db)).toEqual(before);
    },
  );

  it.runIf(available)('takes a backup of older tables through the migrations since', async () => {
    async function* older(): AsyncGenerator<Buffer> {
      let part = '';
      for await (const bytes of dump(county.context)) part += bytes.toString();
      const lines = part.split('\n').slice(0, -2);
      const first = lines.findIndex((line) => line === '#{"table":"ledger_account"}');
      const kept = lines
        .slice(0, first)
        .join('\n')
        .replace(/"migrations":\[[^\]]*\]/, '"migrations":["0001-first"]');
      yield Buffer.from(
        `${kept}\n#${JSON.stringify({ sha256: Buffer.from(sha256(`${kept}\n`)).toString('hex') })}\n`,
      );
    }
    await writeBackup(join(dir, 'older'), packed(older()));
    const names = (await tablesOf(county.context.db)).map(({ name }) => name);
    expect((await restore('older')).ok).toBe(true);
    expect((await tablesOf(county.context.db)).map(({ name }) => name)).toEqual(names);
    const events = await sql<{ n: number }>`SELECT count(*)::bigint AS n FROM event`.execute(
      county.context.db,
    );
    expect(events.rows[0]?.n).toBe(1500);

    async function* newer(): AsyncGenerator<Buffer> {
      const head = `#${JSON.stringify({ backup: 'village-county 1', epoch: '0', madeMs: 0, migrations: ['9999-later'] })}\n`;
      yield await Promise.resolve(Buffer.from(head));
      yield Buffer.from(`#${JSON.stringify({ sha256: Buffer.from(sha256(head)).toString('hex') })}\n`);
    }
    await writeBackup(join(dir, 'newer'), packed(newer()));
    expect(await restore('newer')).toEqual({ ok: false, error: { kind: 'NEWER_BACKUP' } });
  });

  it.runIf(available)('reads a file back without a database', async () => {
    expect((await readBackup(join(dir, 'whole'))).tables.get('event')).toBe(1250);
  });
});
