/** Each event of each journal is at the county once, under its own hash, without a gap; and nothing else is. */
import { sql } from 'kysely';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { genesisHash, nextHash } from '../../../domain/journal/canonical.ts';
import { sha256 } from '../../../electron/station/sync/codecs.ts';
import type { Findings } from './findings.ts';
import type { EventRow, FolderContent } from './sources.ts';

const keyOf = ({ incarnation, seq, hash }: EventRow) => `${incarnation} ${seq} ${hash}`;

/** Follows the chain of each journal as the county has it; the rows stand in order. */
function checkChains(stationId: number, events: readonly EventRow[], findings: Findings): void {
  let incarnation = '';
  let seq = 0;
  let hash: Uint8Array = new Uint8Array(0);
  for (const row of events) {
    if (row.incarnation !== incarnation) {
      ({ incarnation } = row);
      seq = 0;
      hash = genesisHash(sha256, stationId, incarnation);
    }
    seq += 1;
    const where = `station ${stationId}, journal ${incarnation}, event ${row.seq}`;
    if (row.seq !== seq) findings.add('gap at the county', `${where} where ${seq} is due`);
    seq = row.seq;
    hash = nextHash(sha256, hash, row.text);
    const told = Buffer.from(hash).toString('hex');
    if (told !== row.hash) findings.add('broken chain at the county', where);
    hash = Buffer.from(row.hash, 'hex');
  }
}

async function checkHeads(db: CountyDb, stationId: number, events: readonly EventRow[], findings: Findings) {
  const heads = await sql<{ readonly incarnation: string; readonly durable: number; readonly hash: string }>`
    SELECT incarnation, durable_seq AS durable, head_hash AS hash FROM incarnation
    WHERE station_id = ${stationId}`.execute(db);
  for (const { incarnation, durable, hash } of heads.rows) {
    const last = events.findLast((row) => row.incarnation === incarnation);
    const isHead = (last?.seq ?? 0) === durable && (last === undefined || last.hash === hash);
    if (!isHead)
      findings.add(
        'wrong head at the county',
        `station ${stationId}, journal ${incarnation}: ${durable} where ${last?.seq ?? 0} is the last`,
      );
  }
}

/** Events of a station that was shut out, as they lie in quarantine. */
export interface ReviewedFrom {
  readonly has: (row: EventRow) => boolean;
}

export interface EventSets {
  /** Whether every event of the county is in every folder of the station. */
  readonly same: boolean;
}

/**
 * Answers whether both sides have the same. What a lost disk took with it must have come back from the county by now.
 */
export async function checkExactlyOnce(
  db: CountyDb,
  stationId: number,
  atCounty: readonly EventRow[],
  folders: readonly FolderContent[],
  /** What the county keeps for review and has in no account; null for a station that is none of the lost. */
  review: ReviewedFrom | null,
  findings: Findings,
): Promise<EventSets> {
  checkChains(stationId, atCounty, findings);
  await checkHeads(db, stationId, atCounty, findings);
  const there = new Set(atCounty.map(keyOf));
  if (there.size !== atCounty.length) findings.add('twice at the county', `station ${stationId}`);
  const here = new Set<string>();
  let same = true;
  for (const { events } of folders) {
    for (const row of events) {
      const key = keyOf(row);
      here.add(key);
      if (there.has(key)) continue;
      same = false;
      if (review?.has(row) === true) continue;
      findings.add(
        'missing at the county',
        `station ${stationId}, journal ${row.incarnation}, event ${row.seq}`,
      );
    }
    if (events.length !== atCounty.length) same = false;
  }
  for (const row of atCounty)
    if (!here.has(keyOf(row)))
      findings.add(
        'at the county and at no station',
        `station ${stationId}, journal ${row.incarnation}, event ${row.seq}`,
      );
  return { same };
}
