/**
 * The heavy part of reference data, without the database: from what stands in the tables to the body of a snapshot,
 * its packed form, and a delta. A village's own part is small; what it is told of the rest of the county comes out of
 * the one list of the county (countyList.ts), by the county's register and by no file's word.
 */
import * as v from 'valibot';
import { contentHash, contentOf, hashOfLines, lineOf } from '../../../domain/reference/content.ts';
import { deltaBetween, deltaSchema, type PartsDelta } from '../../../domain/reference/delta.ts';
import { MOST_COMING, type Goods, type Reference } from '../../../domain/reference/reference.ts';
import { stableJson } from '../../../domain/reference/stableJson.ts';
import { REFERENCE_TABLES } from '../../../domain/reference/tables.ts';
import { packBody } from '../../../domain/wire/envelope.ts';
import { MAX_REFERENCE_BODY_BYTES } from '../../../domain/wire/limits.ts';
import { decodeReference, encodeDelta, encodeReference } from '../../../domain/wire/referenceBody.ts';
import { pack, sha256, unseal } from '../codecs.ts';
import { LISTED_PARTS, type CountyList } from './countyList.ts';

/** What stands in the tables of a village itself, as JSON texts. */
export interface Ingredients {
  readonly stationId: number;
  /** The kinds of `reference_part` by name. */
  readonly parts: string;
  /** The small lists that the county makes: version, grants, closings, acts, stations, revoked cards. */
  readonly lists: string;
  /** Rows [goods, day, points] of the prices that come, in the order of their days. */
  readonly coming: string;
  /** Numbers of who stands in the village's register. */
  readonly registered: string;
}
type PriceRow = readonly [goodsId: number, fromDay: number, unitPoints: number];

/** A village's own part, as it is kept to make deltas from. */
interface Own {
  readonly stationId: number;
  readonly reference: Reference;
  readonly registered: readonly number[];
}
/** The same beside the county's list. */
interface Village {
  readonly stationId: number;
  readonly reference: Reference;
  readonly registered: ReadonlySet<number>;
  readonly list: CountyList;
}

/** The village's own things, then those of others that have not the number of one. */
function joined<T>(own: readonly T[], others: readonly T[], numberOf: (one: T) => number): T[] {
  const all = new Map(others.map((one) => [numberOf(one), one]));
  for (const one of own) all.set(numberOf(one), one);
  return [...all.values()].sort((a, b) => numberOf(a) - numberOf(b));
}

/** Goods with the prices that are posted for them. */
function withComing(goods: readonly Goods[], rows: readonly PriceRow[]): Goods[] {
  return goods.map((one) => {
    const mine = rows.filter(([goodsId]) => goodsId === one.id);
    if (mine.length === 0) return one;
    const coming = mine.map(([, fromDay, unitPoints]) => ({ fromDay, unitPoints }));
    return { ...one, coming: coming.slice(0, MOST_COMING) };
  });
}

/**
 * A village's own part as a JSON text. Throws where what is in the tables does not fit the schema: better found here;
 * the register's columns have their types already.
 */
export function composeOwn(from: Ingredients): string {
  const parts = JSON.parse(from.parts) as Omit<Reference, 'version' | 'madeAtMs' | 'grants'>;
  const lists = JSON.parse(from.lists) as Pick<Reference, 'version' | 'madeAtMs' | 'grants'>;
  const goods = withComing(parts.goods, JSON.parse(from.coming) as PriceRow[]);
  const fits = decodeReference(encodeReference({ ...parts, ...lists, goods }));
  if (!fits.ok) throw new Error(`reference data of station ${from.stationId}: ${fits.error.detail}`);
  const registered = JSON.parse(from.registered) as number[];
  const own: Own = { stationId: from.stationId, reference: fits.value, registered };
  return JSON.stringify(own);
}

function villageOf(own: string, list: CountyList): Village {
  const { stationId, reference, registered: ids } = JSON.parse(own) as Own;
  const registered = new Set(ids);
  // Whom the county's register has elsewhere, a file cannot have here under another name.
  const isElsewhere = (id: number) => !registered.has(id) && list.person(id) !== undefined;
  const volunteers = reference.volunteers.filter(
    ({ id, homeStationId }) => homeStationId === stationId || !isElsewhere(id),
  );
  const issuers = joined(reference.issuers, list.issuers, ({ id }) => id);
  return { stationId, registered, list, reference: { ...reference, volunteers, issuers } };
}

/** The body of a snapshot. */
export function composeSnapshot(own: string, list: CountyList): Uint8Array {
  const { reference, registered } = villageOf(own, list);
  const others = list.allBut(registered);
  return encodeReference({
    ...reference,
    volunteers: joined(reference.volunteers, others.people, ({ id }) => id),
    cards: joined(reference.cards, others.cards, ({ cardNumber }) => cardNumber),
  });
}

export function composePacked(body: Uint8Array): ReturnType<typeof packBody> {
  return packBody(body, pack);
}

