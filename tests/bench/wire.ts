/** What the journal costs on the wire and how fast it gets there, beside PouchDB replicating the same facts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { MAX_BATCH_EVENTS } from '../../domain/wire/limits.ts';
import { villageEvents } from '../harness/wire.ts';
import { round, type Bench, type BenchRow } from './bench.ts';
import { openLine } from './line.ts';
import { removeDir, tempDir } from './scene.ts';
import { syncOnce, type SyncRun } from './sync.ts';

/** The check-ins of STACK.md, section 8. */
const EVENTS = 10_000;
/** What both had sent before, in the same process: neither is measured while it gets to know its own code. */
const BEFORE = MAX_BATCH_EVENTS;
const DARK_EVENTS = 14_000;
const BATCH = 500;
/** 64 kbit/s. */
const THIN_BYTES_PER_SECOND = 8000;
const CUT_SHARE = 0.02;
/** There and back in 200 ms, as over a mobile line that is no good one. */
const DELAY_MS = 100;
const ROUNDS = 3;

const PEERS = join(import.meta.dirname, 'peers');

/** Bytes of the same events as gzipped JSON in batches, bodies alone. */
function gzipJsonBytes(events: readonly JournalEvent[]): number {
  let bytes = 0;
  for (let i = 0; i < events.length; i += BATCH)
    bytes += gzipSync(JSON.stringify(events.slice(i, i + BATCH))).length;
  return bytes;
}

interface PeerRun {
  readonly ms: number;
  readonly bytes: number;
  readonly batchSize: number;
}
/** Documents that PouchDB sends at a time: its default, and what serves it better. */
const PEER_BATCHES = [100, 500];

/**
 * Replicates the same events from a PouchDB to an express-pouchdb, both on leveldb, so many documents at a time, after
 * the first ones as ours.
 */
async function replicatePouch(events: readonly JournalEvent[], batchSize: number): Promise<PeerRun> {
  const dir = tempDir();
  const ends = { near: join(dir, 'near'), far: join(dir, 'far') };
  for (const folder of Object.values(ends)) mkdirSync(folder);
  const documents = join(dir, 'documents.json');
  const named = events.map((event) => ({
    _id: `00001-${'0'.repeat(16)}-${String(event.seq).padStart(8, '0')}`,
    ...event,
  }));
  writeFileSync(documents, JSON.stringify(named));
  const server = fork(join(PEERS, 'server.mjs'), [ends.far], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const line = await openLine({ port });
  const client = fork(
    join(PEERS, 'client.mjs'),
    [ends.near, documents, `http://127.0.0.1:${line.port}/county`, String(BEFORE), String(batchSize)],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const gone = once(client, 'exit');
  const hear = () =>
    Promise.race([
      once(client, 'message'),
      gone.then(() => Promise.reject(new Error('the peer ended without a figure'))),
    ]);
  try {
    await hear();
    await line.lighten();
    const heard = hear();
    client.send('GO');
    const [told] = (await heard) as [{ replicateMs: number; written: number }];
    if (told.written !== events.length - BEFORE) throw new Error(`the peer wrote ${told.written} documents`);
    return { ms: told.replicateMs, bytes: line.bytes(), batchSize };
  } finally {
    await gone;
    line.close();
    server.kill();
    removeDir(dir);
  }
}

async function fastest<T extends { readonly ms: number }>(run: () => Promise<T>): Promise<T> {
  let best = await run();
  for (let i = 1; i < ROUNDS; i++) {
    const next = await run();
    if (next.ms < best.ms) best = next;
  }
  return best;
}

function rowsOf(
  events: readonly JournalEvent[],
  own: SyncRun,
  peers: readonly PeerRun[],
): readonly BenchRow[] {
  const perEvent = own.bytes / own.events;
  const gzip = round(gzipJsonBytes(events) / events.length, 1);
  const rows: BenchRow[] = [
    {
      name: 'wire_bytes_per_event',
      value: round(perEvent),
      unit: 'B',
      goal: 12,
      better: 'lower',
      beside: `${own.events} check-ins, ${own.requests} requests, headers, signatures and acknowledgements included; bodies of gzipped JSON batches alone ${gzip} B`,
    },
  ];
  const [peer] = peers.toSorted((a, b) => a.ms - b.ms);
  if (peer === undefined) return rows;
  // Each figure stands beside the peer's best.
  const peerBytes = Math.min(...peers.map(({ bytes }) => bytes));
  const told = peers.map(
    ({ batchSize, ms, bytes }) =>
      `in batches of ${batchSize} ${Math.round(ms)} ms and ${round(bytes / events.length, 1)} B an event`,
  );
  return [
    ...rows,
    {
      name: 'wire_bytes_vs_pouchdb_ratio',
      value: round(peerBytes / events.length / perEvent, 1),
      unit: 'times',
      goal: 10,
      better: 'higher',
      beside: `PouchDB to express-pouchdb over the same line ${told.join(', ')}; ours ${round(perEvent)} B`,
    },
    {
      name: 'sync_time_vs_pouchdb_ratio',
      value: round(peer.ms / own.ms, 1),
      unit: 'times',
      goal: 10,
      better: 'higher',
      beside: `PouchDB on leveldb, not flushed, ${told.join(', ')}; SQLite to durable in PostgreSQL ${Math.round(own.ms)} ms; both had sent ${BEFORE} before, the fastest of ${ROUNDS} each`,
    },
  ];
}

export const wireBench: Bench = {
  names: ['wire_bytes_per_event', 'wire_bytes_vs_pouchdb_ratio', 'sync_time_vs_pouchdb_ratio'],
  run: async (log) => {
    const all = villageEvents(BEFORE + EVENTS, 8, 0);
    const events = all.slice(BEFORE);
    const own = await fastest(() => syncOnce(all, { darkAfterBatches: 1 }));
    if (!existsSync(join(PEERS, 'node_modules'))) {
      log('PouchDB is not installed, so nothing is measured beside it: npm run bench -- --peers');
      return rowsOf(events, own, []);
    }
    const peers: PeerRun[] = [];
    for (const size of PEER_BATCHES) peers.push(await fastest(() => replicatePouch(all, size)));
    return rowsOf(events, own, peers);
  },
};

export const darkBench: Bench = {
  names: ['dark30_64kbit_s'],
  run: async () => {
    const run = await syncOnce(villageEvents(DARK_EVENTS, 30), {
      darkAfterBatches: 0,
      bytesPerSecond: THIN_BYTES_PER_SECOND,
      cutShare: CUT_SHARE,
      delayMs: DELAY_MS,
    });
    const bare = run.bytes / THIN_BYTES_PER_SECOND;
    return [
      {
        name: 'dark30_64kbit_s',
        value: round(run.ms / 1000, 1),
        unit: 's',
        goal: 40,
        better: 'lower',
        beside: `${run.events} events in ${run.requests} requests, ${run.cuts} of them cut; the bare bytes (${round(run.bytes / 1024, 1)} KB) take ${round(bare, 1)} s at 64 kbit/s; ${2 * DELAY_MS} ms there and back`,
      },
    ];
  },
};
