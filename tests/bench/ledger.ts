/** What a person's account costs to show after ten years, and what it costs to make all views anew. */
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { refold } from '../../db/refold.ts';
import { configureWriter, databaseFile } from '../../db/open.ts';
import { eventOf } from '../../db/journal/journal.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { shanghaiDay, DAY_MS } from '../../domain/time.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { progressLine } from '../../scripts/lib/progressLine.ts';
import { randomOf } from '../harness/wire.ts';
import { todayAtNine } from '../harness/station.ts';
import { quantile, round, type Bench } from './bench.ts';
import { benchVillage, largeStation, LARGE_EVENTS, openBenchStore, removeDir } from './scene.ts';
import { stationWith } from './sync.ts';

const WEEKS = 520;
const SHOWN_RECORDS = 50;
const READINGS = 2000;

/** Ten years of a village: everybody serves once a week and goes to the shop every sixth week. */
function* tenYears(people: readonly number[]): Generator<JournalEvent> {
  const nine = todayAtNine();
  const monoAtNine = realWorld().clock.monoMs();
  let seq = 0;
  for (let week = WEEKS; week > 0; week--) {
    const inMs = nine - week * 7 * DAY_MS;
    for (const volunteerId of people) {
      const stamp = (atMs: number) => ({
        seq: ++seq,
        atMs,
        boot: 1,
        monoMs: monoAtNine - (nine - atMs),
        trust: 0 as const,
        rulesVersion: 1,
        actorId: 0,
      });
      const scan = { volunteerId, cardNumber: volunteerId, source: 'WEDGE' } as const;
      const signIn = stamp(inMs + volunteerId);
      yield { type: 'SIGNED_IN', ...signIn, ...scan, activityId: 1, mode: 'NORMAL' };
      yield {
        type: 'SIGNED_OUT',
        ...stamp(inMs + 9_900_000 + volunteerId),
        signInSeq: signIn.seq,
        ...scan,
        actualMinutes: 165,
        credits: [{ day: shanghaiDay(inMs), minutes: 150, points: 25 }],
      };
      if (week % 6 !== 0) continue;
      yield {
        type: 'REDEEMED',
        ...stamp(inMs + 10_000_000 + volunteerId),
        ...scan,
        confirmedBy: 'CARD',
        lines: [{ goodsId: 1, quantity: 1, unitPoints: 25 }],
        totalPoints: 25,
      };
    }
  }
}

/** The county has all of it: what it has not may be spent only up to a cap. */
function acknowledgeAll(dir: string): void {
  const db = new Database(databaseFile(dir));
  db.exec(`INSERT OR REPLACE INTO sync_state (incarnation, epoch, durable_seq, acknowledged_ms)
    SELECT incarnation, 'bench', max(seq), 0 FROM journal GROUP BY incarnation`);
  db.close();
}

/** Reads what the record screen shows of somebody; milliseconds of each reading. */
function readAccounts(dir: string, people: readonly number[]): { samples: number[]; lots: number } {
  const store = openBenchStore(dir);
  const { views } = store;
  const nowMs = store.nowMs();
  const today = shanghaiDay(nowMs);
  const random = randomOf(10);
  const samples: number[] = [];
  let lots = 0;
  for (let i = 0; i < READINGS; i++) {
    const volunteerId = people[Math.floor(random() * people.length)] ?? 0;
    const own = { holder: 'PERSON', holderId: volunteerId } as const;
    const begun = performance.now();
    const { available } = views.purses(volunteerId, today);
    views.balance(volunteerId, nowMs);
    views.sums(own);
    views.record(volunteerId, SHOWN_RECORDS);
    views.ledgerLines(own, SHOWN_RECORDS);
    samples.push(performance.now() - begun);
    if (available <= 0) throw new Error('an account of the bench is empty');
    lots = Math.max(lots, views.openLots(own).length);
  }
  store.close();
  return { samples, lots };
}

/** The least that reading a balance can be: one row by its key. */
function bareReads(dir: string, people: readonly number[]): number[] {
  const db = new Database(databaseFile(dir), { readonly: true });
  const read = db.prepare<[number]>('SELECT available FROM account WHERE holder = 0 AND holder_id = ?');
  const samples = Array.from({ length: READINGS }, (_, i) => {
    const begun = performance.now();
    read.get(people[i % people.length] ?? 0);
    return performance.now() - begun;
  });
  db.close();
  return samples;
}

export const balanceBench: Bench = {
  names: ['balance_10y_p95_ms'],
  run: (log) => {
    const people = benchVillage().reference.volunteers.map(({ id }) => id);
    const events = [...tenYears(people)];
    log(`writing ten years of ${people.length} people, ${events.length} events`);
    const dir = stationWith(events, { folded: true });
    acknowledgeAll(dir);
    const { samples, lots } = readAccounts(dir, people);
    const bare = bareReads(dir, people);
    removeDir(dir);
    return Promise.resolve([
      {
        name: 'balance_10y_p95_ms',
        value: round(quantile(samples, 0.95), 3),
        unit: 'ms',
        goal: 5,
        better: 'lower',
        beside: `balance, accounts and record of one person with up to ${lots} lots left of ${WEEKS} services, p50 ${round(quantile(samples, 0.5), 3)} ms; one bare row by its key p95 ${round(quantile(bare, 0.95), 3)} ms`,
      },
    ]);
  },
};

/** Reads every event and does nothing with it; milliseconds. */
function readAll(db: Database.Database): number {
  const lines = db.prepare<[], { readonly text: string }>(
    'SELECT text FROM journal ORDER BY incarnation, seq',
  );
  const begun = performance.now();
  let seen = 0;
  for (const { text } of lines.iterate()) seen += eventOf(text, '').seq > 0 ? 1 : 0;
  if (seen < LARGE_EVENTS) throw new Error(`the bench read ${seen} events`);
  return performance.now() - begun;
}

export const refoldBench: Bench = {
  names: ['refold_1m_ratio'],
  run: (log) => {
    const dir = largeStation(log);
    const db = new Database(databaseFile(dir));
    configureWriter(db);
    const readMs = readAll(db);
    const begun = performance.now();
    db.exec('BEGIN');
    const progress = progressLine('refold');
    refold(db, progress.tell);
    progress.end();
    db.exec('COMMIT');
    const foldMs = performance.now() - begun;
    db.close();
    removeDir(dir);
    return Promise.resolve([
      {
        name: 'refold_1m_ratio',
        value: round(foldMs / readMs, 1),
        unit: 'times',
        goal: 10,
        better: 'lower',
        beside: `${LARGE_EVENTS} events folded into all views in ${round(foldMs / 1000, 1)} s; only read and parsed in ${round(readMs / 1000, 1)} s`,
      },
    ]);
  },
};
