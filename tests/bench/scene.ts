/** The small and the large station that figures are taken from. */
import { mkdtempSync, rmSync } from 'node:fs';
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
import { imageOf } from '../harness/diskImage.ts';
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
/** The folder once more, as the very one: a copy of it would begin a journal of its own. */
export function copyDir(from: string): string {
  const to = tempDir();
  imageOf(from, to);
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

/** In so many services one of each of these, as in a village's year: RULES.md A2 and the sample's plan. */
const SERVICES_PER = { redemption: 12, stock: 400, award: 300, reversal: 3_000 } as const;
/** What one exchange costs, less than what the service before it brings. */
const PRICE = 20;

/**
 * A village's past: sign-ins and sign-outs, 2.75 hours each, and among them what is exchanged, delivered, awarded and
 * taken back.
 */
function* history(
  reference: Reference,
  { firstSeq, events }: { readonly firstSeq: number; readonly events: number },
): Generator<JournalEvent> {
  const people = reference.volunteers;
  const activityId = reference.activities[0]?.id ?? 0;
  const goodsId = reference.goods[0]?.id ?? 0;
  const nine = todayAtNine();
  const begin = nine - 400 * DAY_MS;
  // The machine has been up all the time: both clocks tell the same story, as the station's own time demands.
  const monoAtNine = realWorld().clock.monoMs();
  const end = firstSeq + events;
  let seq = firstSeq;
  const stamp = (atMs: number) => ({
    seq: seq++,
    atMs,
    boot: 1,
    monoMs: monoAtNine - (nine - atMs),
    trust: 0 as const,
    rulesVersion: 1,
    actorId: 0,
  });
  for (let i = 0; ; i++) {
    const volunteerId = people[i % people.length]?.id ?? 0;
    const inMs = begin + Math.floor(((seq - firstSeq) / events) * 398) * DAY_MS + (i % 1000);
    const outMs = inMs + 9_900_000;
    const scan = { volunteerId, cardNumber: volunteerId, source: 'WEDGE' } as const;
    const isDue = (every: number) => i % every === every - 1;
    const signInSeq = seq;
    const round: (() => JournalEvent)[] = [
      () => ({ type: 'SIGNED_IN', ...stamp(inMs), ...scan, activityId, mode: 'NORMAL' }),
      () => ({
        type: 'SIGNED_OUT',
        ...stamp(outMs),
        signInSeq,
        ...scan,
        actualMinutes: 165,
        credits: [{ day: shanghaiDay(inMs), minutes: 150, points: 25 }],
      }),
    ];
    if (i % SERVICES_PER.stock === 0)
      round.push(() => ({
        type: 'STOCK_MOVED',
        ...stamp(outMs),
        goodsId,
        quantity: 50,
        reason: 'DONATION',
        note: '',
      }));
    if (isDue(SERVICES_PER.redemption))
      round.push(() => ({
        type: 'REDEEMED',
        ...stamp(outMs),
        ...scan,
        confirmedBy: 'CARD',
        lines: [{ goodsId, quantity: 1, unitPoints: PRICE }],
        totalPoints: PRICE,
      }));
    const holder = { holder: 'PERSON', holderId: volunteerId } as const;
    if (isDue(SERVICES_PER.award))
      round.push(() => ({
        type: 'POINTS_AWARDED',
        ...stamp(outMs),
        ...holder,
        householdId: 0,
        awardId: 1,
        points: 10,
        reason: '调解邻里纠纷',
      }));
    if (isDue(SERVICES_PER.reversal))
      round.push(() => ({
        type: 'ENTRY_REVERSED',
        ...stamp(outMs),
        ...holder,
        ofIncarnation: '',
        ofSeq: seq - 2, // The award just before it: the stamp has counted on.
        points: 10,
        reason: '重复登记',
        approvedBy: 1,
      }));
    for (const make of round) {
      if (seq === end) return;
      yield make();
    }
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

/** A folder of a station with so many events of the past and LARGE_VOLUNTEERS volunteers. */
export function largeStation(log: (line: string) => void, events = LARGE_EVENTS): string {
  const dir = tempDir();
  const reference = wholeCounty(benchVillage().reference);
  const store = openBenchStore(dir);
  store.applyReference(reference);
  const name = store.incarnation;
  const firstSeq = store.syncState().recorded + 1;
  store.close();
  log(`writing ${events} events of ${LARGE_VOLUNTEERS} volunteers`);
  const db = new Database(databaseFile(dir));
  configureWriter(db);
  db.pragma('synchronous = OFF'); // Only while it is made; the store that is measured flushes each commit.
  const journal = openJournal(db, 1, { ordinal: 1, name }, realWorld().sha256);
  const fold = createFolds(db, [{ ordinal: 1, name }]);
  const request = db.prepare('INSERT INTO request VALUES (?, 1, ?, ?)');
  let head = journal.readHead();
  db.exec('BEGIN');
  for (const event of history(reference, { firstSeq, events })) {
    head = journal.append(head, event);
    fold(event, 1);
    request.run(crypto.randomUUID(), event.seq, event.seq);
  }
  db.exec('COMMIT');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return dir;
}
