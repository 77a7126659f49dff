import Database, { type Database as Connection } from 'better-sqlite3';
import { migrate } from '../../../db/migrations/index.ts';

/** A database as the program of schema `version` left it. */
export function databaseOf(version: number): Connection {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, version);
  return db;
}

export function tableNames(db: Connection): readonly string[] {
  return db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .pluck()
    .all() as string[];
}

/** What every later schema must bring along unchanged: a journal with one event. */
export function insertEvent(db: Connection): void {
  db.exec(`
    INSERT INTO incarnation VALUES (1, '0123456789abcdef');
    INSERT INTO installation VALUES (1, 17, 'pc-1', 1);
    INSERT INTO journal VALUES (1, 1, '[11,1,0,1,0,0,0,0]', zeroblob(32));
    INSERT INTO request VALUES ('id', 1, 1, 1);
    INSERT INTO sync_state VALUES (1, 'epoch', 1, 5);
  `);
}

export function journalRows(db: Connection): readonly unknown[] {
  return ['installation', 'incarnation', 'journal', 'request', 'sync_state'].map((table) =>
    db.prepare(`SELECT * FROM ${table}`).all(),
  );
}
