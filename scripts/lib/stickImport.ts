/** `npm run county -- --import`: bundles of a stick into the county, and the answers back onto it. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { CountyContext } from '../../county/server/context.ts';
import { runningCounty } from '../../county/server/lock.ts';
import { openRunning } from '../../county/server/running.ts';
import type { BundleErrorKind, ImportReport } from '../../county/server/stick.ts';
import { importFile, type FileRefusal } from '../../county/server/stickPairing.ts';
import type { StickUploadAnswer } from '../../county/server/stickRoute.ts';
import { readEnvelope } from '../../domain/wire/envelope.ts';
import { MAX_REQUEST_BYTES, MAX_STICK_FILE_BYTES } from '../../domain/wire/limits.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import {
  decodeStickOut,
  ENROL_SUFFIX,
  FROM_COUNTY,
  STICK_FOLDER,
  STICK_SUFFIX,
  TO_COUNTY,
} from '../../domain/wire/stick.ts';
import { MAX_STICK_HEAD_BYTES, readStickHead } from '../../domain/wire/stickFile.ts';
import { isRealFolder, prepareFolder, writeWhole } from '../../electron/station/stick/files.ts';
import { problemOf } from '../../electron/station/stick/tools.ts';
import type { StickProblem } from '../../electron/contract/stickViews.ts';
import { UsageError } from './cli.ts';

export type TakeBundle = (file: Uint8Array) => Promise<Result<ImportReport, FileRefusal>>;

interface Bundles {
  readonly files: readonly string[];
  /** Where the answers go unless somebody says otherwise; null: nowhere. */
  readonly answers: string | null;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Of bundles of records, and of machines that want to be brought in. */
const SUFFIXES = [STICK_SUFFIX, ENROL_SUFFIX];

async function bundlesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && SUFFIXES.some((suffix) => entry.name.endsWith(suffix)))
    .map(({ name }) => join(folder, name));
}

/**
 * Whether a stick has a folder. A link in its place may lead anywhere, and is followed with an administrator's rights:
 * such a stick is sent back as it came. Throws UsageError.
 */
async function isOnStick(path: string): Promise<boolean> {
  try {
    return await isRealFolder(path);
  } catch {
    throw new UsageError(`${path} is no folder but a link or a file: nothing was taken from this stick.`);
  }
}

/** A bundle, a folder of bundles, or a stick. */
async function find(path: string): Promise<Bundles> {
  if (!(await isFolder(path))) return { files: [path], answers: null };
  const onStick = join(path, STICK_FOLDER);
  if (!(await isOnStick(onStick))) return { files: await bundlesIn(path), answers: null };
  const toCounty = join(onStick, TO_COUNTY);
  const answers = join(onStick, FROM_COUNTY);
  await isOnStick(answers);
  return { files: (await isOnStick(toCounty)) ? await bundlesIn(toCounty) : [], answers };
}

/** When a bundle says that it was written: only for the order, since nothing of it has been checked yet. */
function writtenMs(start: Uint8Array): number {
  const head = readStickHead(start);
  const sealed = head.ok ? readEnvelope(head.value.envelope, MAX_REQUEST_BYTES) : null;
  const out = sealed?.ok === true ? decodeStickOut(sealed.value.stored) : null;
  return out?.ok === true ? out.value.writtenMs : 0;
}

/** The first bytes of a file, in which its head stands. */
async function startOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const start = Buffer.alloc(MAX_STICK_HEAD_BYTES);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Files in the order in which they were written. Each is read whole only when its turn comes: there may be many. */
async function inOrder(files: readonly string[]): Promise<readonly string[]> {
  const heads: { readonly file: string; readonly atMs: number }[] = [];
  // One that cannot be read is said to be when its turn comes.
  for (const file of files) heads.push({ file, atMs: await startOf(file).then(writtenMs, () => 0) });
  return heads.sort((a, b) => a.atMs - b.atMs).map(({ file }) => file);
}

/** A file as it is handed in; null if it cannot be read. What is too large is refused by its size alone. */
async function readBundle(path: string): Promise<Uint8Array | null> {
  try {
    return (await stat(path)).size > MAX_STICK_FILE_BYTES ? new Uint8Array(0) : await readFile(path);
  } catch (error) {
    if (problemOf(error) === undefined) throw error;
    return null;
  }
}

const NOT_WRITTEN: Readonly<Partial<Record<StickProblem, string>>> = {
  FULL: 'there is no room',
  READ_ONLY: 'it is write-protected, or not ours to write',
  PULLED_OUT: 'the stick is gone',
  WRONG_FORMAT: 'the format of the stick does not take it',
  NOT_AS_WRITTEN: 'it does not read as it was written',
};

/** Where the answers go: a folder of the stick, or one that somebody named. */
interface Answers {
  readonly folder: string;
  readonly isNamed: boolean;
}

/** Writes one answer; answers in words what became of it. What was taken stays taken when it cannot be written. */
async function writeAnswer(
  { folder, isNamed }: Answers,
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly written: boolean; readonly told: string }> {
  const path = join(folder, name);
  let problem: StickProblem | null;
  try {
    await (isNamed ? mkdir(folder, { recursive: true }) : prepareFolder(folder));
    problem = (await writeWhole(path, bytes, randomBytes)) ? null : 'NOT_AS_WRITTEN';
  } catch (error) {
    problem = problemOf(error) ?? null;
    if (problem === null) throw error;
  }
  return problem === null
    ? { written: true, told: `answer ${path}` }
    : { written: false, told: `answer not written: ${NOT_WRITTEN[problem] ?? 'the stick does not work'}` };
}

