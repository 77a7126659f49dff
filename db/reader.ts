/** A read-only connection to a station's folder: for workers that encode batches, and for verify. */
import { accessSync, constants } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { asStoreFault } from './faults.ts';
import { incarnationsOf, installationOf, type Incarnation } from './incarnation.ts';
import { eventOf, openJournal, type Journal } from './journal/journal.ts';
import { databaseFile } from './open.ts';
import { planDelta, planSnapshot } from './reference/plan.ts';
import { query } from './row.ts';
import type { JournalReader } from './types.ts';

/** Opens the database of a folder for reading; a station may have it open. Throws StoreFaultError. */
export function openReadOnly(dir: string): Connection {
  try {
    accessSync(databaseFile(dir), constants.R_OK);
    const db = new Database(databaseFile(dir), { readonly: true, fileMustExist: true, timeout: 2000 });
    db.pragma('query_only = ON');
    return db;
  } catch (error) {
    throw asStoreFault(error);
  }
}

/** Opens the journal of a folder that a store has opened before. Throws StoreFaultError. */
export function openJournalReader(dir: string, sha256: Sha256): JournalReader {
  const db = openReadOnly(dir);
  const installation = installationOf(db);
  if (installation === undefined) throw new Error(`no station was ever opened in ${dir}`);
  const { stationId } = installation;
  const lines = query<[number, number, number], { readonly text: string }>(
    db,
    'SELECT text FROM journal WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  const journals = new Map<string, Incarnation & { readonly journal: Journal }>();
  let running = '';
  for (const incarnation of incarnationsOf(db)) {
    journals.set(incarnation.name, {
      ...incarnation,
      journal: openJournal(db, stationId, incarnation, sha256),
    });
    running = incarnation.name;
  }
  return {
    readRun(afterSeq, limit, incarnation = running) {
      const found = journals.get(incarnation);
      if (found === undefined) return null;
      try {
        const rows = lines.all(found.ordinal, afterSeq, limit);
        const previousHash = found.journal.hashAt(afterSeq);
        const headHash = rows.length === 0 ? undefined : found.journal.hashAt(afterSeq + rows.length);
        if (headHash === undefined || previousHash === undefined) return null;
        return {
          stationId,
          incarnation,
          firstSeq: afterSeq + 1,
          previousHash,
          events: rows.map(({ text }) => eventOf(text, incarnation)),
          headHash,
        };
      } catch (error) {
        throw asStoreFault(error);
      }
    },
    planSnapshot: (reference) => planSnapshot(db, reference),
    planDelta: (delta) => planDelta(db, stationId, sha256, delta),
    close() {
      db.close();
    },
  };
}
