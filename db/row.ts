/** The one converter between SQL's snake_case and our camelCase, and the one way to prepare a reading. */
import type { Database } from 'better-sqlite3';

/** SQLite has no booleans: these columns hold 0 or 1. */
const BOOLEAN_COLUMNS = new Set(['cancelled', 'staple', 'scarce', 'on_sale']);

/** The TypeScript name of a column. */
export function camelCase(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export interface Query<P extends unknown[], R> {
  /** The first row, or undefined. */
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
  /** Row by row, for what may be long. Nothing else may run on the connection meanwhile. */
  iterate(...parameters: P): IterableIterator<R>;
}

/**
 * Prepares a reading. The names are converted once here and not for each row, which is why this asks the
 * statement for arrays.
 */
export function query<P extends unknown[], R>(db: Database, sql: string): Query<P, R> {
  const statement = db.prepare<P, unknown[]>(sql);
  const columns = statement.columns().map(({ name }) => ({
    name: camelCase(name),
    boolean: BOOLEAN_COLUMNS.has(name),
  }));
  statement.raw(true);
  const convert = (values: readonly unknown[]): R => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as (typeof columns)[number];
      row[column.name] = column.boolean ? values[i] !== 0 : values[i];
    }
    return row as R;
  };
  return {
    get(...parameters) {
      const values = statement.get(...parameters);
      return values === undefined ? undefined : convert(values);
    },
    all: (...parameters) => statement.all(...parameters).map(convert),
    *iterate(...parameters) {
      for (const values of statement.iterate(...parameters)) yield convert(values);
    },
  };
}

export type NumberQuery = (...parameters: (number | string)[]) => number | undefined;

/** Prepares a reading of one number, without an object around it; undefined if there is no row. */
export function numberQuery(db: Database, sql: string): NumberQuery {
  const statement = db.prepare<(number | string)[], number | null>(sql).pluck(true);
  return (...parameters) => statement.get(...parameters) ?? undefined;
}
