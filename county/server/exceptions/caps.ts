/**
 * The caps of the rules, counted again by the county (RULES.md B1, B3, B4, B6): of a day, a month and a quarter, of a
 * volunteer, a household and the village. A station counts by what it holds itself, and so does the county, over all
 * journals of the station. All that a run uses is added by one statement; each fact is then judged by what had been
 * used before it, whatever batches the facts came in.
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';
import { CAP, giftDifference, usesOf, type Amount, type Use } from './capUses.ts';
import type { Difference } from './decideAgain.ts';
import type { PastFacts } from './pastFacts.ts';
import type { NamedRules } from './rulesNamed.ts';

/** More than any village has in one fact, or a time that no calendar has, is told of elsewhere and counts nothing here. */
const MAX_AMOUNT = 1_000_000_000;

function isSane({ period, counted, points: used }: Use): boolean {
  return Number.isSafeInteger(period) && Math.abs(counted) <= MAX_AMOUNT && Math.abs(used) <= MAX_AMOUNT;
}

interface Sum extends Amount, Pick<Use, 'cap' | 'of' | 'with' | 'period'> {}
const nameOf = ({ cap, of, with: withId, period }: Pick<Sum, 'cap' | 'of' | 'with' | 'period'>): string =>
  `${cap} ${of} ${withId} ${period}`;

const plus = (one: Amount, other: Amount): Amount => ({
  counted: one.counted + other.counted,
  points: one.points + other.points,
});
/** Whether what was used is more than there is, by this use and not by another of the same fact. */
const isBeyond = (use: Amount, used: Amount, most: Amount): boolean =>
  (use.counted > 0 && used.counted > most.counted) || (use.points > 0 && used.points > most.points);

/** The caps that bind a person or a household wherever they go; not a village's, nor an activity's. */
const OF_PERSON: ReadonlySet<number> = new Set(
  Object.values(CAP).filter((cap) => cap !== CAP.VILLAGE && cap !== CAP.PAIRS),
);
/** Whoever has no household counts as one alone at each station by a number of that station's: no other has it. */
const isOfPerson = ({ cap, of }: Use): boolean => OF_PERSON.has(cap) && of > 0;

/** The caps of a person alone: of whoever was registered twice, all numbers have them together. */
const OF_NUMBERS: ReadonlySet<number> = new Set([CAP.DAY, CAP.MONTH, CAP.EXCHANGED, CAP.STAPLES, CAP.SCARCE]);
type OtherNumbers = ReadonlyMap<number, readonly number[]>;
const othersOf = ({ cap, of }: Use, numbers: OtherNumbers): readonly number[] =>
  (OF_NUMBERS.has(cap) ? numbers.get(of) : undefined) ?? [];

interface UsedByOthers {
  /** By name, at all other stations. */
  readonly elsewhere: ReadonlyMap<string, Amount>;
  /** By name, at the station itself, after the run: of other numbers of its people. */
  readonly here: ReadonlyMap<string, Amount>;
}
/**
 * What other stations' journals have used of the same caps, and what this one's have under other numbers of the same
 * people. No station sees that, so each is right by itself; whichever comes last is told to a person (RULES.md B21),
 * whatever order they come in.
 */
async function usedByOthers(
  tx: Tx,
  stationId: number,
  uses: readonly Use[],
  numbers: OtherNumbers,
): Promise<UsedByOthers> {
  if (uses.length === 0) return { elsewhere: new Map(), here: new Map() };
  const all = uses.flatMap((use) => [use, ...othersOf(use, numbers).map((of) => ({ ...use, of }))]);
  const names = [...new Map(all.map((use) => [nameOf(use), use])).values()];
  const column = (of: (use: Use) => number) => bigints(names.map(of));
  const { rows } = await sql<Sum & { readonly isHere: boolean }>`
    SELECT c.cap, c.of_id AS of, c.with_id AS with, c.period, c.station_id = ${stationId} AS "isHere",
      sum(c.counted)::bigint AS counted, sum(c.points)::bigint AS points
    FROM unnest(${column(({ cap }) => cap)}, ${column(({ of }) => of)}, ${column(({ period }) => period)})
      AS w (cap, of_id, period)
      JOIN cap_use c ON c.of_id = w.of_id AND c.cap = w.cap AND c.period = w.period
    WHERE c.station_id <> ${stationId} OR ${numbers.size > 0}::boolean GROUP BY 1, 2, 3, 4, 5`.execute(tx);
  const mapOf = (isHere: boolean) =>
    new Map(rows.filter((row) => row.isHere === isHere).map((row) => [nameOf(row), row]));
  return { elsewhere: mapOf(false), here: mapOf(true) };
}

