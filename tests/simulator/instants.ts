/** The instants at which something can fall over: ahead of each SQL statement, ahead of and after each request. */
import type { Database } from 'better-sqlite3';
import { beforeEachStatement } from '../harness/statements.ts';

/** What is thrown into a statement when the power of its station goes. */
export class PowerCut extends Error {}

interface Watched {
  left: number;
  readonly onZero: () => void;
}

const watched = new Map<string, Watched>();
const writers = new Map<string, Database>();
let dieAfter = Infinity;
let inside = false;

function passed(): void {
  dieAfter -= 1;
  // The real thing: nothing is flushed, nothing is closed, nobody is told.
  if (dieAfter <= 0) process.kill(process.pid, 'SIGKILL');
}

/** An instant that is no statement. */
export const instant = passed;

/** This process kills itself after so many instants. */
export function dieAtInstant(count: number): void {
  dieAfter = count;
}

/** Calls `onZero` ahead of the n-th statement on a database file; that one and every later one fails. */
export function cutAtStatement(file: string, n: number, onZero: () => void): void {
  watched.set(file, { left: n, onZero });
}

export function forgetStatements(file: string): void {
  watched.delete(file);
  writers.delete(file);
}

const MOST_PAGES = 2 ** 30;

/** From now on the database of a file finds no page left, as on a full disk; false: room again. */
export function setFull(file: string, full: boolean): void {
  const db = writers.get(file);
  if (db?.open !== true) return;
  inside = true;
  try {
    const pages = full ? (db.pragma('page_count', { simple: true }) as number) : MOST_PAGES;
    db.pragma(`max_page_count = ${pages}`);
  } finally {
    inside = false;
  }
}

/** From now on the instants of this process are counted. */
export function countInstants(): void {
  beforeEachStatement((connection) => {
    if (inside) return;
    passed();
    if (!connection.readonly) writers.set(connection.name, connection);
    const watch = watched.get(connection.name);
    if (watch === undefined) return;
    watch.left -= 1;
    if (watch.left > 0) return;
    if (watch.left === 0) watch.onZero();
    throw new PowerCut('the power is gone');
  });
}
