/**
 * What reference data comes to, in rows, and the hash of it: the county signs the hash with a delta, the station
 * holds its own against it, and so notices if the two have drifted apart.
 */
import type { Sha256 } from '../journal/canonical.ts';
import { LATER_RULES, type RuleSet } from '../rules/ruleSet.ts';
import type { Reference } from './reference.ts';
import { stableJson } from './stableJson.ts';
import { REFERENCE_TABLES, type Row, type TableParts, type Value } from './tables.ts';

/** The rows of each table by their key. */
export type Content = ReadonlyMap<string, Map<Value, Row>>;

/** The rows that reference data comes to; where a key is named twice the last one holds. */
export function contentOf(reference: TableParts): Content {
  return new Map(
    REFERENCE_TABLES.map(({ table, rows }) => [
      table,
      new Map(rows(reference).map((row) => [row[0] as Value, row])),
    ]),
  );
}

/** The small parts that stand in no table of rows. */
export type SmallParts = Pick<Reference, 'station' | 'rules'> & { readonly revocationNumber: number };

const LATER_TABLES: ReadonlySet<string> = new Set(
  REFERENCE_TABLES.filter(({ later }) => later === true).map(({ table }) => table),
);

/**
 * Rules without the later numbers that are as they always were: so a program that does not know of them, or rules that
 * were written down before, come to the same hash.
 */
function asBefore(rules: RuleSet): unknown {
  // What was never read by the schema may lack a whole group.
  const groups: Readonly<Record<string, object | undefined>> = { ...rules, version: undefined };
  const said = Object.entries(LATER_RULES).map(([name, later]: [string, object]) => {
    const usual = new Map(Object.entries(later).map(([key, value]) => [key, stableJson(value)]));
    const numbers = Object.entries(groups[name] ?? {});
    const others = Object.fromEntries(numbers.filter(([key, value]) => usual.get(key) !== stableJson(value)));
    return [name, groups[name] && others];
  });
  return { ...rules, ...Object.fromEntries(said) };
}

/** A row as it goes into the hash. */
export function lineOf(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}

const byKey = (a: Value, b: Value): number => Number(a) - Number(b);

/** SHA-256, as bytes, over all rows in the order of their keys and the small parts. */
export function contentHash(sha256: Sha256, content: Content, small: SmallParts): Uint8Array {
  const tables = [...content].map(([table, rows]) => {
    const lines = [...rows.keys()].sort(byKey).map((key) => lineOf(rows.get(key) ?? []));
    // Joined: a county has more rows than a call may have arguments.
    return [table, rows.size === 0 ? [] : [lines.join('')]] as const;
  });
  return hashOfLines(sha256, tables, small);
}

/** The same over the lines of each table, in pieces as they follow each other; none for a table without rows. */
export function hashOfLines(
  sha256: Sha256,
  tables: readonly (readonly [table: string, lines: readonly (string | Uint8Array)[]])[],
  small: SmallParts,
): Uint8Array {
  const { station, rules, revocationNumber } = small;
  const said = tables.filter(([table, lines]) => lines.length > 0 || !LATER_TABLES.has(table));
  return sha256(
    ...said.flatMap(([table, lines]) => [`${table}\n`, ...lines]),
    stableJson({ station, rules: asBefore(rules), revocationNumber }),
  );
}
