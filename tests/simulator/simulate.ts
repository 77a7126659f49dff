/** A whole run: a county, its stations, days of life with faults, then quiet, then the judgement. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type DatabaseChoice } from '../../county/server/db/open.ts';
import { openKeyFolder } from '../../electron/station/sync/keyFolder.ts';
import { toHex } from '../../domain/wire/bytes.ts';
import { DAY_MS } from '../../domain/time.ts';
import { pgliteIn } from '../harness/emptyDatabase.ts';
import { chanceOf } from './chance.ts';
import { judge, type Evidence } from './check/judge.ts';
import { createCountyFaults } from './faults/countyFaults.ts';
import { createFolderFaults, type FolderFaults } from './faults/folderFaults.ts';
import type { FaultName } from './faults/names.ts';
import { carrySticks } from './faults/sticks.ts';
import { BEGIN_MS, hasFault, roundsOf, stationsOf, type Plan, type Round } from './plan.ts';
import { createHost, startCountyProcess, type CountyProcess, type Host } from './processes.ts';
import { startProgress } from './progress.ts';
import { readRecord, type Confirmed, type Line, type Wrong } from './record.ts';
import { householdId, KEEPERS_FROM, PEOPLE } from './village.ts';
import type { Folder, Order } from './stretch.ts';

export interface Report {
  readonly problems: readonly string[];
  /** What happened, by name, for the table. */
  readonly counts: ReadonlyMap<string, number>;
  readonly dir: string;
}
export interface RunOptions {
  /** Where the folders of a run are made; a memory disk is fair. */
  readonly root?: string;
  /** PostgreSQL for the county; null: PGlite. */
  readonly databaseUrl?: string | null;
  readonly keep?: boolean;
  readonly onProgress?: (line: string) => void;
  /** Given what the judgement was made of, once it is made: tests break something and judge again. */
  readonly afterJudgement?: (evidence: Evidence) => Promise<void>;
}

/** Three working days and a weekend; a code for a new machine holds longer. */
const LONGEST_POSTING_MS = 5 * DAY_MS;

/** A folder over time: how often its present stretch was begun, where its clock stands, since when it is up. */
interface Life {
  readonly folder: Folder;
  attempt: number;
  trueMs: number;
  boot: Order['boot'];
}

interface Run {
  readonly plan: Plan;
  readonly recordFile: string;
  readonly county: CountyProcess;
  readonly host: Host;
  readonly lives: Lives;
  readonly onFault: (name: FaultName) => void;
  /** What the record says so far: what was told to people and what must not be; faults by name. */
  readonly lines: (Confirmed | Wrong)[];
  readonly counts: Map<string, number>;
  /** Whoever was registered twice, in the order in which it was found out. */
  readonly merges: { readonly volunteerId: number; readonly intoId: number }[];
  /** How far the record has been read, bytes. */
  read: number;
}

function lifeOf(folder: Folder): Life {
  return {
    folder,
    attempt: 0,
    trueMs: BEGIN_MS,
    boot: { name: `${folder.name}-0`, bootMs: BEGIN_MS - 60_000 },
  };
}

type Lives = Map<string, Life>;

const foldersOf = (lives: Lives): readonly Folder[] => [...lives.values()].map(({ folder }) => folder);

/** Takes in folders that are new or another machine's now; the time of the village goes on in them. */
function take(lives: Lives, folders: readonly Folder[]): void {
  for (const folder of folders) {
    const original = [...lives.values()].find((life) => life.folder.stationId === folder.stationId);
    const life = lifeOf(folder);
    lives.set(folder.name, { ...life, trueMs: original?.trueMs ?? life.trueMs });
  }
}

/** Edition of a station's reference data in a round: a quarter of the county gets a new one each time. */
export function editionOf(stationId: number, round: number): number {
  return 1 + Math.floor((round + (stationId % 4)) / 4);
}

async function publish({ plan, county }: Run, round: number): Promise<void> {
  const editions = stationsOf(plan)
    .filter((id) => round === 0 || editionOf(id, round) !== editionOf(id, round - 1))
    .map((id) => [id, editionOf(id, round)] as const);
  await county.say({ kind: 'PUBLISH', plan, editions });
}

