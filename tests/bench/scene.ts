/** The small and the large station that figures are taken from. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeSampleVillage, type SampleVillage } from '../../county/sample/village.ts';
import { createFolds } from '../../db/folds/index.ts';
import { openJournal } from '../../db/journal/journal.ts';
import { configureWriter, databaseFile, openStore } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { todayAtNine } from '../harness/station.ts';

export const LARGE_EVENTS = 1_000_000;
export const LARGE_VOLUNTEERS = 90_000;

/** A folder of its own under the system's temporary one. */
export function tempDir(): string {
  return mkdtempSync(join(tmpdir(), 'bench-'));
}
export function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
export function copyDir(from: string): string {
  const to = tempDir();
  cpSync(from, to, { recursive: true });
  return to;
}

/** The store of a folder, with a wall clock that starts at nine in the morning. */
export function openBenchStore(dir: string): Store {
  const world = realWorld();
  const bornMs = world.clock.monoMs();
  const opened = openStore({
    dir,
    stationId: 1,
    hardwareId: world.hardwareId,
    appVersion: 'bench',
    clock: { ...world.clock, nowMs: () => todayAtNine() + world.clock.monoMs() - bornMs },
    sha256: world.sha256,
    randomBytes: world.randomBytes,
  });
  if (!opened.ok) throw new Error(`the bench's store: ${opened.error.kind}`);
  return opened.value;
}

export function benchVillage(): SampleVillage {
  return makeSampleVillage({ nowMs: todayAtNine() });
}

/** The village's reference data with the whole county's volunteers beside its own. */
function wholeCounty(reference: Reference): Reference {
  const guests = Array.from({ length: LARGE_VOLUNTEERS - reference.volunteers.length }, (_, i) => ({
    id: 1_000_000 + i,
    name: '某*某',
    homeStationId: 2 + (i % 402),
    householdId: 0,
    teamId: 0,
    maskedPhone: '',
    birthYear: 1960 + (i % 40),
  }));
  const cards = guests.map(({ id }) => ({ cardNumber: id, volunteerId: id, generation: 1, issuerId: 1 }));
  return {
    ...reference,
    volunteers: [...reference.volunteers, ...guests],
    cards: [...reference.cards, ...cards],
  };
}

/** Day k of the history as pairs of sign-in and sign-out, 2.75 hours each. */
function* history(reference: Reference, firstSeq: number): Generator<JournalEvent> {
  const people = reference.volunteers;
  const activityId = reference.activities[0]?.id ?? 0;
  const pairs = LARGE_EVENTS / 2;
  const nine = todayAtNine();
  const begin = nine - 400 * DAY_MS;
  // The machine has been up all the time: both clocks tell the same story, as the station's own time demands.
  const monoAtNine = realWorld().clock.monoMs();
  const monoOf = (atMs: number) => monoAtNine - (nine - atMs);
  for (let i = 0; i < pairs; i++) {
    const volunteerId = people[i % people.length]?.id ?? 0;
    const inMs = begin + Math.floor((i / pairs) * 398) * DAY_MS + (i % 1000);
    const header = { boot: 1, trust: 0, rulesVersion: 1, actorId: 0 } as const;
    const signInSeq = firstSeq + 2 * i;
    const scan = { volunteerId, cardNumber: volunteerId, source: 'WEDGE' } as const;
    yield {
      type: 'SIGNED_IN',
      ...header,
      seq: signInSeq,
      atMs: inMs,
      monoMs: monoOf(inMs),
      ...scan,
      activityId,
      mode: 'NORMAL',
    };
    yield {
      type: 'SIGNED_OUT',
      ...header,
      seq: signInSeq + 1,
      atMs: inMs + 9_900_000,
      monoMs: monoOf(inMs + 9_900_000),
      signInSeq,
      ...scan,
      actualMinutes: 165,
      credits: [{ day: shanghaiDay(inMs), minutes: 150, points: 25 }],
    };
  }
}

/** A folder of the sample village, as its county knows it. */
export function smallStation(): string {
  const dir = tempDir();
  const store = openBenchStore(dir);
  store.applyReference(benchVillage().reference);
  store.close();
  return dir;
}

/** A folder of a station with LARGE_EVENTS events of the past and LARGE_VOLUNTEERS volunteers. */
export function largeStation(log: (line: string) => void): string {
  const dir = tempDir();
  const reference = wholeCounty(benchVillage().reference);
  const store = openBenchStore(dir);
  store.applyReference(reference);
  const name = store.incarnation;
  const firstSeq = store.syncState().recorded + 1;
  store.close();
  log(`writing ${LARGE_EVENTS} events of ${LARGE_VOLUNTEERS} volunteers`);
  const db = new Database(databaseFile(dir));
  configureWriter(db);
  db.pragma('synchronous = OFF'); // Only while it is made; the store that is measured flushes each commit.
  const journal = openJournal(db, 1, { ordinal: 1, name }, realWorld().sha256);
  const fold = createFolds(db, [{ ordinal: 1, name }]);
  const request = db.prepare('INSERT INTO request VALUES (?, 1, ?, ?)');
  let head = journal.readHead();
  db.exec('BEGIN');
  for (const event of history(reference, firstSeq)) {
    head = journal.append(head, event);
    fold(event, 1);
    request.run(crypto.randomUUID(), event.seq, event.seq);
  }
  db.exec('COMMIT');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return dir;
}
