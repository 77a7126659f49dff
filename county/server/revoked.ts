/**
 * What was revoked, in a file beside the county's key as well as in the database. A database that is brought back
 * from a backup, by our own command or by PostgreSQL's, knows nothing of what was revoked since, and a revocation
 * must not be undone by that: a stolen machine would be let in again. The file only grows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { CountyDb } from './db/open.ts';
import type { Tx } from './ingestSql.ts';
import { writeSecretFile } from './keys.ts';

export const REVOKED_FILE = 'county-revoked.json';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const schema = v.object({
  /** Keys of stations' machines. */
  keys: v.array(
    v.object({
      stationId: id,
      publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      revokedMs: v.pipe(v.number(), v.safeInteger()),
    }),
  ),
  /** Numbers of volunteers' cards. */
  cards: v.array(id),
});
export type Revoked = v.InferOutput<typeof schema>;

export const NOTHING_REVOKED: Revoked = { keys: [], cards: [] };

/** What a county's folder says was revoked; undefined where there is no such file. Throws if it is damaged. */
export function readRevoked(dir: string): Revoked | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, REVOKED_FILE), 'utf8');
  } catch (error) {
    // Only absence may be taken for an empty list.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new Error(`${REVOKED_FILE} is damaged: put a good copy in its place`);
  }
}

function keep(dir: string, more: Revoked): void {
  const known = readRevoked(dir);
  const keys = new Map(
    [...(known?.keys ?? []), ...more.keys].map((key) => [`${key.stationId} ${key.publicKey}`, key]),
  );
  const cards = new Set([...(known?.cards ?? []), ...more.cards]);
  if (keys.size === known?.keys.length && cards.size === known.cards.length) return;
  const all: Revoked = { keys: [...keys.values()], cards: [...cards].sort((a, b) => a - b) };
  writeSecretFile(join(dir, REVOKED_FILE), JSON.stringify(all));
}

/** Writes down what the database has as revoked when it is opened: the power may have failed after a COMMIT. */
export async function keepAllRevoked(db: CountyDb, dir: string | null): Promise<void> {
  await keepRevokedKeys(db, dir);
  const cards = await db.selectFrom('revoked_card').select('card_number').execute();
  keepRevokedCards(
    dir,
    cards.map((row) => row.card_number),
  );
}

/**
 * Writes down which keys of stations the database has as revoked. Called after the COMMIT that revoked one. `dir`
 * null: a county in memory keeps none.
 */
export async function keepRevokedKeys(db: CountyDb, dir: string | null): Promise<void> {
  if (dir === null) return;
  const rows = await db
    .selectFrom('station_key')
    .select(['station_id', 'public_key', 'revoked_ms'])
    .where('revoked_ms', 'is not', null)
    .execute();
  const keys = rows.map((row) => ({
    stationId: row.station_id,
    publicKey: row.public_key,
    revokedMs: row.revoked_ms ?? 0,
  }));
  keep(dir, { keys, cards: [] });
}

/** Writes down cards that are on a list of revoked ones. */
export function keepRevokedCards(dir: string | null, cards: readonly number[]): void {
  if (dir !== null) keep(dir, { keys: [], cards: [...cards] });
}

/**
 * Revokes keys in the database that the file has as revoked, also those that the database does not know: their
 * machines came after its backup. Those of stations that it does not know are nobody's.
 */
export async function revokeKeysAgain(db: CountyDb | Tx, { keys }: Revoked): Promise<void> {
  if (keys.length === 0) return;
  await sql`INSERT INTO station_key (station_id, public_key, enrolled_ms, revoked_ms)
    SELECT k."stationId", k."publicKey", k."revokedMs", k."revokedMs"
    FROM jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb)
      AS k ("stationId" bigint, "publicKey" text, "revokedMs" bigint)
    WHERE EXISTS (SELECT 1 FROM station s WHERE s.station_id = k."stationId")
    ON CONFLICT (station_id, public_key) DO UPDATE
      SET revoked_ms = coalesce(station_key.revoked_ms, excluded.revoked_ms)`.execute(db);
}

/** Ends the codes that a backup has as open: since then they may have been used, or ended with a revocation. */
export async function endOpenCodes(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .updateTable('enrolment_code')
    .set({ expires_ms: nowMs })
    .where('used_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .execute();
}
