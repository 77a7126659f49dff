/** One stretch of one station: it is started, its village lives for some days, faults strike, it is closed or falls. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { databaseFile } from '../../db/open.ts';
import { WIRE, type WireRange } from '../../domain/wire/version.ts';
import { DAY_MS } from '../../domain/time.ts';
import { imageOf } from '../harness/diskImage.ts';
import { actOnce, type Village } from './acts.ts';
import { chanceOf, type Chance } from './chance.ts';
import { simTime, type SimTime } from './clocks.ts';
import { someWire, wireAtTheEnd } from './faults/wires.ts';
import { stickOf } from './faults/sticks.ts';
import { cutAtStatement, forgetStatements, setFull } from './instants.ts';
import { hasFault, intensity, type Plan, type Round } from './plan.ts';
import type { Line, Writer } from './record.ts';
import { isQuiet, openSimStation, type SimStation } from './simStation.ts';

/** A folder with the data of a station; a clone is a second one of the same station. */
export interface Folder {
  readonly name: string;
  readonly dir: string;
  readonly stationId: number;
  readonly hardwareId: string;
  /** Code of the county for this machine; empty where its key is known already. */
  readonly enrolCode: string;
}
export interface Order {
  readonly folder: Folder;
  readonly round: Round;
  /** How often this stretch was begun before and broken off. */
  readonly attempt: number;
  readonly startMs: number;
  readonly boot: { readonly name: string; readonly bootMs: number };
  /** No faults and no people any more: everything is to reach the county. */
  readonly settle: boolean;
}
export interface StretchTools {
  readonly plan: Plan;
  readonly countyUrl: string;
  readonly record: Writer;
}

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * DAY_MS;
const OPENS_MS = 7 * HOUR_MS;
const OPEN_HOURS = 14;
/** So many acts are refused by a full disk until somebody makes room. */
const REFUSED_WHILE_FULL = 3;
/** Attempts of a sync until it is left for later; of the last one, after which every queue must be empty. */
const TRIES = 4;
const TRIES_AT_THE_END = 30;
/** A stretch has so many statements for each event, roughly: where in it the power goes. */
const STATEMENTS_AN_EVENT = 40;

/** Tries the county until so many sessions in a row left nothing to be sent or fetched, or `most` times. */
async function tryCounty(station: SimStation, most: number, quietSessions = 1): Promise<boolean> {
  station.sync.syncNow();
  let quiet = 0;
  for (let left = most; left > 0; left--) {
    station.time.advance(Math.max(0, station.attempts.dueInMs() ?? 0));
    await station.attempts.attempt();
    quiet = isQuiet(station) && station.sync.view().state === 'IDLE' ? quiet + 1 : 0;
    if (quiet === quietSessions) return true;
    // Whoever is shut out has sent everything for review by now, and is told the same for ever.
    if (station.store.standing() === 'REVOKED' && left < most - 2) return false;
  }
  return false;
}

/** What strikes this stretch. */
interface Strikes {
  readonly dark: boolean;
  readonly wrongByMs: number;
  readonly cutAtStatement: number | null;
  readonly fullOnDay: number | null;
  readonly wire: WireRange;
}

function wireOf(plan: Plan, { settle, folder }: Order, chance: Chance, struck: boolean): WireRange {
  // The same in all quiet rounds: whoever can come to terms in none of them is found with a full queue.
  if (settle && hasFault(plan, 'versionSkew')) return wireAtTheEnd(chanceOf(plan.seed, 'wire', folder.name));
  return struck ? someWire(chance) : WIRE;
}

function strikesOf(plan: Plan, order: Order, chance: Chance): Strikes {
  const { settle, round } = order;
  const percent = intensity(plan);
  const strikes = (name: Parameters<typeof hasFault>[1], often = percent) => {
    const drawn = chance.percent(often);
    return drawn && !settle && hasFault(plan, name);
  };
  const days = (round.toMs - round.fromMs) / DAY_MS;
  const statements = STATEMENTS_AN_EVENT * plan.eventsPerDay * days;
  return {
    dark: strikes('dark', 40),
    wrongByMs: strikes('clock') ? (chance.percent(50) ? YEAR_MS : -YEAR_MS) : 0,
    cutAtStatement: strikes('powerCut') ? chance.between(1, statements) : null,
    fullOnDay: strikes('diskFull') ? chance.below(days) : null,
    wire: wireOf(plan, order, chance, strikes('versionSkew')),
  };
}

/** Writes down where a station stands. */
function note(record: Writer, folder: string, { time, store }: SimStation): void {
  record.write({ kind: 'AT', folder, trueMs: time.trueMs(), recorded: store.syncState().recorded });
}

