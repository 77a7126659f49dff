/**
 * By which rules the facts of a run are judged. A fact names the version that it was decided by, but the station alone
 * wrote it: a version that the county never gave, or one older than the station has had, would free it of every rule.
 * Such facts are judged by the newest rules that the station can have had, and a person is told where it begins.
 */
import { sql } from 'kysely';
import * as v from 'valibot';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES, ruleSetSchema, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Alert } from '../alerts.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';

export interface NamedRules {
  /** The rules to judge a fact by; undefined where the county cannot read what it gave once. */
  by(event: Pick<JournalEvent, 'seq'>): RuleSet | undefined;
  /** Seqs of the facts that are the first of their version in the journal. */
  readonly begun: ReadonlySet<number>;
  /** Where facts begin to name rules that they cannot have been decided by. */
  readonly wrong: readonly Alert[];
}

interface Known {
  readonly newest: number;
  readonly told: number;
  readonly inForce: number;
  readonly inForceAfter: number;
}
/** What is known of the journal's versions, and the rules that the run may have to be judged by, as texts. */
async function read(
  tx: Tx,
  { stationId, incarnation }: Place,
  versions: readonly number[],
): Promise<{ readonly known: Known; readonly given: ReadonlyMap<number, string>; readonly last: number }> {
  const { rows } = await sql<Known & { last: number; version: number | null; rules: string | null }>`
    SELECT i.rules_newest AS newest, i.rules_told AS told, i.rules_in_force AS "inForce",
      i.rules_in_force_after AS "inForceAfter", l.last, g.version, g.rules
    FROM incarnation i
      CROSS JOIN (SELECT coalesce(max(version), 0) AS last FROM given_rules WHERE station_id = ${stationId}) l
      LEFT JOIN given_rules g ON g.station_id = i.station_id
        AND (g.version = ANY(${bigints(versions)}) OR g.version IN (i.rules_newest, i.rules_in_force, l.last))
    WHERE i.station_id = ${stationId} AND i.incarnation = ${incarnation}`.execute(tx);
  const [first] = rows;
  const known = first ?? { newest: 0, told: -1, inForce: 0, inForceAfter: 0, last: 0 };
  const given = rows.flatMap(({ version, rules }): [number, string][] =>
    version === null || rules === null ? [] : [[version, rules]],
  );
  return { known, given: new Map(given), last: known.last };
}

/** Finds what each fact of a run is judged by, and keeps which versions the journal has named. */
export async function rulesNamed(tx: Tx, at: Place, events: readonly JournalEvent[]): Promise<NamedRules> {
  const versions = [...new Set(events.map(({ rulesVersion }) => rulesVersion))];
  const { known, given, last } = await read(tx, at, versions);
  const { inForce, inForceAfter } = known;
  let { newest, told } = known;
  const judgedBy = new Map<number, number>();
  const wrong: Alert[] = [];
  const begun = new Set<number>();
  for (const { seq, rulesVersion: named } of events) {
    const isGiven = named === 0 || given.has(named);
    const least = seq > inForceAfter ? Math.max(newest, inForce) : newest;
    const isOld = isGiven && named < least;
    judgedBy.set(seq, isOld ? least : isGiven ? named : last);
    if (isGiven && !isOld) {
      if (named > newest) begun.add(seq);
      newest = named;
      told = -1;
    } else if (named !== told) {
      told = named;
      const kind = isOld ? 'OLD_RULES' : 'UNKNOWN_RULES';
      wrong.push({ kind, seq, facts: { expected: { kind, named, version: isOld ? least : last } } });
    }
  }
  if (newest !== known.newest || told !== known.told)
    await tx
      .updateTable('incarnation')
      .set({ rules_newest: newest, rules_told: told })
      .where('station_id', '=', at.stationId)
      .where('incarnation', '=', at.incarnation)
      .execute();
  const readable = new Map<number, RuleSet>([[0, DEFAULT_RULES]]);
  for (const version of new Set(judgedBy.values())) {
    const text = given.get(version);
    const parsed = text === undefined ? undefined : v.safeParse(ruleSetSchema, JSON.parse(text));
    if (parsed?.success === true) readable.set(version, parsed.output);
  }
  return { by: ({ seq }) => readable.get(judgedBy.get(seq) ?? -1), begun, wrong };
}

/**
 * Keeps which rules a station has in force by its own word: what it records after `recorded` events was decided by them
 * or by newer ones.
 */
export async function keepInForce(
  tx: Tx,
  { stationId, incarnation }: Place,
  referenceVersion: number,
  recorded: number,
): Promise<void> {
  await sql`UPDATE incarnation SET rules_in_force = g.version, rules_in_force_after = ${recorded}
    FROM (SELECT max(version) AS version FROM given_rules
      WHERE station_id = ${stationId} AND from_reference <= ${referenceVersion}) g
    WHERE station_id = ${stationId} AND incarnation = ${incarnation} AND g.version > rules_in_force`.execute(
    tx,
  );
}
