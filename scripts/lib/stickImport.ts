/** `npm run county -- --import`: bundles of a stick into the county, and the answers back onto it. */
import { open, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
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
import { readStickHead } from '../../domain/wire/stickFile.ts';
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

/** A bundle, a folder of bundles, or a stick. */
async function find(path: string): Promise<Bundles> {
  if (!(await isFolder(path))) return { files: [path], answers: null };
  const onStick = join(path, STICK_FOLDER);
  if (!(await isFolder(onStick))) return { files: await bundlesIn(path), answers: null };
  const toCounty = join(onStick, TO_COUNTY);
  const files = (await isFolder(toCounty)) ? await bundlesIn(toCounty) : [];
  return { files, answers: join(onStick, FROM_COUNTY) };
}

/** When a bundle says that it was written: only for the order, since nothing of it has been checked yet. */
function writtenMs(file: Uint8Array): number {
  const head = readStickHead(file);
  const sealed = head.ok ? readEnvelope(head.value.envelope, MAX_REQUEST_BYTES) : null;
  const out = sealed?.ok === true ? decodeStickOut(sealed.value.stored) : null;
  return out?.ok === true ? out.value.writtenMs : 0;
}

async function writeAnswer(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const handle = await open(`${path}.tmp`, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.tmp`, path);
  if ((await readFile(path)).compare(bytes) !== 0)
    throw new Error(`${path} does not read as it was written.`);
  return path;
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

function tell(name: string, report: ImportReport, answer: string | null): string {
  const parts = [
    `${name}: station ${report.stationId} ${report.stationName}`,
    report.pairing ? 'its machine is brought in' : `${report.fresh} new records`,
    ...(report.held > 0 ? [`${report.held} wait for earlier ones that have not come`] : []),
    ...(report.refused === null ? [] : [`not all of it: ${WHY[report.refused] ?? report.refused}`]),
    report.answer === null ? 'no answer' : answer === null ? 'answer not written' : `answer ${answer}`,
  ];
  return parts.join(', ');
}

/** Takes every bundle at `path`; answers whether all were taken whole. Each is told in one line. */
export async function importStick(
  path: string,
  answers: string | undefined,
  take: TakeBundle,
  say: (line: string) => void,
): Promise<boolean> {
  const found = await find(path);
  const folder = answers ?? found.answers;
  if (found.files.length === 0)
    throw new UsageError(`There are no bundles (*${SUFFIXES.join(', *')}) at ${path}.`);
  const bundles: { readonly name: string; readonly file: Uint8Array }[] = [];
  let whole = true;
  for (const file of found.files) {
    const size = await stat(file).then(
      (status) => status.size,
      () => -1,
    );
    if (size < 0) throw new UsageError(`${file} cannot be read.`);
    // What is too large is refused by its size alone.
    const bytes = size > MAX_STICK_FILE_BYTES ? new Uint8Array(0) : await readFile(file);
    bundles.push({ name: basename(file), file: bytes });
  }
  bundles.sort((a, b) => writtenMs(a.file) - writtenMs(b.file));
  for (const { name, file } of bundles) {
    const report = await take(file);
    const { answer } = report.ok ? report.value : report.error;
    const written =
      answer === null || folder === null ? null : await writeAnswer(folder, answer.name, answer.bytes);
    if (!report.ok) {
      const told = written === null ? '' : `, answer ${written} tells the station`;
      say(`${name}: not taken: ${WHY[report.error.kind] ?? report.error.kind}${told}`);
      whole = false;
      continue;
    }
    const { refused } = report.value;
    say(tell(name, report.value, written));
    whole &&= refused === null;
  }
  return whole;
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