/** A day of a village: acts from the morning to the evening until it has had its events. */
async function liveADay(village: Village, plan: Plan, full: boolean, isOver: () => boolean): Promise<void> {
  const { station, chance } = village;
  const recorded = () => station.store.syncState().recorded;
  const until = recorded() + plan.eventsPerDay;
  const pauseMs = Math.floor((OPEN_HOURS * HOUR_MS) / (plan.eventsPerDay * 1.4));
  const file = databaseFile(station.dir);
  const refusedBefore = station.refusedByFullDisk();
  // A page has room for some events: from the morning on, so that a new one is asked for on this day.
  if (full) setFull(file, true);
  for (let act = 0; recorded() < until && act < 4 * plan.eventsPerDay && !isOver(); act++) {
    note(village.record, village.folder, station);
    if (full && station.refusedByFullDisk() - refusedBefore === REFUSED_WHILE_FULL) setFull(file, false);
    await actOnce(village);
    station.time.advance(chance.between(Math.floor(pauseMs / 3), Math.max(1, pauseMs)));
  }
  if (full) setFull(file, false);
}

async function live(
  station: SimStation,
  village: Village,
  tools: StretchTools,
  order: Order,
  strikes: Strikes,
) {
  const { plan } = tools;
  const { round } = order;
  const ready = () => station.store.views.referenceInfo() !== null;
  const days = (round.toMs - round.fromMs) / DAY_MS;
  for (let day = 0; day < days && !village.isOver(); day++) {
    const opensMs = round.fromMs + day * DAY_MS + OPENS_MS;
    const nowMs = station.time.trueMs();
    if (nowMs > opensMs + OPEN_HOURS * HOUR_MS) continue; // A stretch that was broken off goes on where it was.
    if (nowMs < opensMs) station.time.advance(opensMs - nowMs);
    station.line.setUp(!strikes.dark || !ready());
    if (!ready()) await tryCounty(station, TRIES);
    await liveADay(village, plan, strikes.fullOnDay === day, village.isOver);
    // Not each evening has a session: what is new waits, as it does behind a line that is paid by the minute.
    if (!strikes.dark && !village.isOver() && village.chance.percent(60)) await tryCounty(station, TRIES);
  }
}

/** Puts the folder as it was when the power went in the place of the one in which its station went on. */
function putBack(dir: string, image: string): void {
  rmSync(dir, { recursive: true, force: true });
  renameSync(image, dir);
}

/** Runs a stretch to its end; a stretch that is broken off leaves no DONE in the record, and is ordered again. */
export async function runStretch(order: Order, tools: StretchTools): Promise<void> {
  const { folder, round, attempt, startMs, boot, settle } = order;
  const { plan } = tools;
  const chance = chanceOf(plan.seed, 'stretch', folder.name, round.index, attempt, settle ? 'settle' : '');
  const strikes = strikesOf(plan, order, chance);
  const image = `${folder.dir}.cut`;
  const file = databaseFile(folder.dir);
  let cut = false;
  let station: SimStation | undefined;
  const isCut = (): boolean => cut;
  const record: Writer = {
    ...tools.record,
    // Whoever has no power any more tells nobody anything.
    write: (line: Line) => {
      if (!cut) tools.record.write(line);
    },
  };
  if (strikes.cutAtStatement !== null)
    cutAtStatement(file, strikes.cutAtStatement, () => {
      record.write({ kind: 'FAULT', name: 'powerCut' });
      imageOf(folder.dir, image);
      cut = true;
      // What is on its way from now on comes from a machine that is dark.
      station?.line.setUp(false);
    });
  const time: SimTime = simTime(startMs, boot.bootMs, boot.name, strikes.wrongByMs);
  if (strikes.wrongByMs !== 0) record.write({ kind: 'FAULT', name: 'clock' });
  if (strikes.wire !== WIRE) record.write({ kind: 'FAULT', name: 'versionSkew' });
  if (strikes.dark) record.write({ kind: 'FAULT', name: 'dark' });
  try {
    station = openSimStation({
      ...folder,
      time,
      chance,
      faults: settle ? [] : plan.faults,
      wire: strikes.wire,
      countyUrl: tools.countyUrl,
      onTrouble: (what) => record.write({ kind: 'WRONG', what: `station ${folder.stationId}: ${what}` }),
      onFault: (name) => record.write({ kind: 'FAULT', name }),
    });
    const nextStation = (folder.stationId % plan.stations) + 1;
    const village: Village = {
      station,
      chance,
      record,
      nextStation,
      folder: folder.name,
      isOver: isCut,
      entries: [],
      exchanges: [],
    };
    if (existsSync(stickOf(folder))) await station.readStick(stickOf(folder));
    // Reference data may bring facts of its own: only the second quiet session in a row is the last.
    if (settle) await tryCounty(station, TRIES_AT_THE_END, 2);
    else await live(station, village, tools, order, strikes);
    if (!isCut() && !settle && chance.percent(50)) station.backUp();
    if (!isCut() && strikes.dark && hasFault(plan, 'stick')) {
      mkdirSync(stickOf(folder), { recursive: true });
      await station.writeStick(stickOf(folder));
    }
    note(record, folder.name, station);
    const quiet = !isCut() && isQuiet(station);
    await station.close();
    record.write({ kind: 'DONE', folder: folder.name, round: round.index, quiet });
  } catch (error) {
    if (!isCut()) throw error;
    await station?.close().catch(() => undefined); // Its statements fail: that is the cut.
  }
  forgetStatements(file);
  if (isCut()) putBack(folder.dir, image);
}
