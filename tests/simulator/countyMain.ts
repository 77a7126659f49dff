/** A county's process: the real server behind a door that reads the simulated time out of each request's address. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DEFAULT_GATE } from '../../county/server/gate.ts';
import { createCounty, type County } from '../../county/server/county.ts';
import { dump } from '../../county/server/backup/dump.ts';
import { packed, writeBackup } from '../../county/server/backup/file.ts';
import { restoreBackup } from '../../county/server/backup/restore.ts';
import { NOTHING_REVOKED, readRevoked } from '../../county/server/revoked.ts';
import { openDatabase, type DatabaseChoice } from '../../county/server/db/open.ts';
import { importBundle } from '../../county/server/stick.ts';
import type { HolderKind } from '../../domain/points/account.ts';
import { mergePeople } from '../../county/server/roster/merge.ts';
import { makeTransfer } from '../../county/server/transfers.ts';
import { putReference } from '../../county/server/reference.ts';
import { declareLost } from '../../county/server/lost.ts';
import { makeCode, revokeStation } from '../../county/server/pairing.ts';
import { WIRE, type WireRange } from '../../domain/wire/version.ts';
import { BEGIN_MS, type Plan } from './plan.ts';
import { referenceOf } from './village.ts';

export interface CountyStart {
  readonly dir: string;
  /** Of PostgreSQL; null: PGlite in the folder. */
  readonly databaseUrl: string | null;
  readonly port: number;
  /** A backup that is restored before the start; null: none. */
  readonly restoreFrom: string | null;
}
export type ToCounty =
  | { readonly kind: 'START'; readonly start: CountyStart }
  /** The reference data of stations, each in an edition. */
  | {
      readonly kind: 'PUBLISH';
      readonly plan: Plan;
      readonly editions: readonly (readonly [number, number])[];
    }
  /** Public keys by station, hexadecimal: as after a pairing. */
  | { readonly kind: 'ENROL'; readonly keys: readonly (readonly [number, string])[] }
  /** A station is lost for good; the answer's text is the number of points that are opened elsewhere for it. */
  | { readonly kind: 'LOST'; readonly stationId: number; readonly elseTo: number }
  /** A code for a machine that takes the place of the station's present one; the answer's text. */
  | { readonly kind: 'CODE'; readonly stationId: number }
  /** It is updated, or put back: from now on it knows these versions of the wire. */
  | { readonly kind: 'SPEAK'; readonly wire: WireRange }
  | { readonly kind: 'REVOKE'; readonly stationId: number }
  /** Kill -9 of itself, so many requests from now and then so many ms of real time. */
  | { readonly kind: 'DIE'; readonly afterRequests: number; readonly delayMs: number }
  /** Bundles of sticks, in this order; the answers go into a folder. */
  | { readonly kind: 'CARRY'; readonly files: readonly string[]; readonly answersTo: string }
  /** Moves all points of a volunteer between two stations. */
  | {
      readonly kind: 'MOVE';
      readonly holder: HolderKind;
      readonly holderId: number;
      readonly fromStationId: number;
      readonly toStationId: number;
    }
  /** A person turns out to have been registered twice. */
  | { readonly kind: 'MERGE'; readonly volunteerId: number; readonly intoId: number }
  | { readonly kind: 'BACK_UP'; readonly file: string }
  | { readonly kind: 'CLOSE' };
export type FromCounty =
  | { readonly kind: 'LISTENING'; readonly port: number }
  | { readonly kind: 'DONE'; readonly text: string }
  | { readonly kind: 'FAILED'; readonly detail: string };

const now = new AsyncLocalStorage<number>();
let latestMs = BEGIN_MS;
let dieIn = Infinity;
let dieDelayMs = 0;
let county: County | undefined;
/** Replaced in place: the county is given it once. */
const wire: { -readonly [K in keyof WireRange]: WireRange[K] } = { ...WIRE };

const say = (message: FromCounty) => process.send?.(message);

function passOne(): void {
  dieIn -= 1;
  if (dieIn <= 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), dieDelayMs);
}

async function restore(database: DatabaseChoice, dir: string, file: string): Promise<void> {
  const db = await openDatabase(database);
  const restored = await restoreBackup(db, file, {
    replace: true,
    nowMs: latestMs,
    revoked: readRevoked(dir) ?? NOTHING_REVOKED,
  });
  await db.destroy();
  if (!restored.ok) throw new Error(`the county is not restored: ${JSON.stringify(restored.error)}`);
}