/** People move to another village, and the county moves their points after them. */
async function move({ plan, county }: Run, round: number): Promise<void> {
  const chance = chanceOf(plan.seed, 'moves', round);
  for (let left = plan.stations < 2 ? 0 : Math.ceil(plan.stations / 10); left > 0; left--) {
    const fromStationId = chance.between(1, plan.stations);
    const toStationId = 1 + ((fromStationId + chance.below(plan.stations - 1)) % plan.stations);
    const n = chance.between(1, PEOPLE);
    const holder = chance.pick(['PERSON', 'PERSON', 'GIFT', 'HOUSEHOLD'] as const);
    const holderId = holder === 'HOUSEHOLD' ? householdId(fromStationId, n) : fromStationId * 1000 + n;
    await county.say({ kind: 'MOVE', holder, holderId, fromStationId, toStationId });
  }
}

/**
 * Some turn out to have been registered twice, in one village or in two. What was said before is said again, since the
 * county may have come back from a backup.
 */
async function merge({ plan, county, merges }: Run, round: number): Promise<void> {
  const chance = chanceOf(plan.seed, 'merges', round);
  const somebody = () => chance.between(1, plan.stations) * 1000 + chance.between(1, KEEPERS_FROM - 1);
  for (let left = Math.ceil(plan.stations / 20); left > 0; left--) {
    const volunteerId = somebody();
    const sameVillage = volunteerId - (volunteerId % 1000) + chance.between(1, KEEPERS_FROM - 1);
    const intoId = chance.percent(50) ? sameVillage : somebody();
    const isOver = merges.some((one) => one.volunteerId === volunteerId || one.volunteerId === intoId);
    if (volunteerId !== intoId && !isOver) merges.push({ volunteerId, intoId });
  }
  for (const one of merges) await county.say({ kind: 'MERGE', ...one });
}

/**
 * Makes the keys of all stations and tells the county which are whose; each station then enrols by itself. A station
 * that was declared lost is left out, since no county gives it a code any more: a key of its that a restored county
 * has forgotten would otherwise be let in as a new one that nobody has ended.
 */
async function enrol({ county, lives }: Run, lost: FolderFaults['lost']): Promise<void> {
  const keys = foldersOf(lives)
    .filter(({ stationId }) => !lost.has(stationId))
    .map(({ stationId, dir }) => [stationId, toHex(openKeyFolder(dir).publicKey)] as const);
  await county.say({ kind: 'ENROL', keys });
}

/** The boot of the next stretch: half of the stations are switched off meanwhile, and a fall may be one of power. */
function bootOf({ plan }: Run, life: Life, round: Round, startMs: number): Order['boot'] {
  const chance = chanceOf(plan.seed, 'boot', life.folder.name, round.index, life.attempt);
  if (!chance.percent(50)) return life.boot;
  return { name: `${life.folder.name}-${round.index}-${life.attempt}`, bootMs: startMs - 60_000 };
}

