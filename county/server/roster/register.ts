/** The county's register: who, which card and which household stands in which village. */
import { sql } from 'kysely';
import type { Card, Reference, Volunteer } from '../../../domain/reference/reference.ts';
import { maskedName } from '../../../domain/people/maskedName.ts';
import { bigints } from '../db/arrays.ts';
import type { Tx } from '../ingestSql.ts';
import { mergedAround } from '../merged.ts';

/** Volunteers who move to a village, and the station in whose register they stood until now. */
export type Movers = ReadonlyMap<number, number>;

const ownOf = ({ station, volunteers }: Pick<Reference, 'station' | 'volunteers'>): Volunteer[] =>
  volunteers.filter(({ homeStationId }) => homeStationId === station.id);

/** Writes down the people, cards and households of a village in place of those before. */
export async function keepRegister(tx: Tx, reference: Reference): Promise<void> {
  const { id } = reference.station;
  const own = new Map(ownOf(reference).map((one) => [one.id, one]));
  const cards = new Map(
    reference.cards.filter(({ volunteerId }) => own.has(volunteerId)).map((card) => [card.cardNumber, card]),
  );
  for (const table of ['register_person', 'register_card', 'register_household'] as const)
    await tx.deleteFrom(table).where('station_id', '=', id).execute();
  const people = [...own.values()].map((one) => ({ id: one.id, name: maskedName(one.name) }));
  await sql`INSERT INTO register_person (station_id, volunteer_id, masked_name)
    SELECT ${id}::bigint, x.id, x.name
    FROM jsonb_to_recordset(${JSON.stringify(people)}::text::jsonb) AS x (id bigint, name text)`.execute(tx);
  const column = (of: (card: Card) => number) => bigints([...cards.values()].map(of));
  await sql`INSERT INTO register_card (station_id, card_number, volunteer_id, generation, issuer_id)
    SELECT ${id}::bigint, x.* FROM unnest(${column((card) => card.cardNumber)}, ${column((card) => card.volunteerId)},
      ${column((card) => card.generation)}, ${column((card) => card.issuerId)}) x`.execute(tx);
  const households = [...new Set(reference.households.map((household) => household.id))];
  await sql`INSERT INTO register_household (station_id, household_id)
    SELECT ${id}::bigint, x FROM unnest(${bigints(households)}) x`.execute(tx);
}

/**
 * Takes people who move to another village out of the register of the one where they stood. Answers the stations
 * that must be told.
 */
export async function takeFromFormer(tx: Tx, movers: Movers): Promise<readonly number[]> {
  const from = [...new Set(movers.values())].sort((a, b) => a - b);
  for (const stationId of from) {
    const gone = [...movers].filter(([, was]) => was === stationId).map(([id]) => id);
    for (const [kind, field] of [
      ['volunteers', 'id'],
      ['cards', 'volunteerId'],
    ] as const)
      await sql`UPDATE reference_part SET data = coalesce((SELECT jsonb_agg(x)
          FROM jsonb_array_elements(data) x WHERE (x->>${field}::text)::bigint <> ALL(${bigints(gone)})), '[]')
        WHERE station_id = ${stationId} AND kind = ${kind}`.execute(tx);
    for (const table of ['register_person', 'register_card'] as const)
      await tx
        .deleteFrom(table)
        .where('station_id', '=', stationId)
        .where('volunteer_id', 'in', gone)
        .execute();
  }
  return from;
}

/** What of a village stands in another's register as well: its number, and the other station. */
export interface Elsewhere {
  readonly people: ReadonlyMap<number, number>;
  readonly cards: ReadonlyMap<number, number>;
  readonly households: ReadonlyMap<number, number>;
  /** The key of each issuer of the county's cards. */
  readonly issuerKeys: ReadonlyMap<number, string>;
  readonly stationNames: ReadonlyMap<number, string>;
  /** Whose data was erased: their numbers are nobody's again. */
  readonly erased: ReadonlySet<number>;
  /** Second registrations of somebody, and the one that was kept. */
  readonly merged: ReadonlyMap<number, number>;
}

/** What of some numbers stands with other stations. The register of a station that was lost holds nobody any more. */
export async function standingElsewhere(
  tx: Tx,
  stationId: number,
  wanted: Readonly<Record<'people' | 'cards' | 'households', readonly number[]>>,
): Promise<Elsewhere> {
  const where = async (table: string, column: string, numbers: readonly number[]) => {
    const { rows } = await sql<{ number: number; station: number }>`
      SELECT r.${sql.ref(column)} AS number, min(r.station_id) AS station FROM ${sql.table(table)} r
      WHERE r.${sql.ref(column)} = ANY(${bigints(numbers)}) AND r.station_id <> ${stationId}
        AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = r.station_id)
      GROUP BY 1`.execute(tx);
    return new Map(rows.map(({ number, station }) => [number, station]));
  };
  const issuers = await sql<{ id: number; key: string }>`
    SELECT DISTINCT (x->>'id')::bigint AS id, x->>'publicKey' AS key
    FROM reference_part p, jsonb_array_elements(p.data) x
    WHERE p.kind = 'issuers' AND p.station_id <> ${stationId}`.execute(tx);
  const erased = await sql<{ id: number }>`SELECT volunteer_id AS id FROM erased_person
    WHERE volunteer_id = ANY(${bigints(wanted.people)})`.execute(tx);
  const merged = await mergedAround(tx, wanted.people);
  const names = await tx.selectFrom('station').select(['station_id', 'name']).execute();
  return {
    people: await where('register_person', 'volunteer_id', wanted.people),
    cards: await where('register_card', 'card_number', wanted.cards),
    households: await where('register_household', 'household_id', wanted.households),
    erased: new Set(erased.rows.map(({ id }) => id)),
    merged: new Map(merged.map(({ volunteerId, intoId }) => [volunteerId, intoId])),
    issuerKeys: new Map(issuers.rows.map(({ id, key }) => [id, key])),
    stationNames: new Map(names.map((row) => [row.station_id, row.name])),
  };
}
