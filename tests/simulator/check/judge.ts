/** The judgement after everything has come to rest. It reads files and tables, and asks none of what it judges. */
import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AlertKind } from '../../../county/server/alerts.ts';
import type { CountyDb } from '../../../county/server/db/open.ts';
import { describeFinding } from '../../../db/finding.ts';
import { verifyFolder } from '../../../db/verify.ts';
import { sha256 } from '../../../electron/station/sync/codecs.ts';
import type { FolderFaults } from '../faults/folderFaults.ts';
import type { Confirmed, Line } from '../record.ts';
import type { Folder } from '../stretch.ts';
import { checkBooks, noTotals } from './books.ts';
import { checkConfirmed } from './confirmed.ts';
import { checkExactlyOnce } from './exactlyOnce.ts';
import { checkGranted, checkShutOut, reviewedFrom, shutOut } from './lost.ts';
import { checkMerged } from './merged.ts';
import { createMoves } from './moves.ts';
import { createFindings, type Findings } from './findings.ts';
import { countyEvents, folderContent, SUMS, type FolderContent } from './sources.ts';

export interface Evidence extends Pick<FolderFaults, 'losses' | 'cloned' | 'restored' | 'lost'> {
  readonly db: CountyDb;
  readonly folders: readonly Folder[];
  readonly lines: readonly Line[];
  /** Whether the county was restored from a backup. */
  readonly countyForgot: boolean;
}
export interface Judgement {
  readonly problems: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

function checkFolder(folder: Folder, content: FolderContent, isLost: boolean, findings: Findings): void {
  const { finding } = verifyFolder(folder.dir, sha256);
  if (finding !== null) findings.add('verify', `${folder.name}: ${describeFinding(finding)}`);
  if (isLost) return; // Its queue stays as it is.
  for (const { incarnation, recorded, durable } of content.ends)
    if (recorded > durable)
      findings.add(
        'a queue is not empty',
        `${folder.name}, journal ${incarnation}: ${durable} of ${recorded}`,
      );
}

/** Facts at the county that wait for a person because they contradict the accounts. */
async function unsettledOf(db: CountyDb, stationId: number): Promise<number> {
  const { rows } = await sql<{ readonly n: number }>`
    SELECT count(*) AS n FROM alert WHERE station_id = ${stationId} AND kind IN ('ACCOUNT', 'ABSURD_AMOUNT')`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}
/**
 * What the county may tell a person of a station that no thief and no broken disk has met: its clock was wrong, its key
 * was revoked, its program is newer, somebody was at two places at once, or had more at all places than at one. Whatever else it tells says that the station
 * recorded what it may not.
 */
const TOLD_OF_THE_HONEST: readonly AlertKind[] = [
  'CLOCK',
  'REVOKED_SPOKE',
  'NEW_KEY',
  'COUNTY_IS_OLDER',
  'DOUBLED_ATTENDANCE',
  'OVER_LIMIT',
];
/** A county that came back from a backup has forgotten what it granted, and which rules it gave, since. */
const TOLD_BY_THE_FORGETFUL: readonly AlertKind[] = [...TOLD_OF_THE_HONEST, 'UNGRANTED', 'UNKNOWN_RULES'];

async function alertsOf(db: CountyDb, stationId: number): Promise<readonly (readonly [string, number])[]> {
  const { rows } = await sql<{ readonly kind: string; readonly n: number }>`
    SELECT kind, count(*)::bigint AS n FROM alert WHERE station_id = ${stationId} GROUP BY kind`.execute(db);
  return rows.map(({ kind, n }) => [kind, n]);
}
async function forksOf(db: CountyDb, stationId: number): Promise<number> {
  const { rows } = await sql<{ readonly n: number }>`
    SELECT count(*) AS n FROM alert WHERE station_id = ${stationId} AND kind = 'FORK'`.execute(db);
  return rows[0]?.n ?? 0;
}

function byStation<T extends { readonly stationId: number }>(items: readonly T[]): ReadonlyMap<number, T[]> {
  const found = new Map<number, T[]>();
  for (const item of items) {
    const known = found.get(item.stationId);
    if (known === undefined) found.set(item.stationId, [item]);
    else known.push(item);
  }
  return found;
}

/**
 * Judges everything. Of a station that was copied, and of one whose disk was lost, four things cannot be asked:
 * - whether an account was overdrawn at some moment: two machines spend by what each knows, the county has their
 *   journals without an order between them, and what contradicts the sum is an alert for a person (ACCOUNT);
 * - whether the sums of such an alert's station are those of its facts: the county leaves out what it asks about;
 * - whether an act of the county was done once: each machine does it in its own journal, and it counts for whichever
 *   journal came first, which the facts alone do not tell;
 * - whether the points of an act arrived, where one of its two stations is such a one.
 * Events, chains, heads, queues, confirmed acts, minutes, stock and views are asked of it as of any other.
 */
export async function judge(evidence: Evidence): Promise<Judgement> {
  const { db, folders, lines, losses, cloned, restored, lost, countyForgot } = evidence;
  const findings = createFindings();
  const counts = new Map<string, number>();
  const count = (name: string, by: number) => counts.set(name, (counts.get(name) ?? 0) + by);
  const told = byStation(lines.filter((line): line is Confirmed => line.kind === 'CONFIRMED'));
  for (const line of lines) if (line.kind === 'WRONG') findings.add('seen at work', line.what);
  const mayBeTold = new Set<string>(countyForgot ? TOLD_BY_THE_FORGETFUL : TOLD_OF_THE_HONEST);
  const totals = noTotals();
  const moves = createMoves();
  const { value: countyEpoch } = await db
    .selectFrom('meta')
    .select('value')
    .where('name', '=', 'epoch')
    .executeTakeFirstOrThrow();
  for (const [stationId, own] of byStation(folders)) {
    await breathe();
    const contents = own.map(folderContent);
    const isLost = lost.has(stationId);
    own.forEach((folder, i) => checkFolder(folder, contents[i] ?? folderContent(folder), isLost, findings));
    const atCounty = await countyEvents(db, stationId);
    const isRestored = restored.has(stationId);
    const isCloned = cloned.has(stationId);
    const review = isLost ? await reviewedFrom(db, stationId, own, contents, countyEpoch) : null;
    if (isLost) await checkShutOut(db, stationId, findings);
    const { same } = await checkExactlyOnce(db, stationId, atCounty, contents, review, findings);
    const unsettled = await unsettledOf(db, stationId);
    // Two machines that spent the same points: that is for a person to settle, and no fault of the books.
    if (unsettled > 0 && !isCloned && !isRestored)
      findings.add('facts that contradict the accounts', `station ${stationId}: ${unsettled}`);
    if ((await forksOf(db, stationId)) > 0) findings.add('a fork', `station ${stationId}`);
    const folder = same ? (contents[0] ?? null) : null;
    const alerts = await alertsOf(db, stationId);
    // Whoever names rules that the county has forgotten is held against those that it knows.
    const isForgotten = countyForgot && alerts.some(([kind]) => kind === 'UNKNOWN_RULES');
    for (const [kind, n] of alerts) {
      count(`told a person: ${kind}`, n);
      if (kind === 'RULE_DIFFERENCE' && isForgotten) continue;
      if (!isCloned && !isRestored && !isLost && !mayBeTold.has(kind))
        findings.add('an honest station is complained of', `station ${stationId}: ${kind}, ${n} times`);
    }
    const sums = await checkBooks(db, { stationId, atCounty, folder, unsettled }, moves, findings);
    for (const name of SUMS) totals[name] += sums[name];
    count('events', atCounty.length);
    count('views compared', folder !== null && unsettled === 0 ? 1 : 0);
    const missed = checkConfirmed(
      stationId,
      told.get(stationId) ?? [],
      atCounty,
      isLost
        ? shutOut(stationId, contents, atCounty, countyEpoch)
        : losses.filter((loss) => loss.stationId === stationId),
      countyEpoch,
      findings,
    );
    count(isLost ? 'confirmed at a lost station' : 'confirmed and lost with a disk', missed);
  }
  const judgedStations = new Set(folders.map(({ stationId }) => stationId));
  const isWhole = (stationId: number) =>
    judgedStations.has(stationId) &&
    !cloned.has(stationId) &&
    !restored.has(stationId) &&
    !lost.has(stationId);
  if (judgedStations.size > 1) checkGranted(moves, evidence, findings);
  count('merged', await checkMerged(db, isWhole, findings));
  const { moved, onTheWay } = moves.judge(isWhole, findings);
  count('acts that moved points', moved);
  count('points on their way', onTheWay);
  const { issued, opened, available, pending, held, spent, expired, reversed, closed, arrears } = totals;
  if (issued + opened !== available + pending + held + spent + expired + reversed + closed - arrears)
    findings.add('points of the county are not conserved', JSON.stringify(totals));
  for (const name of SUMS) count(`points ${name}`, totals[name]);
  return { problems: findings.lines(), counts };
}
