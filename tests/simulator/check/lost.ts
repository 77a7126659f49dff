/** Stations that were declared lost: nothing of theirs counts any more, none of it is gone, and what they held is elsewhere. */
import { sql } from 'kysely';
import { decodeHeld } from '../../../county/server/held.ts';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { fromHex, toHex } from '../../../domain/wire/bytes.ts';
import type { WireRange } from '../../../domain/wire/version.ts';
import { openKeyFolder } from '../../../electron/station/sync/keyFolder.ts';
import type { FolderFaults, Loss } from '../faults/folderFaults.ts';
import type { Folder } from '../stretch.ts';
import type { ReviewedFrom } from './exactlyOnce.ts';
import type { Findings } from './findings.ts';
import type { Moves } from './moves.ts';
import type { EventRow, FolderContent } from './sources.ts';

/** Batches of one station that the county keeps for review at most (county/server/ingestSql.ts). */
const MOST_REVIEWED = 200;
/** What a station sent in a version that nobody speaks any more lies there, too. */
const ANY_WIRE: WireRange = { oldest: 1, newest: 255 };

/** The keys of a station that the county has, as texts, and whether each was ended. */
async function keysOf(db: CountyDb, stationId: number): Promise<ReadonlyMap<string, boolean>> {
  const rows = await db
    .selectFrom('station_key')
    .select(['public_key', 'revoked_ms'])
    .where('station_id', '=', stationId)
    .execute();
  return new Map(rows.map(({ public_key: key, revoked_ms: revokedMs }) => [key, revokedMs !== null]));
}

/**
 * Nobody lets a lost station in again: it would close there what was opened elsewhere for it, and what people earned
 * at it from then on could never be moved away.
 */
export async function checkShutOut(db: CountyDb, stationId: number, findings: Findings): Promise<void> {
  const holding = [...(await keysOf(db, stationId))].filter(([, ended]) => !ended);
  if (holding.length > 0)
    findings.add('a lost station was let in again', `station ${stationId}: ${holding.length} keys hold`);
}

/** What lies in quarantine of a lost station: it was sent, and waits for a person. */
export async function reviewedFrom(
  db: CountyDb,
  stationId: number,
  machines: readonly Pick<Folder, 'dir'>[],
  folders: readonly FolderContent[],
  epoch: string,
): Promise<ReviewedFrom> {
  const known = await keysOf(db, stationId);
  // A county that was restored may have forgotten the machine's key, too. Then it can tell nothing that the machine
  // says from what anybody else might, and keeps none of it.
  const isStranger = machines.every(({ dir }) => !known.has(toHex(openKeyFolder(dir).publicKey)));
  const { rows } = await sql<{ readonly envelope: string }>`
    SELECT envelope FROM quarantine WHERE station_id = ${stationId}`.execute(db);
  const hashes = new Set<string>();
  for (const { envelope } of rows)
    for (const hash of decodeHeld(fromHex(envelope) ?? new Uint8Array(0), ANY_WIRE)?.hashes ?? [])
      hashes.add(toHex(hash));
  // Beyond these the county keeps nothing more of one station, so that nobody fills its disk.
  const isFull = rows.length >= MOST_REVIEWED;
  // A machine that is shut out hears nothing of a county that was restored meanwhile, since nobody signs a refusal: it
  // sends for review what no county had acknowledged, and not what this one has lost.
  const ends = new Map(
    folders.flatMap((folder) => folder.ends.map((end) => [end.incarnation, end] as const)),
  );
  const isForgotten = ({ incarnation, seq }: EventRow): boolean => {
    const end = ends.get(incarnation);
    return end !== undefined && end.epoch !== epoch && seq <= end.durable;
  };
  return { has: (row) => isStranger || isFull || hashes.has(row.hash) || isForgotten(row) };
}

/** A screen at a lost station was told what the county does not count: how far it had each journal by then. */
export function shutOut(
  stationId: number,
  folders: readonly FolderContent[],
  atCounty: readonly EventRow[],
  epoch: string,
): readonly Loss[] {
  const names = new Set(folders.flatMap(({ ends }) => ends.map(({ incarnation }) => incarnation)));
  return [...names].map((incarnation) => ({
    stationId,
    incarnation,
    acknowledged: atCounty.findLast((row) => row.incarnation === incarnation)?.seq ?? 0,
    epoch,
  }));
}

/** What was to be opened elsewhere for the lost stations has been, each point once. */
export function checkGranted(
  moves: Moves,
  { lost, cloned, restored }: Pick<FolderFaults, 'lost' | 'cloned' | 'restored'>,
  findings: Findings,
): void {
  const granted = moves.granted();
  for (const [stationId, points] of lost) {
    const { points: opened, at } = granted.get(stationId) ?? { points: 0, at: [] };
    // A copy, a restored disk and a station that is lost itself have their own say on what was opened there.
    const isPlain = at.every((id) => !lost.has(id) && !cloned.has(id) && !restored.has(id));
    if (isPlain && opened !== points)
      findings.add(
        'points of a lost station',
        `station ${stationId}: ${points} to be opened, ${opened} were`,
      );
  }
  for (const [stationId, { points }] of granted)
    if (!lost.has(stationId) && !cloned.has(stationId) && !restored.has(stationId))
      findings.add('opened what nobody closed', `${points} points of station ${stationId}`);
}