/** Adds what a run used; answers the sums as they were before it, by name. */
async function addUses(
  tx: Tx,
  stationId: number,
  uses: readonly Use[],
): Promise<ReadonlyMap<string, Amount>> {
  const sums = new Map<string, Sum>();
  for (const { cap, of, with: withId, period, counted, points: used } of uses) {
    const name = nameOf({ cap, of, with: withId, period });
    const sum = sums.get(name) ?? { cap, of, with: withId, period, counted: 0, points: 0 };
    sums.set(name, { ...sum, counted: sum.counted + counted, points: sum.points + used });
  }
  // In one order everywhere, so that two batches do not wait for each other.
  const rows = [...sums.values()].sort(
    (a, b) => a.cap - b.cap || a.of - b.of || a.with - b.with || a.period - b.period,
  );
  const column = (of: (row: Sum) => number) => bigints(rows.map(of));
  const after = await sql<Sum>`
    INSERT INTO cap_use (station_id, cap, of_id, with_id, period, counted, points)
    SELECT ${stationId}::bigint, * FROM unnest(${column(({ cap }) => cap)}, ${column(({ of }) => of)},
      ${column((row) => row.with)}, ${column(({ period }) => period)}, ${column(({ counted }) => counted)},
      ${column((row) => row.points)})
    ON CONFLICT (station_id, cap, of_id, with_id, period) DO UPDATE SET
      counted = cap_use.counted + excluded.counted, points = cap_use.points + excluded.points
    RETURNING cap, of_id AS of, with_id AS with, period, counted, points`.execute(tx);
  const before = new Map<string, Amount>();
  for (const row of after.rows) {
    const name = nameOf(row);
    const added = sums.get(name) ?? { counted: 0, points: 0 };
    before.set(name, { counted: row.counted - added.counted, points: row.points - added.points });
  }
  return before;
}

export interface BeyondCaps {
  /** Facts that took more than their cap still had at the station. */
  readonly here: readonly Difference[];
  /** Facts that the station could allow, and that took more than their cap still had over all stations (B21). */
  readonly together: readonly Difference[];
}

/** What entries that were taken back had used of the caps of hours and awards is there again. */
export async function giveBackCaps(
  tx: Tx,
  stationId: number,
  entries: readonly JournalEvent[],
  past: PastFacts,
): Promise<void> {
  // Of what a station may name wrongly, an exchange gives nothing back by this.
  const counted = entries.filter((entry) => 'credits' in entry || entry.type === 'POINTS_AWARDED');
  const uses = await usesOf(tx, stationId, counted, past);
  const back = uses.filter(isSane).map((use) => ({ ...use, counted: -use.counted, points: -use.points }));
  if (back.length > 0) await addUses(tx, stationId, back);
}

/** Counts what a run uses of every cap; answers each fact that took more than its cap still had. */
export async function foldCaps(
  tx: Tx,
  { stationId }: Pick<Place, 'stationId'>,
  events: readonly JournalEvent[],
  {
    rules,
    past,
    numbers,
  }: { readonly rules: NamedRules; readonly past: PastFacts; readonly numbers: OtherNumbers },
): Promise<BeyondCaps> {
  const found: Difference[] = [];
  const together: Difference[] = [];
  for (const event of events) {
    const by = rules.by(event);
    const expected = by && event.type === 'REDEEMED_SHARED' ? giftDifference(event, by) : null;
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  const all = await usesOf(tx, stationId, events, past);
  const uses = all.filter((use) => isSane(use) && (use.counted !== 0 || use.points !== 0));
  if (uses.length === 0) return { here: found, together };
  const used = new Map(await addUses(tx, stationId, uses));
  const others = await usedByOthers(tx, stationId, uses.filter(isOfPerson), numbers);
  /** Of a person's other numbers here what the run had used up to now. */
  const beside = (use: Use): readonly Amount[] =>
    [
      others.elsewhere.get(nameOf(use)),
      ...othersOf(use, numbers).flatMap((of) => {
        const name = nameOf({ ...use, of });
        return [others.elsewhere.get(name), used.get(name) ?? others.here.get(name)];
      }),
    ].filter((amount) => amount !== undefined);
  for (const use of uses) {
    const name = nameOf(use);
    const before = used.get(name) ?? { counted: 0, points: 0 };
    const after = plus(before, use);
    used.set(name, after);
    const by = rules.by(use.by);
    if (by === undefined) continue;
    const most = use.most(by);
    const difference = { seq: use.by.seq, expected: use.expected(by) };
    if (use.onlyTogether !== true && isBeyond(use, after, most)) {
      found.push(difference);
      continue;
    }
    const other = isOfPerson(use) ? beside(use) : [];
    const isOnce = other.length > 0 || use.onlyTogether === true;
    if (isOnce && isBeyond(use, other.reduce(plus, after), most)) together.push(difference);
  }
  return { here: found, together };
}
