/** A station, a copy of its database, and what a county would give back to the copy. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { databaseFile } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { decodeBatch, encodeBatch, type VerifiedRun } from '../../domain/wire/batch.ts';
import { MORNING_MS, open, recordDrafts, sampleReference, sha256, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

/** A copy of a station's database as it is now, in a folder of its own. */
export function copyOf(dir: string): string {
  const to = tempDir();
  const db = new Database(databaseFile(dir), { readonly: true });
  db.prepare('VACUUM INTO ?').run(join(to, 'station.db'));
  db.close();
  return to;
}
/** What the county would send of a journal, as it arrives. */
export function runAfter(
  dir: string,
  incarnation: string,
  afterSeq: number,
  limit = 500,
): VerifiedRun | null {
  const reader = openJournalReader(dir, sha256);
  const run = reader.readRun(afterSeq, limit, incarnation);
  reader.close();
  const arrived = run === null ? null : decodeBatch(encodeBatch(run), sha256);
  if (arrived?.ok === false) throw new Error(arrived.error.kind);
  return arrived?.value ?? null;
}
export function eventsOf(dir: string, incarnation: string): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let run = runAfter(dir, incarnation, 0); run !== null; run = runAfter(dir, incarnation, events.length))
    events.push(...run.events);
  return events;
}
/** Everything that `store` lacks of what stands in `dir`, in pieces of `limit`. */
export function giveBack(store: Store, dir: string, incarnation: string, limit = 500): void {
  const heldOf = (): number => store.heldOthers().find((held) => held.incarnation === incarnation)?.seq ?? 0;
  for (let run = runAfter(dir, incarnation, heldOf(), limit); run !== null;) {
    expect(store.takeReturned(run)).toEqual({ ok: true, value: null });
    run = runAfter(dir, incarnation, heldOf(), limit);
  }
}
export function rows(dir: string, sql: string): readonly Readonly<Record<string, unknown>>[] {
  const db = new Database(databaseFile(dir), { readonly: true });
  try {
    return db.prepare<[], Record<string, unknown>>(sql).all();
  } finally {
    db.close();
  }
}
/** Brings the store to know that the county has all of its journal; the hash is taken from the file. */
export function acknowledgeAll(dir: string, store: Store, epoch = '00000000000000ee'): void {
  const seq = store.syncState().recorded;
  const [line] = rows(
    dir,
    `SELECT j.hash FROM journal j JOIN incarnation i ON i.ordinal = j.incarnation
     WHERE i.name = '${store.incarnation}' AND j.seq = ${seq}`,
  );
  const headHash = (line?.['hash'] ?? new Uint8Array(32)) as Uint8Array;
  const ack = { epoch, incarnation: store.incarnation, durableSeq: seq, headHash };
  expect(store.acknowledge(ack, MORNING_MS).ok).toBe(true);
}

/**
 * A station and a copy of its database made after its second event, when the county had just those; the station
 * went on to six. `known`: whether a county ever acknowledged anything.
 */
export function scene(known = true) {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  recordDrafts(store, [{ type: 'STOCK_MOVED', goodsId: 1, quantity: 9, reason: 'DONATION', note: '' }]);
  if (known) acknowledgeAll(dir, store);
  const copy = copyOf(dir);
  store.applyReference(sampleReference());
  recordDrafts(store, [signIn(1), signIn(3)]);
  recordDrafts(store, [{ type: 'STOCK_MOVED', goodsId: 1, quantity: 1, reason: 'DONATION', note: '' }]);
  expect(store.syncState().recorded).toBe(6);
  const old = store.incarnation;
  store.close();
  return { dir, clock, copy, old };
}