/** Which of the things with some numbers were put or removed. */
function changesOf<T extends object>(
  numbers: Iterable<number>,
  before: (number: number) => T | undefined,
  after: (number: number) => T | undefined,
): { readonly puts: T[]; readonly removes: number[] } {
  const puts: T[] = [];
  const removes: number[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const [was, is] = [before(number), after(number)];
    if (is === undefined) {
      if (was !== undefined) removes.push(number);
    } else if (was === undefined || stableJson(was) !== stableJson(is)) puts.push(is);
  }
  return { puts, removes };
}

/** A village's people and cards by number: its own, then the county's. */
function lookUp({ reference, registered, list }: Village) {
  const people = new Map(reference.volunteers.map((one) => [one.id, one]));
  const cards = new Map(reference.cards.map((one) => [one.cardNumber, one]));
  const listed = (cardNumber: number) => {
    const card = list.card(cardNumber);
    return card && !registered.has(card.volunteerId) ? card : undefined;
  };
  return {
    person: (id: number) => people.get(id) ?? (registered.has(id) ? undefined : list.person(id)),
    card: (cardNumber: number) => cards.get(cardNumber) ?? listed(cardNumber),
  };
}

/** What leads from one state of a village to another; of the county only what changed there is looked at. */
function villageDelta(before: Village, after: Village): PartsDelta {
  const bare = ({ reference }: Village): Reference => ({ ...reference, volunteers: [], cards: [] });
  const { keyed, whole } = deltaBetween(bare(before), bare(after));
  const listed = after.list.changesSince(before.list);
  const both = [before, after];
  const registered = both.flatMap((one) => [...one.registered]);
  const [was, is] = [lookUp(before), lookUp(after)];
  const volunteers = changesOf(
    [
      ...both.flatMap(({ reference }) => reference.volunteers.map(({ id }) => id)),
      ...registered,
      ...listed.people,
    ],
    was.person,
    is.person,
  );
  const cards = changesOf(
    [
      ...both.flatMap(({ reference }) => reference.cards.map(({ cardNumber }) => cardNumber)),
      ...both.flatMap(({ list }) => list.cardsOf(registered)),
      ...listed.cards,
    ],
    was.card,
    is.card,
  );
  const found = Object.entries({ volunteers, cards }).filter(
    ([, { puts, removes }]) => puts.length + removes.length > 0,
  );
  return { keyed: { ...keyed, ...Object.fromEntries(found) }, whole };
}

/** The hash of all that a village has, its own and of the county (content.ts). */
function villageHash({ reference, registered, list }: Village): string {
  const own = contentOf(reference);
  const gone: Readonly<Record<string, readonly number[]>> = {
    volunteers: [...registered],
    cards: list.cardsOf(registered),
  };
  const tables = REFERENCE_TABLES.map(({ part, table }) => {
    const rows = [...(own.get(table) ?? [])].map(([key, row]) => [Number(key), lineOf(row)] as const);
    if (LISTED_PARTS.has(part)) {
      const others = new Map<number, string | null>(gone[part]?.map((key) => [key, null]));
      for (const [key, line] of rows) others.set(key, line);
      return [table, list.linesWith(table, others)] as const;
    }
    return [table, rows.sort(([a], [b]) => a - b).map(([, line]) => line)] as const;
  });
  const { station, rules, revocations } = reference;
  const hash = hashOfLines(sha256, tables, { station, rules, revocationNumber: revocations.number });
  return Buffer.from(hash).toString('hex');
}

function deltaBody(
  before: Reference,
  { version, madeAtMs }: Reference,
  contentHash: string,
  parts: PartsDelta,
): Uint8Array {
  return encodeDelta(
    v.parse(deltaSchema, { fromVersion: before.version, version, madeAtMs, contentHash, ...parts }),
  );
}

/**
 * The body of the delta between two states of a village, each its own part and the county's list of then; null where
 * the snapshot is hardly longer.
 */
export function composeDelta(
  ownBefore: string,
  listBefore: CountyList,
  own: string,
  list: CountyList,
): Uint8Array | null {
  const [before, after] = [villageOf(ownBefore, listBefore), villageOf(own, list)];
  const delta = deltaBody(before.reference, after.reference, villageHash(after), villageDelta(before, after));
  return delta.length < (own.length + list.bytes) / 2 ? delta : null;
}

/**
 * The body of the delta from a whole snapshot (`before`: a zstd frame), as it was kept until the county's list stood by
 * itself, to another; null where the one before is damaged, or where the snapshot is hardly longer.
 */
export function composeWholeDelta(before: Uint8Array, snapshot: Uint8Array): Uint8Array | null {
  const unpacked = unseal.unpack(before, MAX_REFERENCE_BODY_BYTES);
  if (unpacked === null) return null;
  // Both were made here. A station to which the older one meant something else finds it by the hash, and asks for all.
  const [was, after] = [unpacked, snapshot].map(
    (body) => JSON.parse(Buffer.from(body).toString('utf8')) as Reference,
  );
  if (was === undefined || after === undefined) return null;
  const { station, rules, revocations } = after;
  const hash = contentHash(sha256, contentOf(after), {
    ...{ station, rules, revocationNumber: revocations.number },
  });
  const delta = deltaBody(was, after, Buffer.from(hash).toString('hex'), deltaBetween(was, after));
  return delta.length < snapshot.length / 2 ? delta : null;
}
