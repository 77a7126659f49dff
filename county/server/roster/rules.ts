/**
 * The rules of the county: one set for all its stations, versioned. Each change says who made it, when and why, and
 * is kept for good; the number of the set only rises (RULES.md B, first line; domain/rules).
 */
import { sql } from 'kysely';
import * as v from 'valibot';
import { stableJson } from '../../../domain/reference/stableJson.ts';
import { problemsOf, type FileProblem } from '../../../domain/reference/villageFile.ts';
import {
  DEFAULT_RULES,
  rulesFileSchema,
  ruleSetSchema,
  type RuleSet,
} from '../../../domain/rules/ruleSet.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { worthOf, type PointWorth } from '../../../domain/shop/worth.ts';
import type { CountyContext } from '../context.ts';
import { keepGiven } from '../exceptions/given.ts';
import type { CountyDb } from '../db/open.ts';
import type { Tx } from '../ingestSql.ts';
import { changeParts } from './change.ts';

export interface RuleChange {
  readonly version: number;
  readonly changedMs: number;
  readonly by: string;
  readonly reason: string;
  /** The numbers that were changed, by their places: `points.perCreditHour`. */
  readonly changes: readonly NumberChange[];
}
export interface NumberChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The rules that a village begins with: those of the last change, or the defaults before any. */
export async function rulesInForce(tx: CountyDb | Tx): Promise<RuleSet> {
  const last = await tx
    .selectFrom('rule_change')
    .select('rules')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined) return v.parse(ruleSetSchema, JSON.parse(last.rules));
  // A village began before the first change of the rules: what it has is what the county has.
  const { rows } = await sql<{ rules: string }>`SELECT data::text AS rules FROM reference_part
    WHERE kind = 'rules' ORDER BY (data->>'version')::bigint DESC, station_id LIMIT 1`.execute(tx);
  const [row] = rows;
  return row === undefined ? { ...DEFAULT_RULES, version: 1 } : v.parse(ruleSetSchema, JSON.parse(row.rules));
}

/** Of each piece of goods that a village says what it costs. */
async function worthInCounty(tx: Tx, rules: RuleSet): Promise<PointWorth> {
  const { rows } = await sql<{ name: string; unitPoints: number; referenceFen: number }>`
    SELECT x->>'name' AS name, (x->>'unitPoints')::bigint AS "unitPoints", (x->>'referenceFen')::bigint AS "referenceFen"
    FROM reference_part p, jsonb_array_elements(p.data) x
    WHERE p.kind = 'goods' AND x->>'referenceFen' IS NOT NULL
    ORDER BY (x->>'referenceFen')::numeric / (x->>'unitPoints')::numeric DESC LIMIT 1`.execute(tx);
  return worthOf(rows, rules);
}

/** The numbers in which two sets differ; a list counts as one. */
export function differencesBetween(before: RuleSet, after: RuleSet): readonly NumberChange[] {
  const numbers = (rules: RuleSet): ReadonlyMap<string, unknown> => {
    const { attendance, points, shop, ledger, backfill } = rules;
    const found = new Map<string, unknown>();
    const walk = (path: string, value: unknown): void => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        found.set(path, value);
        return;
      }
      for (const [name, part] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, part);
    };
    walk('', { attendance, points, shop, ledger, backfill });
    return found;
  };
  const was = numbers(before);
  return [...numbers(after)]
    .filter(([path, value]) => stableJson(was.get(path) ?? null) !== stableJson(value))
    .map(([path, value]) => ({ path, before: was.get(path) ?? null, after: value }));
}

export interface RulesShown {
  readonly rules: RuleSet;
  readonly defaults: RuleSet;
  readonly worth: PointWorth;
  /** The newest first. */
  readonly history: readonly RuleChange[];
}

/** The rules in force, the defaults beside them and every change there was. */
export async function showRules({ db }: CountyContext): Promise<RulesShown> {
  return db.transaction().execute(async (tx) => {
    const rows = await tx.selectFrom('rule_change').selectAll().orderBy('version').execute();
    const sets = rows.map((row) => v.parse(ruleSetSchema, JSON.parse(row.rules)));
    const befores = rows.map((row) => v.parse(ruleSetSchema, JSON.parse(row.rules_before)));
    const history = rows.map((row, i) => ({
      version: row.version,
      changedMs: row.changed_ms,
      by: row.changed_by,
      reason: row.reason,
      changes: differencesBetween(befores[i] ?? DEFAULT_RULES, sets[i] ?? DEFAULT_RULES),
    }));
    const rules = await rulesInForce(tx);
    const worth = await worthInCounty(tx, rules);
    return { rules, defaults: DEFAULT_RULES, worth, history: history.reverse() };
  });
}

