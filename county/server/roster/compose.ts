/**
 * The heavy part of reference data, without the database: from what stands in the tables to the body of a snapshot,
 * its packed form, and a delta. Of the rest of the county a village is told the card, the home station and the masked
 * name (DESIGN.md, Sync), by the county's register and by no file's word.
 */
import * as v from 'valibot';
import { contentHash, contentOf } from '../../../domain/reference/content.ts';
import { deltaBetween, deltaSchema } from '../../../domain/reference/delta.ts';
import {
  MOST_COMING,
  type Card,
  type Goods,
  type Issuer,
  type Reference,
  type Volunteer,
} from '../../../domain/reference/reference.ts';
import { packBody } from '../../../domain/wire/envelope.ts';
import { MAX_REFERENCE_BODY_BYTES } from '../../../domain/wire/limits.ts';
import { decodeReference, encodeDelta, encodeReference } from '../../../domain/wire/referenceBody.ts';
import { pack, sha256, unseal } from '../codecs.ts';

/** What stands in the tables, as JSON texts. */
export interface Ingredients {
  readonly stationId: number;
  /** The kinds of `reference_part` by name. */
  readonly parts: string;
  /** The small lists that the county makes: version, grants, closings, acts, stations. */
  readonly lists: string;
  /** Rows [id, home station, masked name] of the people of other villages. */
  readonly people: string;
  /** Rows [card number, volunteer, generation, issuer]. */
  readonly cards: string;
  /** Issuers of other villages' cards. */
  readonly issuers: string;
  /** Rows [goods, day, points] of the prices that come, in the order of their days. */
  readonly coming: string;
}

type PersonRow = readonly [id: number, home: number, name: string];
type PriceRow = readonly [goodsId: number, fromDay: number, unitPoints: number];
type CardRow = readonly [cardNumber: number, volunteerId: number, generation: number, issuerId: number];

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

/** The body of a snapshot. Throws where what is in the tables does not fit the schema: better found here. */
export function composeSnapshot(from: Ingredients): Uint8Array {
  const parts = JSON.parse(from.parts) as Omit<Reference, 'version' | 'madeAtMs' | 'grants'>;
  const kept = { ...parts, goods: withComing(parts.goods, JSON.parse(from.coming) as PriceRow[]) };
  const lists = JSON.parse(from.lists) as Pick<Reference, 'version' | 'madeAtMs' | 'grants'>;
  const people = (JSON.parse(from.people) as PersonRow[]).map(([id, homeStationId, name]): Volunteer => ({
    ...{ id, name, homeStationId, householdId: 0, teamId: 0, maskedPhone: '', birthYear: 0 },
  }));
  const cards = (JSON.parse(from.cards) as CardRow[]).map(
    ([cardNumber, volunteerId, generation, issuerId]): Card => ({
      ...{ cardNumber, volunteerId, generation, issuerId },
    }),
  );
  const known = new Set(people.map(({ id }) => id));
  // Whom the county's register has elsewhere, a file cannot have here under another name.
  const own = kept.volunteers.filter(
    ({ id, homeStationId }) => homeStationId === from.stationId || !known.has(id),
  );
  // What came from files is held against the schema; the register's columns have their types already.
  const fits = decodeReference(encodeReference({ ...kept, ...lists, volunteers: own }));
  if (!fits.ok) throw new Error(`reference data of station ${from.stationId}: ${fits.error.detail}`);
  if (people.length === 0 && cards.length === 0) return encodeReference({ ...kept, ...lists });
  return encodeReference({
    ...kept,
    ...lists,
    volunteers: joined(own, people, ({ id }) => id),
    cards: joined(kept.cards, cards, ({ cardNumber }) => cardNumber),
    issuers: joined(kept.issuers, JSON.parse(from.issuers) as Issuer[], ({ id }) => id),
  });
}

export function composePacked(body: Uint8Array): ReturnType<typeof packBody> {
  return packBody(body, pack);
}

/**
 * The body of the delta from a snapshot that was given (`before`: a zstd frame) to another; null where the one before
 * is damaged, or where the snapshot is hardly longer.
 */
export function composeDelta(before: Uint8Array, snapshot: Uint8Array): Uint8Array | null {
  const unpacked = unseal.unpack(before, MAX_REFERENCE_BODY_BYTES);
  if (unpacked === null) return null;
  // Both were made here. A station to which the older one meant something else finds it by the hash, and asks for all.
  const [was, after] = [unpacked, snapshot].map(
    (body) => JSON.parse(Buffer.from(body).toString('utf8')) as Reference,
  );
  if (was === undefined || after === undefined) return null;
  const { version, madeAtMs, station, rules, revocations } = after;
  const hash = contentHash(sha256, contentOf(after), {
    station,
    rules,
    revocationNumber: revocations.number,
  });
  const delta = encodeDelta(
    v.parse(deltaSchema, {
      fromVersion: was.version,
      version,
      madeAtMs,
      contentHash: Buffer.from(hash).toString('hex'),
      ...deltaBetween(was, after),
    }),
  );
  return delta.length < snapshot.length / 2 ? delta : null;
}