/** Lets all stations work one stretch, however often the host is killed in it. */
async function workRound(run: Run, round: Round, settle: boolean): Promise<void> {
  const { plan, lives, recordFile, onFault } = run;
  const chance = chanceOf(plan.seed, 'kills', round.index);
  let kills =
    hasFault(plan, 'killStation') && !settle ? chance.between(1, Math.ceil(plan.stations / 100)) : 0;
  const waiting = new Map(lives);
  for (let again = 0; waiting.size > 0; again++) {
    if (again > 50 + lives.size) throw new Error('stations that never end their stretch');
    const orders = [...waiting.values()].map((life): Order => {
      const startMs = Math.max(round.fromMs, life.trueMs + 60_000);
      life.boot = bootOf(run, life, round, startMs);
      return { folder: life.folder, round, attempt: life.attempt, startMs, boot: life.boot, settle };
    });
    const instants = orders.length * plan.eventsPerDay * 60;
    const dieAfter = kills > 0 ? chance.between(1, instants) : null;
    const order = { plan, countyUrl: run.county.url(), recordFile, orders, dieAfter };
    if (await run.host.work(order)) kills = 0;
    else {
      kills -= 1;
      onFault('killStation');
    }
    const fresh = readRecord(recordFile, run.read);
    for (const line of fresh.lines) note(line, run, waiting);
    run.read = fresh.end;
    for (const life of waiting.values()) life.attempt += 1;
  }
  for (const life of lives.values()) life.attempt = 0;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function note(line: Line, { lives, lines, counts }: Run, waiting: Map<string, Life>): void {
  switch (line.kind) {
    case 'AT': {
      const life = lives.get(line.folder);
      if (life !== undefined) life.trueMs = Math.max(life.trueMs, line.trueMs);
      return;
    }
    case 'DONE':
      waiting.delete(line.folder);
      return;
    case 'FAULT':
      count(counts, line.name);
      return;
    case 'CONFIRMED':
      count(counts, 'confirmed');
      lines.push(line);
      return;
    case 'WRONG':
      lines.push(line);
  }
}

async function runIn(dir: string, plan: Plan, options: RunOptions): Promise<Omit<Report, 'dir'>> {
  const recordFile = join(dir, 'record.jsonl');
  const databaseUrl = options.databaseUrl ?? null;
  const countyDir = join(dir, 'county');
  const progress = startProgress({ plan, recordFile }, options.onProgress ?? (() => undefined));
  // A fault that never struck stands there with a zero.
  const counts = new Map<string, number>(plan.faults.map((name) => [name, 0]));
  const onFault = (name: FaultName) => {
    progress.struck();
    count(counts, name);
  };
  const countyFaults = createCountyFaults({ plan, dir, onFault });
  const fallen: Error[] = [];
  const database: DatabaseChoice =
    databaseUrl === null ? await pgliteIn(join(countyDir, 'db')) : { kind: 'postgres', url: databaseUrl };
  const county = await startCountyProcess({
    dir: countyDir,
    databaseUrl,
    onKilled: countyFaults.onKilled,
    onFailed: (error) => fallen.push(new Error('the county did not come back', { cause: error })),
  });
  const host = createHost();
  const folders = stationsOf(plan).map((stationId): Folder => ({
    name: `s${stationId}`,
    dir: join(dir, `s${stationId}`),
    stationId,
    hardwareId: `pc-${stationId}`,
    enrolCode: '',
  }));
  const lives = new Map(folders.map((folder) => [folder.name, lifeOf(folder)]));
  const run: Run = { plan, recordFile, county, host, lives, onFault, lines: [], counts, merges: [], read: 0 };
  try {
    const folderFaults = createFolderFaults({ plan, county, mayForget: countyFaults.mayForget, onFault });
    const rounds = roundsOf(plan);
    await publish(run, 0);
    await enrol(run, folderFaults.lost);
    for (const round of rounds) {
      if (round.index > 0) {
        await publish(run, round.index);
        await move(run, round.index);
        await merge(run, round.index);
      }
      take(lives, await folderFaults.strike(round, foldersOf(lives)));
      await carrySticks(plan, county, round, foldersOf(lives), onFault);
      await countyFaults.arm(county, round);
      await workRound(run, round, false);
      for (const error of fallen) throw error;
      progress.say();
    }
    await countyFaults.end(county);
    take(lives, await folderFaults.end(foldersOf(lives)));
    await enrol(run, folderFaults.lost);
    // Whatever a restore has taken from the county is published once more.
    await county.say({
      kind: 'PUBLISH',
      plan,
      editions: stationsOf(plan).map((id) => [id, editionOf(id, rounds.length - 1)] as const),
    });
    for (const one of run.merges) await county.say({ kind: 'MERGE', ...one });
    progress.goOnTo('everything comes to rest');
    // Long enough for every posting to have ended: what it lets go follows its owner.
    const last = (rounds.at(-1)?.toMs ?? BEGIN_MS) + LONGEST_POSTING_MS;
    // A wish reaches the county, the county's act closes at one station, and opens at the next, which pays with it.
    for (const after of [0, 1, 2, 3])
      await workRound(
        run,
        { index: rounds.length + after, fromMs: last + after * DAY_MS, toMs: last + (after + 1) * DAY_MS },
        true,
      );
    progress.goOnTo('all is quiet, the books are judged');
    await host.close();
    await county.close();
    for (const error of fallen) throw error;
    const db = await openDatabase(database);
    try {
      const evidence: Evidence = {
        ...folderFaults,
        db,
        folders: foldersOf(lives),
        lines: run.lines,
        countyForgot: (counts.get('restoredCounty') ?? 0) > 0,
      };
      const judged = await judge(evidence);
      await options.afterJudgement?.(evidence);
      return { problems: judged.problems, counts: new Map([...judged.counts, ...counts]) };
    } finally {
      await db.destroy();
    }
  } finally {
    progress.stop();
    await host.close();
    await county.close().catch(() => undefined);
  }
}

/** Runs a plan. Everything that is wrong with the product is a problem of the report. */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<Report> {
  const root = options.root ?? tmpdir();
  mkdirSync(root, { recursive: true });
  const dir = mkdtempSync(join(root, `simulation-${plan.seed}-`));
  try {
    return { ...(await runIn(dir, plan, options)), dir };
  } finally {
    if (options.keep !== true) rmSync(dir, { recursive: true, force: true });
  }
}
