/** How far a work is that goes over the whole journal: minutes on a large station, so somebody wants to know. */
import type { Database } from 'better-sqlite3';

/** Told of events done out of all; at least once at the end. */
export type OnProgress = (done: number, total: number) => void;

/** It is told of so many events at a time. */
export const PROGRESS_SPAN = 1000;

/** Events in all journals of a database. */
export function countEvents(db: Database): number {
  return db.prepare<[], number>('SELECT count(*) FROM journal').pluck().get() ?? 0;
}