async function begin({ dir, databaseUrl, port, restoreFrom }: CountyStart): Promise<void> {
  const database: DatabaseChoice =
    databaseUrl === null ? { kind: 'pglite', dir: join(dir, 'db') } : { kind: 'postgres', url: databaseUrl };
  if (restoreFrom !== null) await restore(database, dir, restoreFrom);
  const opened = await createCounty({
    database,
    keyDir: dir,
    sample: false,
    nowMs: () => now.getStore() ?? latestMs,
    wire,
    // All stations come from one address here, and a bad line is no attack.
    gate: { ...DEFAULT_GATE, maxRefusedPerMinute: Infinity, maxInFlight: 512, maxSignedPerMinute: 1e9 },
    onProblem: (line) => process.stderr.write(`county: ${line}\n`),
  });
  county = opened;
  await opened.app.ready();
  const door = createServer((request, response) => {
    const [, time, path] = /^\/at\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? [];
    if (time === undefined || path === undefined) return void response.writeHead(404).end();
    passOne();
    request.url = path;
    latestMs = Math.max(latestMs, Number(time));
    now.run(Number(time), () => opened.app.server.emit('request', request, response));
  });
  door.listen(port, '127.0.0.1', () => {
    say({ kind: 'LISTENING', port: (door.address() as AddressInfo).port });
  });
}

/** Gives stations their editions, of which an office has struck whoever was merged into somebody else. */
async function publish(
  { context }: County,
  { plan, editions }: Extract<ToCounty, { kind: 'PUBLISH' }>,
): Promise<void> {
  const rows = await context.db.selectFrom('merged_person').select(['volunteer_id', 'into_id']).execute();
  const into = new Map(rows.map((row) => [row.volunteer_id, row.into_id]));
  for (const [stationId, edition] of editions) {
    const { volunteers, cards, households, ...reference } = referenceOf(plan, stationId, edition);
    const isHere = (id: number) => volunteers.some((volunteer) => volunteer.id === id);
    const headOf = (id: number) => into.get(id) ?? id;
    await putReference(context, {
      ...reference,
      volunteers: volunteers.filter(({ id }) => !into.has(id)),
      cards: cards.filter(({ volunteerId }) => !into.has(volunteerId)),
      households: households.map(({ headId = 0, ...household }) => ({
        ...household,
        headId: isHere(headOf(headId)) ? headOf(headId) : 0,
      })),
    });
  }
}

async function handle(message: ToCounty): Promise<void> {
  if (message.kind === 'START') return begin(message.start);
  if (county === undefined) throw new Error('the county has not started');
  const { context } = county;
  let text = '';
  switch (message.kind) {
    case 'PUBLISH':
      await publish(county, message);
      break;
    case 'ENROL':
      for (const [station_id, public_key] of message.keys)
        await context.db
          .insertInto('station_key')
          .values({ station_id, public_key, enrolled_ms: latestMs, revoked_ms: null })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      break;
    case 'LOST': {
      const { stationId, elseTo } = message;
      const declared = await declareLost(context, { stationId, elseTo, by: '县', reason: '水淹' });
      if (!declared.ok) throw new Error(`not declared lost: ${JSON.stringify(declared.error)}`);
      text = String(declared.value.points);
      break;
    }
    case 'CODE': {
      const code = await makeCode(context, message.stationId, { replaces: true });
      if (!code.ok) throw new Error(`no code: ${JSON.stringify(code.error)}`);
      text = code.value.code;
      break;
    }
    case 'SPEAK':
      Object.assign(wire, message.wire);
      break;
    case 'REVOKE': {
      const revoked = await revokeStation(context, message.stationId);
      if (!revoked.ok) throw new Error(`not revoked: ${JSON.stringify(revoked.error)}`);
      break;
    }
    case 'DIE':
      dieIn = message.afterRequests;
      dieDelayMs = message.delayMs;
      break;
    case 'CARRY':
      for (const file of message.files) {
        const taken = await importBundle(context, readFileSync(file));
        // What a stick has is a station's whole word; a revoked key's is not taken, and a cut one is none.
        if (taken.ok && taken.value.answer !== null)
          writeFileSync(join(message.answersTo, taken.value.answer.name), taken.value.answer.bytes);
      }
      break;
    case 'MOVE': {
      const moved = await makeTransfer(context, { ...message, points: null, by: '县', reason: '搬家' });
      // Whoever is asked for by or at a station that was lost stays where they are.
      if (!moved.ok && moved.error.kind !== 'LOST_STATION')
        throw new Error(`no move: ${JSON.stringify(moved.error)}`);
      break;
    }
    case 'MERGE': {
      const merged = await mergePeople(context, { ...message, by: '县', reason: '登记了两次' });
      // Said again in each round, for a county that came back from a backup; or the kept one's village was lost.
      if (!merged.ok && !['ALREADY_MERGED', 'UNKNOWN_PERSON'].includes(merged.error.kind))
        throw new Error(`not merged: ${JSON.stringify(merged.error)}`);
      break;
    }
    case 'BACK_UP':
      await writeBackup(message.file, packed(dump(context)));
      break;
    case 'CLOSE':
      await county.close();
      process.exit(0);
  }
  say({ kind: 'DONE', text });
}

process.on('message', (message: ToCounty) => {
  handle(message).catch((error: unknown) =>
    say({ kind: 'FAILED', detail: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
});
// A coordinator that has died leaves no county behind.
process.on('disconnect', () => process.exit(0));
