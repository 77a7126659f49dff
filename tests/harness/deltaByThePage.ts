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

interface Price {
  readonly fromDay: number;
  readonly unitPoints: number;
}
/** The text of the prices that come of some goods; empty for none. */
function pricesOf(thing: unknown): string {
  const coming = ((thing as Thing)['coming'] as readonly Price[] | undefined) ?? [];
  return coming.length === 0 ? '' : JSON.stringify(coming.map((one) => [one.fromDay, one.unitPoints]));
}

/** The rules without the numbers of the page's section `made: later` that are as they stand there. */
function rulesByThePage(page: string, rules: Json): Json {
  const [, part = ''] = /<!-- made: later -->\n([^]*?)<!-- end -->/.exec(page) ?? [];
  const left = structuredClone(rules) as Record<string, Json | undefined>;
  for (const line of part.trim().split('\n').slice(2)) {
    const [, number = '', value = ''] = line.split('|').map((cell) => cell.trim());
    const [group = '', name = ''] = number.split('.');
    if (sortedJson(left[group]?.[name] ?? null) === value) delete left[group]?.[name];
  }
  return left;
}

/** The content hash of reference data, in hexadecimal. */
export function contentHashByThePage(page: string, reference: Json): string {
  const hash = createHash('sha256');
  for (const { name, list, columns } of tablesOfPage(page)) {
    const isLater = name === 'coming_price';
    const things = listIn(reference, list).filter((thing) => !isLater || pricesOf(thing) !== '');
    if (isLater && things.length === 0) continue;
    hash.update(`${name}\n`);
    const rows = things.map((thing) =>
      columns.map((column) => (column === 'prices' ? pricesOf(thing) : valueOf(thing, column))),
    );
    for (const row of rows.sort((a, b) => Number(a[0]) - Number(b[0])))
      hash.update(`${JSON.stringify(row)}\n`);
  }
  const { number } = reference['revocations'] as { readonly number: number };
  const rules = rulesByThePage(page, reference['rules'] as Json);
  const { station } = reference;
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
