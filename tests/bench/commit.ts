/** What a check-in costs from its decision to the flushed commit, beside the bare writing of the same rows. */
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { configureWriter, databaseFile } from '../../db/open.ts';
import { decideScan } from '../../domain/attendance/decide.ts';
import { ok } from '../../domain/result.ts';
import type { Store } from '../../db/types.ts';
import { quantile, round, type Bench } from './bench.ts';
import {
  benchVillage,
  copyDir,
  largeStation,
  LARGE_EVENTS,
  LARGE_VOLUNTEERS,
  openBenchStore,
  removeDir,
  smallStation,
} from './scene.ts';

const ROUNDS = 9;
const GOAL_COMMIT = 1.5;
const GOAL_LARGE = 1.2;
/** The first commits of a process fill caches and compile code; a kiosk runs for months. */
const WARM_UP = 23;

/** Signs a village in, one decision and one commit each, and answers the microseconds of each. */
function checkIns(store: Store, volunteers: readonly number[]): number[] {
  const samples: number[] = [];
  for (const volunteerId of volunteers) {
    const requestId = crypto.randomUUID();
    const scan = {
      volunteerId,
      cardNumber: volunteerId,
      source: 'WEDGE',
      mode: 'NORMAL',
      activityId: null,
    } as const;
    const begun = performance.now();
    const recorded = store.record(requestId, 0, (now) => {
      const decided = decideScan(store.views, scan, store.views.rules(), now);
      return decided.ok ? ok(decided.value.drafts) : decided;
    });
    samples.push((performance.now() - begun) * 1000);
    if (!recorded.ok || recorded.value.events[0]?.type !== 'SIGNED_IN')
      throw new Error('a check-in of the bench was refused');
  }
  return samples.slice(WARM_UP);
}

type Row = Readonly<Record<string, unknown>>;

/** The rows that the check-ins left behind, in their order, to be written again with nothing around them. */
function rowsSince(dir: string, seq: number): { journal: Row[]; request: Row[]; attendance: Row[] } {
  const db = new Database(databaseFile(dir), { readonly: true });
  const all = (sql: string) => db.prepare<[number], Row>(sql).all(seq);
  const rows = {
    journal: all('SELECT * FROM journal WHERE seq > ? ORDER BY seq'),
    request: all('SELECT * FROM request WHERE first_seq > ? ORDER BY first_seq'),
    attendance: all('SELECT * FROM attendance WHERE sign_in_seq > ? ORDER BY sign_in_seq').map((row) => ({
      ...row,
      state: 0,
    })),
  };
  db.close();
  return rows;
}

/** Writes the same rows to the same tables of a copy by bare better-sqlite3; microseconds of each commit. */
function bareWrites(dir: string, rows: ReturnType<typeof rowsSince>): number[] {
  const db = new Database(databaseFile(dir));
  configureWriter(db);
  const marks = (row: Row | undefined) =>
    Object.keys(row ?? {})
      .map(() => '?')
      .join(', ');
  const journal = db.prepare(`INSERT INTO journal VALUES (${marks(rows.journal[0])})`);
  const request = db.prepare(`INSERT INTO request VALUES (${marks(rows.request[0])})`);
  const attendance = db.prepare(`INSERT INTO attendance VALUES (${marks(rows.attendance[0])})`);
  const total = db.prepare(
    'INSERT INTO day_total (day, sign_ins) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET sign_ins = sign_ins + 1',
  );
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const values = rows.journal.map((row, i) => ({
    journal: Object.values(row),
    request: Object.values(rows.request[i] ?? {}),
    attendance: Object.values(rows.attendance[i] ?? {}),
    day: rows.attendance[i]?.['day'],
  }));
  const samples = values.map((value) => {
    const begun = performance.now();
    begin.run();
    journal.run(...value.journal);
    request.run(...value.request);
    attendance.run(...value.attendance);
    total.run(value.day);
    commit.run();
    return (performance.now() - begun) * 1000;
  });
  db.close();
  return samples.slice(WARM_UP);
}

const median = (samples: readonly number[]) => Math.round(quantile(samples, 0.5));
const villagers = () => benchVillage().reference.volunteers.map(({ id }) => id);

/** Ours and the bare writing take turns on fresh copies, so that both meet the same disk. */
function measureCommit(): { ours: number[]; bare: number[] } {
  const origin = smallStation();
  const people = villagers();
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const dir = copyDir(origin);
    const store = openBenchStore(dir);
    const base = store.syncState().recorded;
    const before = copyDir(dir); // After STATION_STARTED, so that the same sequence numbers are free in it.
    ours.push(...checkIns(store, people));
    store.close();
    bare.push(...bareWrites(before, rowsSince(dir, base)));
    removeDir(dir);
    removeDir(before);
  }
  removeDir(origin);
  return { ours, bare };
}

function measureLarge(log: (line: string) => void): { large: number[]; small: number[] } {
  const largeDir = largeStation(log);
  const smallDir = smallStation();
  const people = villagers();
  const large: number[] = [];
  const small: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const copies = [copyDir(smallDir), copyDir(largeDir)] as const;
    const stores = [openBenchStore(copies[0]), openBenchStore(copies[1])] as const;
    small.push(...checkIns(stores[0], people));
    large.push(...checkIns(stores[1], people));
    for (const store of stores) store.close();
    for (const dir of copies) removeDir(dir);
  }
  removeDir(largeDir);
  removeDir(smallDir);
  return { large, small };
}

export const commitBench: Bench = {
  names: ['commit_ratio'],
  run: () => {
    const { ours, bare } = measureCommit();
    return Promise.resolve([
      {
        name: 'commit_ratio',
        value: round(quantile(ours, 0.5) / quantile(bare, 0.5)),
        unit: 'times',
        goal: GOAL_COMMIT,
        better: 'lower',
        beside: `decide + commit of a check-in p50 ${median(ours)} us, p95 ${Math.round(quantile(ours, 0.95))} us; bare better-sqlite3 writing the same rows p50 ${median(bare)} us, p95 ${Math.round(quantile(bare, 0.95))} us; ${ours.length} each, synchronous=FULL`,
      },
    ]);
  },
};

export const largeBench: Bench = {
  names: ['large_station_ratio'],
  run: (log) => {
    const { large, small } = measureLarge(log);
    return Promise.resolve([
      {
        name: 'large_station_ratio',
        value: round(quantile(large, 0.5) / quantile(small, 0.5)),
        unit: 'times',
        goal: GOAL_LARGE,
        better: 'lower',
        beside: `check-in with ${LARGE_EVENTS} events and ${LARGE_VOLUNTEERS} volunteers p50 ${median(large)} us, p95 ${Math.round(quantile(large, 0.95))} us; small station p50 ${median(small)} us, p95 ${Math.round(quantile(small, 0.95))} us; ${large.length} each`,
      },
    ]);
  },
};
