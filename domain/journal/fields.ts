/**
 * The kinds of fields an event may have. One table of fields per event type gives the TypeScript type, the
 * validation, the canonical bytes and the columns on the wire: nothing is written twice.
 */
export type FieldSpec =
  | { readonly kind: 'int' }
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly of: readonly [string, ...string[]] }
  | { readonly kind: 'rows'; readonly columns: Readonly<Record<string, { readonly kind: 'int' }>> };

export type FieldTable = Readonly<Record<string, FieldSpec>>;

export type FieldValue<F extends FieldSpec> = F extends { kind: 'int' }
  ? number
  : F extends { kind: 'text' }
    ? string
    : F extends { kind: 'choice'; of: readonly (infer C)[] }
      ? C
      : F extends { kind: 'rows'; columns: infer R }
        ? readonly { readonly [K in keyof R]: number }[]
        : never;

export type FieldValues<T extends FieldTable> = { readonly [K in keyof T]: FieldValue<T[K]> };

/** The longest text a field may hold, in UTF-16 units. */
export const MAX_TEXT = 400;
/** The most rows a field may hold. */
export const MAX_ROWS = 64;

const INT = { kind: 'int' } as const;
const TEXT = { kind: 'text' } as const;

/** Shorthands for the tables of events. */
export const field = {
  int: INT,
  text: TEXT,
  choice: <const C extends readonly [string, ...string[]]>(...of: C) => ({ kind: 'choice', of }) as const,
  rows: <const K extends string>(...columns: readonly K[]) =>
    ({
      kind: 'rows',
      columns: Object.fromEntries(columns.map((name) => [name, INT])) as Record<K, typeof INT>,
    }) as const,
};

/** Whether a value fits a field. Integers are safe integers; text is well-formed Unicode of at most MAX_TEXT. */
export function fits(spec: FieldSpec, value: unknown): boolean {
  switch (spec.kind) {
    case 'int':
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case 'text':
      return typeof value === 'string' && value.length <= MAX_TEXT && value.isWellFormed();
    case 'choice':
      return typeof value === 'string' && spec.of.includes(value);
    case 'rows':
      return (
        Array.isArray(value) &&
        value.length <= MAX_ROWS &&
        value.every((row) => {
          if (typeof row !== 'object' || row === null) return false;
          const names = Object.keys(spec.columns);
          const record = row as Record<string, unknown>;
          return (
            Object.keys(record).length === names.length && names.every((name) => fits(INT, record[name]))
          );
        })
      );
  }
}
