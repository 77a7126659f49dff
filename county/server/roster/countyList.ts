/**
 * What every village is told of the others: card, home station and masked name, by the county's register. It is one list
 * for the whole county; a village is told of all who do not stand in its own register. So what is heavy about it, its
 * parts by number, the lines of the hash, and what changed since an earlier one, is made once for all stations.
 */
import { lineOf } from '../../../domain/reference/content.ts';
import type { Card, Issuer, Volunteer } from '../../../domain/reference/reference.ts';
import { REFERENCE_TABLES, type TableParts } from '../../../domain/reference/tables.ts';

type PersonRow = readonly [id: number, home: number, name: string];
type CardRow = readonly [cardNumber: number, volunteerId: number, generation: number, issuerId: number];
interface ListText {
  readonly people: readonly PersonRow[];
  readonly cards: readonly CardRow[];
  readonly issuers: readonly Issuer[];
}

/** The lines of a table's rows, one behind the other in the order of their keys. */
interface Block {
  readonly keys: readonly number[];
  /** Where each begins, and where the last one ends. */
  readonly offsets: readonly number[];
  readonly bytes: Uint8Array;
}

const NOTHING: TableParts = {
  ...{ volunteers: [], households: [], teams: [], cards: [], issuers: [], activities: [], goods: [] },
  ...{ keepers: [], stations: [], revocations: { number: 0, cardNumbers: [] } },
};
/** The tables that hold what the county's list is made of, but for the few issuers. */
export const LISTED_PARTS: ReadonlySet<string> = new Set(['volunteers', 'cards']);

/** About what one of them takes in a snapshot. */
const PERSON_BYTES = 105;
const CARD_BYTES = 70;

const personOf = ([id, homeStationId, name]: PersonRow): Volunteer => ({
  ...{ id, name, homeStationId, householdId: 0, teamId: 0, maskedPhone: '', birthYear: 0 },
});
const cardOf = ([cardNumber, volunteerId, generation, issuerId]: CardRow): Card => ({
  ...{ cardNumber, volunteerId, generation, issuerId },
});

/** The place of the first key that is not below one. */
function placeOf(keys: readonly number[], key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function changedKeys<R extends readonly (number | string)[]>(
  before: ReadonlyMap<number, R>,
  after: ReadonlyMap<number, R>,
): readonly number[] {
  const changed = [...before.keys()].filter((key) => !after.has(key));
  for (const [key, row] of after) {
    const was = before.get(key);
    if (was === undefined || row.some((value, i) => value !== was[i])) changed.push(key);
  }
  return changed;
}

export interface ListChanges {
  /** Numbers of people and of cards that are other, new or gone. */
  readonly people: readonly number[];
  readonly cards: readonly number[];
}

export class CountyList {
  readonly issuers: readonly Issuer[];
  readonly #people: ReadonlyMap<number, PersonRow>;
  readonly #cards: ReadonlyMap<number, CardRow>;
  #cardsOf: ReadonlyMap<number, readonly number[]> | null = null;
  #blocks: ReadonlyMap<string, Block> | null = null;
  #changes: { readonly since: CountyList; readonly changes: ListChanges } | null = null;

  /** Of the JSON text as `readList` (others.ts) answers it. */
  constructor(text: string) {
    const { people, cards, issuers } = JSON.parse(text) as ListText;
    this.issuers = issuers;
    this.#people = new Map(people.map((row) => [row[0], row]));
    this.#cards = new Map(cards.map((row) => [row[0], row]));
  }

  /** About how long all of it is in the body of a snapshot. */
  get bytes(): number {
    return this.#people.size * PERSON_BYTES + this.#cards.size * CARD_BYTES;
  }

  person(id: number): Volunteer | undefined {
    const row = this.#people.get(id);
    return row && personOf(row);
  }
  card(cardNumber: number): Card | undefined {
    const row = this.#cards.get(cardNumber);
    return row && cardOf(row);
  }
  /** Everybody but some, and the cards of the others. */
  allBut(ids: ReadonlySet<number>): { readonly people: Volunteer[]; readonly cards: Card[] } {
    const people = [...this.#people.values()].filter(([id]) => !ids.has(id));
    const cards = [...this.#cards.values()].filter(([, volunteerId]) => !ids.has(volunteerId));
    return { people: people.map(personOf), cards: cards.map(cardOf) };
  }
  /** Numbers of the cards of some people. */
  cardsOf(ids: Iterable<number>): readonly number[] {
    if (this.#cardsOf === null) {
      const all = new Map<number, number[]>();
      for (const [cardNumber, volunteerId] of this.#cards.values())
        all.set(volunteerId, [...(all.get(volunteerId) ?? []), cardNumber]);
      this.#cardsOf = all;
    }
    const of = this.#cardsOf;
    return [...ids].flatMap((id) => of.get(id) ?? []);
  }

  /** What is other than in an earlier list; kept, since every station asks the same. */
  changesSince(since: CountyList): ListChanges {
    if (this.#changes?.since !== since)
      this.#changes = {
        since,
        changes: {
          people: changedKeys(since.#people, this.#people),
          cards: changedKeys(since.#cards, this.#cards),
        },
      };
    return this.#changes.changes;
  }

  /** The lines of a table with some rows in place of those with their keys, or (null) without them. */
  linesWith(table: string, others: ReadonlyMap<number, string | null>): (string | Uint8Array)[] {
    const block = this.#blockOf(table);
    const pieces: (string | Uint8Array)[] = [];
    let from = 0;
    const upTo = (place: number) => {
      if (place > from) pieces.push(block.bytes.subarray(block.offsets[from], block.offsets[place]));
      from = place;
    };
    for (const key of [...others.keys()].sort((a, b) => a - b)) {
      const place = placeOf(block.keys, key);
      upTo(place);
      if (block.keys[place] === key) from = place + 1;
      const line = others.get(key);
      if (typeof line === 'string') pieces.push(line);
    }
    upTo(block.keys.length);
    return pieces;
  }

  #blockOf(table: string): Block {
    this.#blocks ??= this.#makeBlocks();
    const block = this.#blocks.get(table);
    if (block === undefined) throw new Error(`no list of ${table}`);
    return block;
  }

  #makeBlocks(): ReadonlyMap<string, Block> {
    const { people, cards } = this.allBut(new Set());
    const listed = REFERENCE_TABLES.filter(({ part }) => LISTED_PARTS.has(part));
    return new Map(
      listed.map(({ table, rows }) => {
        const all = [...rows({ ...NOTHING, volunteers: people, cards })];
        const sorted = all.sort((a, b) => Number(a[0]) - Number(b[0]));
        const lines = sorted.map((row) => Buffer.from(lineOf(row)));
        const offsets = [0];
        for (const line of lines) offsets.push((offsets.at(-1) ?? 0) + line.length);
        return [table, { keys: sorted.map((row) => Number(row[0])), offsets, bytes: Buffer.concat(lines) }];
      }),
    );
  }
}
