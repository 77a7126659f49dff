/**
 * Steps between a program and its SQL statements, for tests only: production has no switch for it. It replaces the
 * methods of better-sqlite3's prototypes in this very process.
 */
import Database from 'better-sqlite3';

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

type Before = (connection: Database.Database) => void;

function wrap(prototype: object, name: string, before: Before): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name];
  if (original === undefined) throw new Error(`better-sqlite3 has no ${name}`);
  methods[name] = function (...parameters) {
    before(this instanceof Database ? this : (this as Database.Statement).database);
    return original.apply(this, parameters);
  };
}

/** From now on `before` is called with the connection ahead of every statement of this process. */
export function beforeEachStatement(before: Before): void {
  const db = new Database(':memory:');
  const statement = Object.getPrototypeOf(db.prepare('SELECT 1')) as object;
  db.close();
  for (const name of ['run', 'get', 'all', 'iterate']) wrap(statement, name, before);
  for (const name of ['exec', 'pragma']) wrap(Database.prototype, name, before);
}
