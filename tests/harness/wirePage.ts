/** The parts of WIRE.md that follow from tables in the code: written by a test, so that the page cannot fall behind. */
import { EVENT_TYPES, EVENTS, fieldsOf } from '../../domain/journal/events.ts';
import type { FieldSpec } from '../../domain/journal/fields.ts';
import { referenceSchema } from '../../domain/reference/reference.ts';
import { REFERENCE_TABLES } from '../../domain/reference/tables.ts';
import { LATER_RULES } from '../../domain/rules/ruleSet.ts';

function wordsOf(name: string, spec: FieldSpec): string {
  if (spec.kind === 'choice') return `choice ${name} (${spec.of.join(' ')})`;
  if (spec.kind === 'rows') return `rows ${name} (${Object.keys(spec.columns).join(' ')})`;
  return `${spec.kind} ${name}`;
}
function eventTable(): string {
  const rows = EVENT_TYPES.map((type) => {
    const fields = Object.entries<FieldSpec>(fieldsOf(type)).map(([name, spec]) => wordsOf(name, spec));
    return `| ${EVENTS[type].code} ${type} | ${fields.join('; ')} |`;
  });
  return ['| code | own fields |', '|---|---|', ...rows].join('\n');
}

/** What a schema says of itself; valibot's objects are plain. */
interface Schema {
  readonly type?: string;
  readonly kind?: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly Schema[];
  readonly requirement?: unknown;
}

function boundsOf({ pipe = [] }: Schema): string {
  const signs: Record<string, string> = {
    safe_integer: 'integer',
    min_value: '>=',
    max_value: '<=',
    max_length: 'at most',
    length: 'exactly',
  };
  const words = pipe.flatMap(({ kind, type = '', requirement }) => {
    if (kind !== 'validation') return [];
    if (requirement instanceof RegExp) return [String(requirement).replaceAll('|', '\\|')];
    const sign = signs[type];
    if (sign === undefined) return [type.replaceAll('_', ' ')];
    return typeof requirement === 'number' ? [`${sign} ${requirement}`] : [sign];
  });
  return words.length === 0 ? '' : ` ${words.join(' ')}`;
}

/** One line for each value that stands in the JSON, with its way there. */
function linesOf(path: string, schema: Schema): string[] {
  if (schema.entries !== undefined)
    return Object.entries(schema.entries).flatMap(([name, entry]) =>
      linesOf(path === '' ? name : `${path}.${name}`, entry),
    );
  if (schema.item !== undefined) return linesOf(`${path}[]`, schema.item);
  if (schema.wrapped !== undefined) return linesOf(`${path}?`, schema.wrapped);
  const choices = schema.options?.every((option) => typeof option === 'string') ?? false;
  const type = choices ? (schema.options ?? []).join(' \\| ') : (schema.type ?? '');
  return [`| ${path} | ${type}${boundsOf(schema)} |`];
}
function referenceTable(): string {
  const rows = linesOf('', referenceSchema);
  return ['| value | form |', '|---|---|', ...rows].join('\n');
}

function contentTable(): string {
  const rows = REFERENCE_TABLES.map(({ table, part, columns }) => {
    const list = part === 'revocations' ? 'revocations.cardNumbers' : part;
    return `| ${table} | ${list} | ${columns.join(', ')} |`;
  });
  return ['| table | made of the list | values of a row |', '|---|---|---|', ...rows].join('\n');
}

/** Numbers of the rules that came later, with what they are where nobody says them. */
function laterTable(): string {
  const rows = Object.entries(LATER_RULES).flatMap(([group, numbers]: [string, object]) =>
    Object.entries(numbers).map(([name, value]) => `| ${group}.${name} | ${JSON.stringify(value)} |`),
  );
  return ['| number | value |', '|---|---|', ...rows].join('\n');
}

/** The page with its made parts made anew. */
export function withMadeParts(page: string): string {
  const parts: Record<string, string> = {
    events: eventTable(),
    reference: referenceTable(),
    tables: contentTable(),
    later: laterTable(),
  };
  return page.replace(
    /(<!-- made: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_whole, start: string, name: string, end: string) => `${start}${parts[name] ?? ''}\n${end}`,
  );
}
