/**
 * Deltas of reference data as another implementation would apply and check them: made from the text of WIRE.md alone,
 * like byThePage.ts, and sharing no code with the project.
 */
import { createHash } from 'node:crypto';

type Thing = Readonly<Record<string, unknown>>;
type Json = Record<string, unknown>;

interface PageTable {
  readonly name: string;
  /** The list that it is made of. */
  readonly list: string;
  readonly columns: readonly string[];
}

/** The tables of the page's section `made: tables`. */
export function tablesOfPage(page: string): readonly PageTable[] {
  const [, part = ''] = /<!-- made: tables -->\n([^]*?)<!-- end -->/.exec(page) ?? [];
  return part
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => {
      const [, name = '', list = '', columns = ''] = line.split('|').map((cell) => cell.trim());
      return { name, list, columns: columns.split(', ') };
    });
}

/** `home_station_id` stands as `homeStationId` in the JSON. */
const nameInJson = (column: string): string =>
  column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());

function listIn(reference: Json, path: string): readonly unknown[] {
  const value = path.split('.').reduce<unknown>((at, name) => (at as Json | undefined)?.[name], reference);
  return (value as readonly unknown[] | undefined) ?? [];
}

function valueOf(thing: unknown, column: string): number | string {
  if (typeof thing === 'number') return thing;
  const value = (thing as Thing)[nameInJson(column)];
  if (typeof value === 'boolean') return value ? 1 : 0;
  return (value as number | string | undefined) ?? 0;
}

/** JSON without white space, the names of each object sorted. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${sortedJson((value as Json)[name])}`).join(',')}}`;
}

/** The content hash of reference data, in hexadecimal. */
export function contentHashByThePage(page: string, reference: Json): string {
  const hash = createHash('sha256');
  for (const { name, list, columns } of tablesOfPage(page)) {
    hash.update(`${name}\n`);
    const rows = listIn(reference, list).map((thing) => columns.map((column) => valueOf(thing, column)));
    for (const row of rows.sort((a, b) => Number(a[0]) - Number(b[0])))
      hash.update(`${JSON.stringify(row)}\n`);
  }
  const { number } = reference['revocations'] as { readonly number: number };
  const { rules, station } = reference;
  return hash.update(sortedJson({ revocationNumber: number, rules, station })).digest('hex');
}

/** What a delta leads to from the version that it names. */
export function applyByThePage(before: Json, delta: Json): Json {
  const after: Json = { ...before, ...(delta['whole'] as Json) };
  const keyed = delta['keyed'] as Record<string, { puts: readonly Thing[]; removes: readonly number[] }>;
  for (const [list, { puts, removes }] of Object.entries(keyed)) {
    const id = (thing: Thing): unknown => thing[list === 'cards' ? 'cardNumber' : 'id'];
    const gone = new Set<unknown>([...removes, ...puts.map(id)]);
    after[list] = [...listIn(before, list).filter((thing) => !gone.has(id(thing as Thing))), ...puts];
  }
  return after;
}
