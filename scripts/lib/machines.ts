/** The county's commands about stations' machines: codes, replacing, revoking. */
import qrcode from 'qrcode';
import * as v from 'valibot';
import { closeContext, type CountyContext } from '../../county/server/context.ts';
import { openContext, type CountyOptions } from '../../county/server/county.ts';
import { lockFolder, runningCounty, type FolderLock } from '../../county/server/lock.ts';
import { makeCode, revokeStation } from '../../county/server/pairing.ts';
import { askRunning } from '../../county/server/running.ts';
import { UsageError } from './cli.ts';

export function lock(dir: string): FolderLock {
  const taken = lockFolder(dir);
  if (taken.ok) return taken.value;
  throw new UsageError(`Another county (process ${taken.error.by.pid}) is running on ${dir}.`);
}

/** Works on the database of a county that does not run. */
export async function withContext<T>(
  dir: string,
  options: CountyOptions,
  work: (context: CountyContext) => Promise<T>,
): Promise<T> {
  const folder = lock(dir);
  try {
    const context = await openContext(options);
    try {
      return await work(context);
    } finally {
      await closeContext(context);
    }
  } finally {
    folder.release();
  }
}

const refusalSchema = v.object({ error: v.object({ kind: v.string() }) });
const codeSchema = v.object({
  stationName: v.string(),
  code: v.string(),
  text: v.string(),
  url: v.string(),
  expiresMs: v.number(),
});
const revokedSchema = v.object({ revoked: v.number() });

/**
 * Does an act by the running county (`path`), or by opening the county's database where none runs; answers its
 * outcome or the kind of its refusal.
 */
async function act(
  dir: string,
  options: CountyOptions,
  path: string,
  work: (context: CountyContext) => Promise<unknown>,
): Promise<unknown> {
  const running = runningCounty(dir);
  if (running !== undefined && running.address !== '') return askRunning(running, path);
  return withContext(dir, options, work);
}

/** The outcome, in the shape that is expected; throws what the administrator reads if it was refused. */
function outcome<T>(answer: unknown, schema: v.GenericSchema<unknown, T>, stationId: number): T {
  const refused = v.safeParse(refusalSchema, answer);
  if (!refused.success) return v.parse(schema, answer);
  const words: Readonly<Record<string, string>> = {
    UNKNOWN_STATION: `The county has no station ${stationId}.`,
    LOST_STATION: `Station ${stationId} was declared lost. Give its village a new number.`,
    HAS_MACHINE: `Station ${stationId} has a machine. To put another in its place: --replace-machine ${stationId}`,
    NO_MACHINE: `Station ${stationId} has no machine that could be shut out.`,
  };
  throw new UsageError(words[refused.output.error.kind] ?? `Refused: ${refused.output.error.kind}`);
}

export interface CodeWish {
  readonly replaces: boolean;
  /** Where the QR code goes; undefined: onto the terminal. */
  readonly file: string | undefined;
}

/** Makes a code and prints all that somebody needs to bring the machine in. */
export async function printCode(
  dir: string,
  options: CountyOptions,
  stationId: number,
  { replaces, file }: CodeWish,
): Promise<void> {
  if (file !== undefined && !/\.(?:png|svg)$/i.test(file))
    throw new UsageError(`--qr must name a .png or .svg file, not "${file}".`);
  const answer = await act(
    dir,
    options,
    `/admin/${replaces ? 'replace' : 'codes'}/${stationId}`,
    async (context) => {
      const made = await makeCode(context, stationId, { replaces });
      return made.ok ? made.value : { error: made.error };
    },
  );
  const { stationName, code, text, url, expiresMs } = outcome(answer, codeSchema, stationId);
  const until = new Date(expiresMs).toISOString().slice(0, 16).replace('T', ' ');
  process.stdout.write(
    `Station ${stationId}, ${stationName}${replaces ? ': takes the place of its machine' : ''}\n`,
  );
  process.stdout.write(`Code:    ${code}   once, until ${until} UTC\n`);
  if (url === '') {
    process.stdout.write(
      'The county has never listened: start it once, then its address can be in a QR code.\n',
    );
    return;
  }
  process.stdout.write(`Address: ${url}\nText:    ${text}\n`);
  if (file === undefined)
    process.stdout.write(`${await qrcode.toString(text, { type: 'terminal', small: true })}\n`);
  else {
    await qrcode.toFile(file, text, {
      errorCorrectionLevel: 'M',
      margin: 4,
      ...(isPng(file) && { scale: 8 }),
    });
    process.stdout.write(`QR code: ${file}\n`);
  }
}
const isPng = (file: string): boolean => file.toLowerCase().endsWith('.png');

export async function revoke(dir: string, options: CountyOptions, stationId: number): Promise<void> {
  const answer = await act(dir, options, `/admin/revoke/${stationId}`, async (context) => {
    const revoked = await revokeStation(context, stationId);
    return revoked.ok ? { revoked: revoked.value } : { error: revoked.error };
  });
  outcome(answer, revokedSchema, stationId);
  process.stdout.write(
    `Station ${stationId} is shut out. What it still sends is kept for review and changes no account.\n`,
  );
}
