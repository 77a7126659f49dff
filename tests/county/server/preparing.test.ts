/**
 * A county without a server of its own asks PGlite the same few statements all day. They are parsed and planned once
 * and not each time, and nobody notices it: not by an answer, not by a failure, not by a table that has changed.
 */
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, type CountyDb } from '../../../county/server/db/open.ts';

const PARSE = 0x50;

describe('statements that come again', () => {
  let db: CountyDb;
  const stream = vi.spyOn(PGlite.prototype, 'execProtocolStream');
  const parsed = () => stream.mock.calls.filter(([message]) => message[0] === PARSE).length;
  const valueOf = async (name: string): Promise<string | undefined> =>
    (await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst())?.value;

  beforeAll(async () => {
    db = await openDatabase({ kind: 'pglite', dir: null });
    await db.insertInto('meta').values({ name: 'here', value: 'yes' }).execute();
  });
  beforeEach(() => void stream.mockClear());
  afterAll(() => db.destroy());

  it('are parsed once, and answer each time by what they are given', async () => {
    expect(await valueOf('here')).toBe('yes');
    expect(await valueOf('there')).toBeUndefined();
    expect(await valueOf('here')).toBe('yes');
    expect(parsed()).toBe(1);
    const text = (value: unknown) => sql<{ readonly a: unknown }>`SELECT ${value}::text AS a`.execute(db);
    expect((await text(null)).rows).toEqual([{ a: null }]);
    expect((await text('字')).rows).toEqual([{ a: '字' }]);
    expect(parsed()).toBe(2);
  });

  it('fail as they did the first time, and the next one is not harmed', async () => {
    const divide = (by: number) => sql<{ readonly a: number }>`SELECT 6 / ${by}::int AS a`.execute(db);
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    expect((await divide(2)).rows).toEqual([{ a: 3 }]);
    const unknown = () => sql`SELECT * FROM nowhere`.execute(db);
    await expect(unknown()).rejects.toMatchObject({ code: '42P01' });
    await expect(unknown()).rejects.toMatchObject({ code: '42P01' });
    expect(await valueOf('here')).toBe('yes');
  });

  it('belong to their transaction: what fails in it takes all of it back', async () => {
    const rename = (value: string) =>
      db.transaction().execute(async (tx) => {
        await tx.updateTable('meta').set({ value }).where('name', '=', 'here').execute();
        if (value === 'no') await sql`SELECT 6 / ${0}::int AS a`.execute(tx);
      });
    await expect(rename('no')).rejects.toThrow('division by zero');
    expect(await valueOf('here')).toBe('yes');
    await rename('indeed');
    expect(await valueOf('here')).toBe('indeed');
  });

  it('are parsed anew when a table was changed', async () => {
    const all = () => sql`SELECT * FROM changing`.execute(db);
    await sql`CREATE TABLE changing (a int)`.execute(db);
    await sql`INSERT INTO changing VALUES (1)`.execute(db);
    expect((await all()).rows).toEqual([{ a: 1 }]);
    await sql`ALTER TABLE changing ADD COLUMN b int`.execute(db);
    expect((await all()).rows).toEqual([{ a: 1, b: null }]);
  });

  it('are planned anew now and then, since tables grow', async () => {
    await valueOf('here');
    stream.mockClear();
    for (let i = 0; i < 510; i++) await valueOf('here');
    expect(parsed()).toBe(1);
  });
});
