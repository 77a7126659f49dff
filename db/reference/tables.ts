/** Which part of the reference data stands in which table. The first column is the key. */
import type { Reference } from '../../domain/reference/reference.ts';

type Value = string | number;

export interface ReferenceTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: (reference: Reference) => readonly (readonly Value[])[];
}

export const REFERENCE_TABLES: readonly ReferenceTable[] = [
  {
    table: 'volunteer',
    columns: ['id', 'home_station_id', 'household_id', 'team_id', 'spouse_id'],
    rows: ({ volunteers }) =>
      volunteers.map((v) => [v.id, v.homeStationId, v.householdId, v.teamId, v.spouseId ?? 0]),
  },
  {
    table: 'person',
    columns: ['id', 'name', 'masked_phone', 'birth_year'],
    rows: ({ volunteers }) => volunteers.map((v) => [v.id, v.name, v.maskedPhone, v.birthYear]),
  },
  {
    table: 'card',
    columns: ['card_number', 'volunteer_id', 'generation', 'issuer_id'],
    rows: ({ cards }) => cards.map((c) => [c.cardNumber, c.volunteerId, c.generation, c.issuerId]),
  },
  {
    table: 'issuer',
    columns: ['id', 'name', 'public_key'],
    rows: ({ issuers }) => issuers.map((i) => [i.id, i.name, i.publicKey]),
  },
  {
    table: 'revocation',
    columns: ['card_number'],
    rows: ({ revocations }) => revocations.cardNumbers.map((cardNumber) => [cardNumber]),
  },
  {
    table: 'team',
    columns: ['id', 'name'],
    rows: ({ teams }) => teams.map((t) => [t.id, t.name]),
  },
  {
    table: 'county_station',
    columns: ['id', 'name'],
    rows: ({ stations = [] }) => stations.map((s) => [s.id, s.name]),
  },
  {
    table: 'household',
    columns: ['id', 'name', 'head_id'],
    rows: ({ households }) => households.map((h) => [h.id, h.name, h.headId ?? 0]),
  },
  {
    table: 'activity',
    columns: [
      'id',
      'name',
      'team_id',
      'platform',
      'theme',
      'start_ms',
      'end_ms',
      'place',
      'factor_percent',
      'cancelled',
    ],
    rows: ({ activities }) =>
      activities.map((a) => [
        a.id,
        a.name,
        a.teamId,
        a.platform,
        a.theme,
        a.startMs,
        a.endMs,
        a.place,
        a.factorPercent,
        Number(a.cancelled),
      ]),
  },
  {
    table: 'goods',
    columns: ['id', 'name', 'unit', 'picture', 'unit_points', 'staple', 'scarce', 'on_sale'],
    rows: ({ goods }) =>
      goods.map((g) => [
        g.id,
        g.name,
        g.unit,
        g.picture,
        g.unitPoints,
        Number(g.staple),
        Number(g.scarce),
        Number(g.onSale),
      ]),
  },
  {
    table: 'keeper',
    columns: ['id', 'name', 'role', 'pin_salt', 'pin_hash', 'volunteer_id'],
    rows: ({ keepers }) =>
      keepers.map((k) => [k.id, k.name, k.role, k.pinSalt, k.pinHash, k.volunteerId ?? 0]),
  },
];
