/** Reference data: kept by kind for each station, given out as one signed snapshot with a version. */
import { sql } from 'kysely';
import { closingsOf, grantsOf, type Transfer } from '../../domain/points/transfer.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { MAX_REQUEST_BYTES } from '../../domain/wire/limits.ts';
import { decodeReferenceAsk } from '../../domain/wire/messages.ts';
import { hex, sha256 } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { deltaTo, keepServed, wholeOf, type Served } from './deltas.ts';
import { openFromStation, seal } from './door.ts';
import type { CountyError } from './errors.ts';
import { keepGiven } from './exceptions/given.ts';
import { actsOf } from './exceptions/acts.ts';
import type { Tx } from './ingestSql.ts';
import { ticketHolds } from './keys.ts';
import { neverBack } from './numbers.ts';
import { listInReference, putOnList, toldByReference, TOLD_OTHERWISE } from './revocations.ts';
import { keepRevokedCards } from './revoked.ts';
import { forgetHash } from './roster/change.ts';
import { composeOwn } from './roster/compose.ts';
import { comingOf } from './roster/prices.ts';
import { keepList, listIn, registeredAt, registerMark } from './roster/others.ts';
import { keepRegister, takeFromFormer, type Movers } from './roster/register.ts';
import { lockVersions, raiseVersions, transferOf } from './transferRows.ts';
import { keepOpenings } from './transfers.ts';
import { followRegister } from './wishes.ts';

const ASK = { kind: 'REFERENCE_ASK', maxBytes: MAX_REQUEST_BYTES, maxBodyBytes: MAX_REQUEST_BYTES } as const;

/** The version that the county has for a station; 0 for none. */
export async function referenceVersionOf(context: CountyContext, stationId: number): Promise<number> {
  const row = await context.db
    .selectFrom('reference_version')
    .select('version')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

/** Not kept by kind: the county's own to give, or folded from transfers of points and the lists of the county. */
const MADE_HERE: ReadonlySet<string> = new Set([
  'version',
  'madeAtMs',
  'grants',
  'closings',
  'acts',
  'stations',
  'revocations',
] satisfies (keyof Reference)[]);

function partsOf(reference: Reference): Partial<Reference> {
  const parts = Object.fromEntries(Object.entries(reference).filter(([kind]) => !MADE_HERE.has(kind)));
  return { ...parts, revocations: TOLD_OTHERWISE };
}

/** Puts a station's name in place; answers whether the county's list of stations is another now. */
async function putStation(tx: Tx, { station }: Reference, nowMs: number): Promise<boolean> {
  const { id, name, townshipName, countyName } = station;
  const before = await tx
    .selectFrom('station')
    .select('name')
    .where('station_id', '=', id)
    .executeTakeFirst();
  await sql`
    INSERT INTO station (station_id, name, township_name, county_name, created_ms)
    VALUES (${id}, ${name}, ${townshipName}, ${countyName}, ${nowMs})
    ON CONFLICT (station_id) DO UPDATE SET
      name = excluded.name, township_name = excluded.township_name, county_name = excluded.county_name
  `.execute(tx);
  return before?.name !== name;
}

/**
 * Puts a station's reference data in place, and the station itself. The version rises by one if anything of it differs
 * from what is there. Its grants become acts of the county once and for all: the same again, or left out, change
 * nothing; moves between stations are never touched by it. People who are new in the village have their points
 * brought after them (wishes.ts). A new station or name, and other people or cards, raise the versions of the other
 * stations too, which list them. `movers` are taken out of the register where they stood. Answers the version that then holds.
 */
export async function putReference(
  context: CountyContext,
  reference: Reference,
  movers: Movers = new Map(),
): Promise<number> {
  const parts = partsOf(reference);
  const { id } = reference.station;
  const nowMs = context.nowMs();
  const contentHash = hex(sha256(JSON.stringify(parts)));
  const holds = await context.db.transaction().execute(async (tx) => {
    const renamed = await putStation(tx, reference, nowMs);
    const revoked = await putOnList(tx, reference.revocations.cardNumbers, nowMs);
    const byReference = revoked.length > 0 ? await toldByReference(tx) : [];
    const granted = await keepOpenings(tx, id, reference.grants, nowMs);
    const told = new Set(await followRegister(context, tx, reference, movers));
    const left = await takeFromFormer(tx, movers);
    for (const other of [...left, ...byReference]) told.add(other);
    const before = await registerMark(tx, id);
    await keepRegister(tx, reference);
    if (renamed || before !== (await registerMark(tx, id)))
      for (const { station_id: other } of await tx
        .selectFrom('reference_version')
        .select('station_id')
        .execute())
        told.add(other);
    told.delete(id);
    await lockVersions(tx, [...told, id]);
    await raiseVersions(tx, told, nowMs);
    await forgetHash(tx, left);
    const changed = await sql<{ version: number }>`
      INSERT INTO reference_version (station_id, version, made_ms, content_hash)
      VALUES (${id}, 1, ${nowMs}, ${contentHash})
      ON CONFLICT (station_id) DO UPDATE SET
        version = reference_version.version + 1, made_ms = excluded.made_ms,
        content_hash = excluded.content_hash
      WHERE reference_version.content_hash <> excluded.content_hash OR ${granted || renamed || byReference.includes(id)}
      RETURNING version`.execute(tx);
    const [row] = changed.rows;
    if (row === undefined) {
      const { version } = await tx
        .selectFrom('reference_version')
        .select('version')
        .where('station_id', '=', id)
        .executeTakeFirstOrThrow();
      return version;
    }
    for (const [kind, data] of Object.entries(await neverBack(tx, id, parts)))
      await sql`
        INSERT INTO reference_part (station_id, kind, data)
        VALUES (${id}, ${kind}, ${JSON.stringify(data)}::text::jsonb)
        ON CONFLICT (station_id, kind) DO UPDATE SET data = excluded.data`.execute(tx);
    await keepGiven(tx, id);
    return row.version;
  });
  keepRevokedCards(context.folder, reference.revocations.cardNumbers);
  return holds;
}

async function transfersAt(db: CountyContext['db'] | Tx, stationId: number): Promise<readonly Transfer[]> {
  const rows = await db
    .selectFrom('transfer')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('from_station_id', '=', stationId),
        eb('to_station_id', '=', stationId).and('state', '=', 'CLOSED'),
      ]),
    )
    .orderBy('made_ms')
    .orderBy('transfer_id')
    .execute();
  return rows.map(transferOf);
}

