/**
 * Numbered deltas of reference data (DESIGN.md, Sync): what must be put and removed to come from one version to a
 * later one. Lists of things with a key travel by their changes, everything else whole where it differs.
 */
import * as v from 'valibot';
import {
  activitySchema,
  cardSchema,
  goodsSchema,
  householdSchema,
  issuerSchema,
  keeperSchema,
  MAX_LIST,
  referenceSchema,
  teamSchema,
  volunteerSchema,
  type Reference,
} from './reference.ts';
import { stableJson } from './stableJson.ts';
import type { KeyedPart, TableParts } from './tables.ts';

const key = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const changesOf = <T extends v.GenericSchema>(item: T, most: number) =>
  v.optional(
    v.object({
      puts: v.pipe(v.array(item), v.maxLength(most)),
      removes: v.pipe(v.array(key), v.maxLength(most)),
    }),
  );

const keyedSchema = v.object({
  volunteers: changesOf(volunteerSchema, MAX_LIST.volunteers),
  households: changesOf(householdSchema, MAX_LIST.households),
  teams: changesOf(teamSchema, MAX_LIST.teams),
  cards: changesOf(cardSchema, MAX_LIST.cards),
  issuers: changesOf(issuerSchema, MAX_LIST.issuers),
  activities: changesOf(activitySchema, MAX_LIST.activities),
  goods: changesOf(goodsSchema, MAX_LIST.goods),
  keepers: changesOf(keeperSchema, MAX_LIST.keepers),
});
const wholeSchema = v.partial(
  v.omit(referenceSchema, [
    'version',
    'madeAtMs',
    'volunteers',
    'households',
    'teams',
    'cards',
    'issuers',
    'activities',
    'goods',
    'keepers',
  ]),
);
export const deltaSchema = v.object({
  /** The version it leads from; it fits no other. */
  fromVersion: v.pipe(key, v.minValue(1)),
  version: v.pipe(key, v.minValue(1)),
  madeAtMs: v.pipe(v.number(), v.safeInteger()),
  /** Of what it leads to (content.ts), as lower-case hexadecimal. */
  contentHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  keyed: keyedSchema,
  whole: wholeSchema,
});
export type ReferenceDelta = v.InferOutput<typeof deltaSchema>;

const KEYS: Readonly<Record<KeyedPart, string>> = {
  volunteers: 'id',
  households: 'id',
  teams: 'id',
  cards: 'cardNumber',
  issuers: 'id',
  activities: 'id',
  goods: 'id',
  keepers: 'id',
};
export const keyOf = (part: KeyedPart, item: Item): number => Number(item[KEYS[part]]);

type Item = Readonly<Record<string, unknown>>;
interface Changes {
  readonly puts: readonly Item[];
  readonly removes: readonly number[];
}
/** What differs between two versions; a delta without its numbers. */
export interface PartsDelta {
  readonly keyed: Readonly<Record<string, Changes>>;
  readonly whole: Readonly<Record<string, unknown>>;
}

const isKeyed = (part: string): part is KeyedPart => Object.hasOwn(KEYS, part);

function changesBetween(part: KeyedPart, before: readonly Item[], after: readonly Item[]): Changes {
  const gone = new Map(before.map((item) => [keyOf(part, item), stableJson(item)]));
  const puts = after.filter((item) => {
    const id = keyOf(part, item);
    const same = gone.get(id) === stableJson(item);
    gone.delete(id);
    return !same;
  });
  return { puts, removes: [...gone.keys()] };
}

/** What leads from one version to another. */
export function deltaBetween(before: Reference, after: Reference): PartsDelta {
  const keyed: Record<string, Changes> = {};
  const whole: Record<string, unknown> = {};
  const there: Item = before;
  for (const [part, value] of Object.entries(after)) {
    if (part === 'version' || part === 'madeAtMs') continue;
    if (isKeyed(part)) {
      const changes = changesBetween(part, before[part], after[part]);
      if (changes.puts.length + changes.removes.length > 0) keyed[part] = changes;
    } else if (stableJson(there[part] ?? null) !== stableJson(value)) whole[part] = value;
  }
  return { keyed, whole };
}

/** The lists of things that a delta puts, as if they were all there is. */
export function putsOf({ keyed, whole }: ReferenceDelta): TableParts {
  return {
    volunteers: keyed.volunteers?.puts ?? [],
    households: keyed.households?.puts ?? [],
    teams: keyed.teams?.puts ?? [],
    cards: keyed.cards?.puts ?? [],
    issuers: keyed.issuers?.puts ?? [],
    activities: keyed.activities?.puts ?? [],
    goods: keyed.goods?.puts ?? [],
    keepers: keyed.keepers?.puts ?? [],
    revocations: whole.revocations ?? { number: 0, cardNumbers: [] },
    stations: whole.stations ?? [],
  };
}