const WHY: Readonly<Partial<Record<BundleErrorKind, string>>> = {
  NOT_OURS: 'it is no bundle of a station',
  DAMAGED: 'it is cut short or changed; write it anew at the station',
  TRUNCATED: 'it is cut short; write it anew at the station',
  OTHER_COUNTY: 'it is for another county, or for a key that this one no longer has',
  NOT_ENROLLED: 'its station is not enrolled here',
  BAD_SIGNATURE: 'its station has another key than it is signed with',
  REVOKED: "its station's key was revoked",
  NEWER_VERSION: 'its station is newer than this county: update the county',
  OLDER_VERSION: 'its station writes what this county no longer reads: update the station',
  UNKNOWN_EVENT: 'its station is newer than this county: update the county',
  SET_ASIDE: 'some of it cannot be read; it was kept for review',
  REVIEW_FULL:
    "too much of its station waits for review: decide on it on the county's page, and take it in again",
  TOO_MANY_JOURNALS: 'its station began its data anew more often than is possible: look at the machine',
  FORK: 'it contradicts what the county has; it was put into quarantine',
  GAP: 'too many of its records wait for earlier ones already',
  TOO_LARGE: 'it is larger than any bundle',
  UNKNOWN_STATION: 'there is no station of this number here',
  CODE_REFUSED: 'the code is not right; at the station, begin the pairing anew with the right one',
  CODE_EXPIRED: 'its code is too old; make another, and begin the pairing anew at the station',
  CODE_USED: 'its code was used by another machine; make another, and begin the pairing anew at the station',
  CODE_NEEDED: 'it has no code; begin the pairing anew at the station with one',
  TOO_MANY_CODES: 'too many wrong codes for this station; try again in an hour',
};

function tell(name: string, report: ImportReport, answer: string): string {
  const parts = [
    `${name}: station ${report.stationId} ${report.stationName}`,
    report.pairing ? 'its machine is brought in' : `${report.fresh} new records`,
    ...(report.held > 0 ? [`${report.held} wait for earlier ones that have not come`] : []),
    ...(report.refused === null ? [] : [`not all of it: ${WHY[report.refused] ?? report.refused}`]),
    answer,
  ];
  return parts.join(', ');
}

/** The same where there may be nothing to write, or nowhere to write it. */
async function answerWith(
  answers: Answers | null,
  answer: ImportReport['answer'],
): ReturnType<typeof writeAnswer> {
  if (answer === null) return { written: true, told: 'no answer' };
  if (answers === null) return { written: true, told: 'answer not written' };
  return writeAnswer(answers, answer.name, answer.bytes);
}

/** Takes one file; answers the line that tells what became of it, and whether it was taken whole and answered. */
async function takeOne(
  file: string,
  answers: Answers | null,
  take: TakeBundle,
): Promise<{ readonly line: string; readonly whole: boolean }> {
  const name = basename(file);
  const bytes = await readBundle(file);
  if (bytes === null) return { line: `${name}: not taken: it cannot be read`, whole: false };
  const report = await take(bytes);
  const { answer } = report.ok ? report.value : report.error;
  const { written, told } = await answerWith(answers, answer);
  if (report.ok)
    return { line: tell(name, report.value, told), whole: written && report.value.refused === null };
  const { kind } = report.error;
  const why = `${name}: not taken: ${WHY[kind] ?? kind}`;
  if (answer === null || answers === null) return { line: why, whole: false };
  return { line: `${why}, ${told}${written ? ' tells the station' : ''}`, whole: false };
}

/** Takes every bundle at `path`; answers whether all were taken whole. Each is told in one line. */
export async function importStick(
  path: string,
  named: string | undefined,
  take: TakeBundle,
  say: (line: string) => void,
): Promise<boolean> {
  const found = await find(path);
  const folder = named ?? found.answers;
  const answers = folder === null ? null : { folder, isNamed: named !== undefined };
  if (found.files.length === 0)
    throw new UsageError(`There are no bundles (*${SUFFIXES.join(', *')}) at ${path}.`);
  let all = true;
  for (const file of await inOrder(found.files)) {
    const { line, whole } = await takeOne(file, answers, take);
    say(line);
    all &&= whole;
  }
  return all;
}

/** How bundles are handed to the county that runs on a folder; undefined where none runs. */
export function takeByRunning(dir: string): TakeBundle | undefined {
  const running = runningCounty(dir);
  if (running === undefined || running.address === '') return undefined;
  return async (file) => {
    const response = await openRunning(running, 'POST', '/admin/stick', file);
    if (response.statusCode !== 200) throw new Error(`The county answers ${response.statusCode ?? 0}.`);
    const told = (await json(response)) as StickUploadAnswer;
    const answer = told.answer && {
      name: told.answer.name,
      bytes: Buffer.from(told.answer.base64, 'base64'),
    };
    return told.kind === 'NOT_TAKEN' ? err({ kind: told.reason, answer }) : ok({ ...told, answer });
  };
}

/** How bundles are taken where no county runs. */
export function takeInto(context: CountyContext): TakeBundle {
  return (file) => importFile(context, file);
}