export interface RulesWish {
  /** Only the numbers that change, in the groups of `ruleSet.ts`. */
  readonly rules: unknown;
  readonly by: string;
  readonly reason: string;
  /** The version that was looked at; null: whatever is in force. */
  readonly ofVersion: number | null;
}
export interface RulesChanged {
  readonly version: number;
  readonly changes: readonly NumberChange[];
  readonly stations: number;
  /** What points buy by these rules, over all villages. */
  readonly worth: PointWorth;
}
export type RulesRefusal =
  | { readonly kind: 'BAD_FILE'; readonly problems: readonly FileProblem[] }
  /** Somebody changed them meanwhile: to be looked at again. */
  | { readonly kind: 'CHANGED_MEANWHILE' };

/** What of a set does not go together though each number fits. */
function contradictions({ points, ledger, shop, attendance }: RuleSet): readonly FileProblem[] {
  const found: FileProblem[] = [];
  const tell = (path: string, zh: string, en: string): void =>
    void found.push({ path: path.split('.'), id: null, zh, en });
  if (points.maxPerDay > points.maxPerMonth)
    tell('points.maxPerDay', '每天的上限不能高于每月的上限', 'a day may not bring more than a month');
  if (attendance.maxSessionMinutes > attendance.maxDayMinutes)
    tell(
      'attendance.maxSessionMinutes',
      '每次的上限不能高于每天的上限',
      'one service may not count for more than a day',
    );
  if (ledger.awards.minPoints > ledger.awards.maxPoints)
    tell('ledger.awards.minPoints', '最低不能高于最高', 'the least may not be above the most');
  for (const { fromMinute, toMinute } of shop.openHours)
    if (fromMinute >= toMinute)
      tell('shop.openHours', '关门要晚于开门', 'the shop must close after it has opened');
  const ids = ledger.awards.catalogue.map(({ id }) => id);
  if (new Set(ids).size < ids.length)
    tell('ledger.awards.catalogue', '奖励编号不能重复', 'no two awards may have one number');
  return found;
}

/** What was there, with what is said in its place. JSON has no undefined that could hide a number. */
function over<T extends object>(before: T, given: object | undefined): T {
  return { ...before, ...given };
}

/**
 * Changes rules of the county: at once, for every station. Nothing changed where the wish says nothing new; else the
 * number of the set is higher than any that a station was given.
 */
export async function changeRules(
  context: CountyContext,
  { rules: wish, by, reason, ofVersion }: RulesWish,
): Promise<Result<RulesChanged, RulesRefusal>> {
  const parsed = v.safeParse(rulesFileSchema, wish);
  if (!parsed.success) return err({ kind: 'BAD_FILE', problems: problemsOf(parsed.issues) });
  const given = parsed.output;
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx) => {
    // Two at once: the second waits here, and then sees what the first has made.
    await sql`LOCK TABLE rule_change IN EXCLUSIVE MODE`.execute(tx);
    const before = await rulesInForce(tx);
    if (ofVersion !== null && ofVersion !== before.version) return err({ kind: 'CHANGED_MEANWHILE' });
    const { ledger } = before;
    const wanted: RuleSet = {
      version: before.version,
      attendance: over(before.attendance, given.attendance),
      points: over(before.points, given.points),
      shop: over(before.shop, given.shop),
      ledger: {
        ...over(ledger, given.ledger),
        awards: over(ledger.awards, given.ledger?.awards),
        gifts: over(ledger.gifts, given.ledger?.gifts),
      },
      backfill: over(before.backfill, given.backfill),
    };
    const problems = contradictions(wanted);
    if (problems.length > 0) return err({ kind: 'BAD_FILE', problems });
    const changes = differencesBetween(before, wanted);
    if (changes.length === 0)
      return ok({ version: before.version, changes, stations: 0, worth: await worthInCounty(tx, before) });
    const { rows } = await sql<{ highest: number }>`SELECT greatest(${before.version}::bigint,
        (SELECT max((data->>'version')::bigint) FROM reference_part WHERE kind = 'rules'))::bigint AS highest`.execute(
      tx,
    );
    const after = { ...wanted, version: (rows[0]?.highest ?? before.version) + 1 };
    const text = JSON.stringify(after);
    await tx
      .insertInto('rule_change')
      .values({
        version: after.version,
        rules_before: JSON.stringify(before),
        rules: text,
        changed_ms: nowMs,
        changed_by: by,
        reason,
      })
      .execute();
    const told = await changeParts(
      tx,
      nowMs,
      sql`UPDATE reference_part SET data = ${text}::text::jsonb WHERE kind = 'rules'
        RETURNING station_id AS "stationId"`,
    );
    await keepGiven(tx, null);
    return ok({
      version: after.version,
      changes,
      stations: told.length,
      worth: await worthInCounty(tx, after),
    });
  });
}