/**
 * A station's reference data as it stands, or undefined if the county has none for it. `forNewMachine`: for one that
 * has not asked yet, and so was told of no revoked card.
 */
export async function referenceOf(
  context: CountyContext,
  stationId: number,
  forNewMachine = false,
): Promise<{ readonly version: number; readonly body: Uint8Array } | undefined> {
  const served = await stateOf(context, stationId, forNewMachine);
  return served && { version: served.version, body: (await wholeOf(served)).body };
}

/** The same as the state that it, or a delta to it, is made of. */
async function stateOf(
  context: CountyContext,
  stationId: number,
  forNewMachine: boolean,
): Promise<Served | undefined> {
  // One moment for all of it: whoever changes any of it raises the version in the same transaction.
  const made = await context.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const { rows } = await sql<{ version: number; made_ms: number; parts: string }>`
        SELECT version, made_ms,
          (SELECT jsonb_object_agg(kind, data) FROM reference_part p WHERE p.station_id = v.station_id)::text AS parts
        FROM reference_version v WHERE station_id = ${stationId}`.execute(tx);
      const [row] = rows;
      if (row === undefined) return undefined;
      const transfers = await transfersAt(tx, stationId);
      const stations = await tx
        .selectFrom('station')
        .select(['station_id as id', 'name'])
        .orderBy('station_id')
        .execute();
      return {
        ...row,
        stations,
        grants: grantsOf(transfers, stationId),
        closings: closingsOf(transfers, stationId),
        acts: [...(await actsOf(tx, stationId))],
        revocations: await listInReference(tx, stationId, forNewMachine),
        registered: await registeredAt(tx, stationId),
        list: await listIn(context.db, tx),
        coming: await comingOf(tx, stationId),
      };
    });
  if (made === undefined) return undefined;
  const { version, made_ms: madeAtMs, parts, registered, list, coming, ...lists } = made;
  const own = composeOwn({
    ...{ stationId, parts, coming, registered },
    lists: JSON.stringify({ ...lists, version, madeAtMs }),
  });
  await keepList(context.db, list);
  return { version, state: { own, list: { mark: list.mark, text: () => Promise.resolve(list.text) } } };
}

/** What was given last, by station, so that many asks cost one packing. */
export type SnapshotCache = Map<number, Served>;
const MAX_CACHED = 32;

/**
 * Takes the bytes of a reference ask; answers those of a delta from what the station has, of a snapshot where there
 * is none, or null if the station has the newest. The ticket proves that the asker can sign now: a snapshot holds
 * personal data, so a recorded ask must not fetch it. `resumed`: only the rest of what was served is wanted.
 */
export async function takeReferenceAsk(
  context: CountyContext,
  cache: SnapshotCache,
  bytes: Uint8Array,
  resumed = false,
): Promise<Result<Uint8Array | null, CountyError>> {
  const opened = await openFromStation(context, bytes, ASK);
  if (!opened.ok) return opened;
  const { signer, body } = opened.value;
  const ask = decodeReferenceAsk(body);
  if (!ask.ok) return ask;
  if (!ticketHolds(context.keys, signer, ask.value.ticket, context.nowMs()))
    return err({ kind: 'TICKET_EXPIRED' });
  const { haveVersion } = ask.value;
  const version = await referenceVersionOf(context, signer);
  if (version === 0) return err({ kind: 'NO_REFERENCE' });
  if (version <= haveVersion) return ok(null);
  let served = cache.get(signer);
  if (served === undefined || served.version < version) {
    served = await stateOf(context, signer, false);
    if (served === undefined) return err({ kind: 'NO_REFERENCE' });
    const [oldest] = cache.keys();
    if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    cache.set(signer, served);
  }
  const delta = haveVersion === 0 ? null : await deltaTo(context, signer, haveVersion, served);
  if (!resumed) await keepServed(context, signer, haveVersion, served);
  if (delta !== null) return ok(seal(context, 'DELTA', opened.value, delta));
  const { body: whole, packed } = await wholeOf(served);
  return ok(seal(context, 'REFERENCE', opened.value, whole, packed));
}
