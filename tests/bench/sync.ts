/** A real station's journal over a real line to a real county on PostgreSQL, until the county holds it all. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { createFolds } from '../../db/folds/index.ts';
import { openJournal } from '../../db/journal/journal.ts';
import { configureWriter, databaseFile } from '../../db/open.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { openSync } from '../../electron/station/sync/open.ts';
import { startCounty } from '../harness/county.ts';
import { openLine, type LineOptions } from './line.ts';
import { durablePostgres } from './postgres.ts';
import { openBenchStore, removeDir, tempDir } from './scene.ts';

/**
 * A folder whose journal holds these events after its own start, as if they had been recorded there. `folded`: with
 * its views too; without, the events need not make sense together.
 */
export function stationWith(
  events: readonly JournalEvent[],
  { folded }: { readonly folded: boolean },
): string {
  const dir = tempDir();
  const store = openBenchStore(dir);
  const name = store.incarnation;
  const shift = store.syncState().recorded;
  store.close();
  const db = new Database(databaseFile(dir));
  configureWriter(db);
  const incarnation = { ordinal: 1, name };
  const journal = openJournal(db, 1, incarnation, realWorld().sha256);
  const fold = createFolds(db, [incarnation]);
  let head = journal.readHead();
  db.exec('BEGIN');
  for (const event of events) {
    const own =
      'signInSeq' in event
        ? { signInSeq: event.signInSeq + shift, seq: event.seq + shift }
        : { seq: event.seq + shift };
    const moved = { ...event, ...own } as JournalEvent;
    head = journal.append(head, moved);
    if (folded) fold(moved, 1);
  }
  db.exec('COMMIT');
  db.close();
  return dir;
}

export interface SyncRun {
  /** How many events the county lacked when the line came back. */
  readonly events: number;
  /** From the moment the line was back to the acknowledgement of the last event. */
  readonly ms: number;
  /** Over the line in both directions until then, the headers of HTTP with them. */
  readonly bytes: number;
  readonly requests: number;
  readonly cuts: number;
}

/** A station is enrolled and has sent some batches; then its line is dark, and comes back. Sends the rest. */
async function send(dir: string, line: LineOptions): Promise<SyncRun> {
  const world = realWorld();
  const store = openBenchStore(dir);
  const opened = await openLine(line);
  const recorded = store.syncState().recorded;
  let changed = Promise.withResolvers<null>();
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await changed.promise;
  };
  const sync = openSync({
    store,
    dir,
    countyUrl: `http://127.0.0.1:${opened.port}`,
    workerFile: new URL('../../electron/station/sync/worker.ts', import.meta.url),
    clock: world.clock,
    timers: world.timers,
    randomBytes: (length) => randomBytes(length),
    log: { warn: () => undefined, error: (message, error) => console.error(message, error) },
    appVersion: 'bench',
    enrolCode: '',
    onChange: () => {
      changed.resolve(null);
      changed = Promise.withResolvers();
    },
    onReference: () => undefined,
  });
  const durable = () => store.syncState().durableSeq;
  await until(() => sync.view().state === 'OFFLINE' && sync.view().nextAttemptMs > 0);
  const sentAtDark = durable();
  await opened.lighten();
  const begun = performance.now();
  sync.syncNow();
  await until(() => durable() >= recorded);
  const run: SyncRun = {
    events: recorded - sentAtDark,
    ms: performance.now() - begun,
    bytes: opened.bytes(),
    requests: opened.requests(),
    cuts: opened.cuts(),
  };
  await sync.close();
  opened.close();
  store.close();
  return run;
}

/**
 * What a station recorded while its line was dark, to a county on a PostgreSQL that forces its writes. With batches
 * that were sent before neither side is new to its work.
 */
export async function syncOnce(
  events: readonly JournalEvent[],
  line: Omit<LineOptions, 'port'> & Required<Pick<LineOptions, 'darkAfterBatches'>>,
): Promise<SyncRun> {
  const postgres = await durablePostgres();
  const countyDir = tempDir();
  const dir = stationWith(events, { folded: false });
  const county = await startCounty({ dir: countyDir, databaseUrl: postgres.url });
  try {
    return await send(dir, { ...line, port: county.port });
  } finally {
    await county.close();
    await postgres.stop();
    removeDir(dir);
    removeDir(countyDir);
  }
}

/** Peak resident memory of a process, in bytes. */
export function peakRss(pid: number): number {
  const kb = /VmHWM:\s+(\d+) kB/.exec(readFileSync(join('/proc', String(pid), 'status'), 'utf8'))?.[1];
  if (kb === undefined) throw new Error('this system does not tell the memory of a process');
  return Number(kb) * 1024;
}
