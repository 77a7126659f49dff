/**
 * Points of a household that nobody is left of, which a person of the county gives to another one: nobody can spend them
 * or ask for them any more. A household's points are its members', so as long as it has any they stay its own.
 */
import { sql } from 'kysely';
import type { TransferRefusal, TransferRequest } from './transfers.ts';
import type { Tx } from './ingestSql.ts';

/** Whether somebody of a household stands in a register of a village that is there; of one station's, or of any. */
async function hasMembers(tx: Tx, householdId: number, stationId: number | null = null): Promise<boolean> {
  const { rows } = await sql<{ readonly has: boolean }>`SELECT EXISTS (
    SELECT 1 FROM reference_part p, jsonb_array_elements(p.data) x
      JOIN register_person r ON r.volunteer_id = (x->>'id')::bigint
    WHERE p.kind = 'volunteers' AND r.station_id = p.station_id
      AND p.data @> jsonb_build_array(jsonb_build_object('householdId', ${householdId}::bigint))
      AND (x->>'householdId')::bigint = ${householdId}
      AND (${stationId}::bigint IS NULL OR p.station_id = ${stationId}::bigint)
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = p.station_id)) AS has`.execute(tx);
  return rows[0]?.has === true;
}

/** Why an account's points cannot be given to another account, if they cannot. */
export async function otherHolderRefused(
  tx: Tx,
  { holder, holderId, toHolderId = holderId, toStationId }: TransferRequest,
): Promise<TransferRefusal | null> {
  if (toHolderId === holderId) return null;
  if (holder !== 'HOUSEHOLD') return { kind: 'ONLY_HOUSEHOLDS' };
  if (await hasMembers(tx, holderId)) return { kind: 'HAS_MEMBERS' };
  return (await hasMembers(tx, toHolderId, toStationId)) ? null : { kind: 'UNKNOWN_HOUSEHOLD' };
}
