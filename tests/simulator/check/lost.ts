/** Stations that were declared lost: nothing of theirs counts any more, none of it is gone, and what they held is elsewhere. */
import { sql } from 'kysely';
import { decodeHeld } from '../../../county/server/held.ts';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { fromHex, toHex } from '../../../domain/wire/bytes.ts';
import type { WireRange } from '../../../domain/wire/version.ts';
import type { FolderFaults, Loss } from '../faults/folderFaults.ts';
import type { ReviewedFrom } from './exactlyOnce.ts';
import type { Findings } from './findings.ts';
import type { Moves } from './moves.ts';
import type { EventRow, FolderContent } from './sources.ts';

/** Batches of one station that the county keeps for review at most (county/server/ingestSql.ts). */
const MOST_REVIEWED = 200;
/** What a station sent in a version that nobody speaks any more lies there, too. */
const ANY_WIRE: WireRange = { oldest: 1, newest: 255 };

/** What lies in quarantine of a lost station: it was sent, and waits for a person. */
export async function reviewedFrom(
  db: CountyDb,
  stationId: number,
  folders: readonly FolderContent[],
  epoch: string,
): Promise<ReviewedFrom> {
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
  return { has: (row) => isFull || hashes.has(row.hash) || isForgotten(row) };
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
