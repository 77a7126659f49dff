/** All stations of a county come back at the same moment, each with a month's worth of facts. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { openDatabase } from '../../county/server/db/open.ts';
import { startCounty } from '../harness/county.ts';
import { round, type Bench } from './bench.ts';
import { enterStations, sealStation, stationEvents, type SealedStation } from './ingest.ts';
import { durablePostgres } from './postgres.ts';
import { removeDir, tempDir } from './scene.ts';
import { peakRss } from './sync.ts';

const STATIONS = 403;
const EVENTS_A_STATION = 1000;
const MB = 1024 * 1024;

/** Posts a batch; the status of the answer, and how long to wait where the county asks for it. */
function post(agent: Agent, port: number, body: Uint8Array): Promise<{ status: number; waitMs: number }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': body.length };
    const sent = request(
      { host: '127.0.0.1', port, path: '/v1/batch', method: 'POST', agent, headers },
      (answer) => {
        answer.resume();
        answer.on('end', () => {
          resolve({
            status: answer.statusCode ?? 0,
            waitMs: 1000 * Number(answer.headers['retry-after'] ?? 0),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

interface Storm {
  /** Batches that were told to come again, and those refused for good. */
  again: number;
  refused: number;
}

/** One station: its own connection, one batch after the other, as a station sends them. */
async function returnOf({ batches }: SealedStation, port: number, storm: Storm): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const body of batches)
    for (;;) {
      const { status, waitMs } = await post(agent, port, body);
      if (status === 200) break;
      if (status !== 503 && status !== 429) {
        storm.refused += 1;
        break;
      }
      storm.again += 1;
      await wait(waitMs);
    }
  agent.destroy();
}

export const stormBench: Bench = {
  names: ['storm403_s', 'county_rss_mb'],
  run: async (log) => {
    const postgres = await durablePostgres();
    const countyDir = tempDir();
    log(`sealing ${STATIONS * EVENTS_A_STATION} events of ${STATIONS} stations`);
    const stations = Array.from({ length: STATIONS }, (_, i) =>
      sealStation(i + 1, stationEvents(EVENTS_A_STATION, i + 1)),
    );
    const db = await openDatabase({ kind: 'postgres', url: postgres.url });
    await enterStations(db, stations);
    const county = await startCounty({ dir: countyDir, databaseUrl: postgres.url });
    try {
      const storm: Storm = { again: 0, refused: 0 };
      const begun = performance.now();
      await Promise.all(stations.map((station) => returnOf(station, county.port, storm)));
      const ms = performance.now() - begun;
      const { count } = await db
        .selectFrom('event')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      // A figure of a storm in which something was lost would be none.
      if (storm.refused > 0 || count !== STATIONS * EVENTS_A_STATION)
        throw new Error(`${storm.refused} batches were refused for good, ${count} events are durable`);
      const beside = `${STATIONS} stations at once, all ${count} events durable, ${storm.again} batches told to come again, none refused for good; ${Math.round(count / (ms / 1000))} events/s, the senders on the same machine`;
      return [
        { name: 'storm403_s', value: round(ms / 1000, 1), unit: 's', goal: 40, better: 'lower', beside },
        {
          name: 'county_rss_mb',
          value: round(peakRss(county.pid) / MB, 1),
          unit: 'MB',
          goal: 512,
          better: 'lower',
          beside: 'the most that the county process held during the storm',
        },
      ];
    } finally {
      await county.close();
      await db.destroy();
      await postgres.stop();
      removeDir(countyDir);
    }
  },
};
