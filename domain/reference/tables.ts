/** Which part of the reference data stands in which of the station's tables. The first column is the key. */
import type { Reference } from './reference.ts';

export type Value = string | number;
export type Row = readonly Value[];

/** The parts that are lists of things with a key. */
export type KeyedPart =
  'volunteers' | 'households' | 'teams' | 'cards' | 'issuers' | 'activities' | 'goods' | 'keepers';
/** What stands in tables; the rest is small, or acts of the county that become facts. */
export type TableParts = Pick<Reference, KeyedPart | 'revocations' | 'stations'>;
export type ReferenceHead = Omit<Reference, KeyedPart>;

export interface ReferenceTable {
  readonly part: keyof TableParts;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: (reference: TableParts) => readonly Row[];
  /** It came later than the first program: empty it leaves no trace in the hash, as if it were not known. */
  readonly later?: true;
}

export const REFERENCE_TABLES: readonly ReferenceTable[] = [
  {
    part: 'volunteers',
    table: 'volunteer',
    columns: ['id', 'home_station_id', 'household_id', 'team_id', 'spouse_id'],
    rows: ({ volunteers }) =>
      volunteers.map((v) => [v.id, v.homeStationId, v.householdId, v.teamId, v.spouseId ?? 0]),
  },
  {
    part: 'volunteers',
    table: 'person',
    columns: ['id', 'name', 'masked_phone', 'birth_year'],
    rows: ({ volunteers }) => volunteers.map((v) => [v.id, v.name, v.maskedPhone, v.birthYear]),
  },
  {
    part: 'cards',
    table: 'card',
    columns: ['card_number', 'volunteer_id', 'generation', 'issuer_id'],
    rows: ({ cards }) => cards.map((c) => [c.cardNumber, c.volunteerId, c.generation, c.issuerId]),
  },
  {
    part: 'issuers',
    table: 'issuer',
    columns: ['id', 'name', 'public_key'],
    rows: ({ issuers }) => issuers.map((i) => [i.id, i.name, i.publicKey]),
  },
  {
    part: 'revocations',
    table: 'revocation',
    columns: ['card_number'],
    rows: ({ revocations }) => revocations.cardNumbers.map((cardNumber) => [cardNumber]),
  },
  {
    part: 'teams',
    table: 'team',
    columns: ['id', 'name'],
    rows: ({ teams }) => teams.map((t) => [t.id, t.name]),
  },
  {
    part: 'stations',
    table: 'county_station',
    columns: ['id', 'name'],
    rows: ({ stations = [] }) => stations.map((s) => [s.id, s.name]),
  },
  {
    part: 'households',
    table: 'household',
    columns: ['id', 'name', 'head_id'],
    rows: ({ households }) => households.map((h) => [h.id, h.name, h.headId ?? 0]),
  },
  {
    part: 'activities',
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
    part: 'goods',
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
    part: 'goods',
    table: 'coming_price',
    columns: ['id', 'prices'],
    rows: ({ goods }) =>
      goods.flatMap(({ id, coming = [] }) =>
        coming.length === 0
          ? []
          : [[id, JSON.stringify(coming.map(({ fromDay, unitPoints }) => [fromDay, unitPoints]))]],
      ),
    later: true,
  },
  {
    part: 'keepers',
    table: 'keeper',
    columns: ['id', 'name', 'role', 'pin_salt', 'pin_hash', 'volunteer_id'],
    rows: ({ keepers }) =>
      keepers.map((k) => [k.id, k.name, k.role, k.pinSalt, k.pinHash, k.volunteerId ?? 0]),
  },
];
