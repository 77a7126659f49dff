/** What a station must be told when it starts, the same for both shells. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { databaseFile } from '../../db/open.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { ruleWishesSchema, type RuleWishes } from '../../domain/rules/ruleSet.ts';
import { countyAddress } from '../station/sync/address.ts';

export interface Settings {
  /** Folder of the station's data. */
  readonly dataDir: string;
  /** Where the county is; empty: none, everything is kept until there is one. */
  readonly countyUrl: string;
  readonly stationId: number;
  /** True for the made-up village that `npm start` shows. */
  readonly sample: boolean;
  /** One-time code from the county for the first contact; empty where none is needed. */
  readonly enrolCode: string;
  /** Whether this machine has been brought in; if not, it shows how that is done and nothing else. */
  readonly isPaired: boolean;
  /** Second place for backups, such as another disk or a stick; empty: none. */
  readonly backupDir: string;
  /** Folder of the courier's stick, where the system does not tell of sticks; empty: they are looked for. */
  readonly stickDir: string;
  /** What the line to the county may carry on a day; 0: no cap. */
  readonly lineMegabytesPerDay: number;
  /** How long sessions with the county may be under way on a day; 0: no cap. */
  readonly lineMinutesPerDay: number;
  /** Whom a keeper calls where the machine cannot go on, such as the county's name and number; empty: nobody named. */
  readonly contact?: string;
  /** Rules of this village that are tighter than the county's. */
  readonly ruleWishes?: RuleWishes;
  /** The shop's first delivery, recorded once as soon as the county has said what the shop offers. */
  readonly openingStock: readonly Delivery[];
}
export interface Delivery {
  readonly goodsId: number;
  readonly quantity: number;
}
export interface BadSetting {
  readonly kind: 'BAD_SETTING';
  /** One line for whoever starts the program. */
  readonly detail: string;
}

/** The settings of an installed station stand in this file of its data folder; arguments go before them. */
export const SETTINGS_FILE = 'station.json';

const cap = v.pipe(v.number(), v.finite(), v.minValue(0));
const fileSchema = v.object({
  countyUrl: v.optional(v.string()),
  stationId: v.optional(v.number()),
  sample: v.optional(v.boolean()),
  backupDir: v.optional(v.string()),
  stickDir: v.optional(v.string()),
  lineMegabytesPerDay: v.optional(cap),
  lineMinutesPerDay: v.optional(cap),
  contact: v.optional(v.pipe(v.string(), v.maxLength(40))),
  rules: v.optional(ruleWishesSchema),
  openingStock: v.optional(
    v.array(
      v.object({
        goodsId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
        quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(9999)),
      }),
    ),
  ),
});
/** The county's address in its full form; a bad one is told in a line. */
function addressOf({ dataset, addIssue, NEVER }: v.RawTransformContext<string>): string {
  const address = countyAddress(dataset.value);
  if (address.ok) return address.value;
  const message =
    address.error.kind === 'PLAIN_HTTP'
      ? 'the county must be an https address: http is only for a county on this very machine'
      : 'the county must be an https address';
  addIssue({ message });
  return NEVER;
}

const settingsSchema = v.object({
  dataDir: v.pipe(v.string(), v.minLength(1, 'the data folder has no name')),
  countyUrl: v.union([v.literal(''), v.pipe(v.string(), v.rawTransform(addressOf))]),
  stationId: v.pipe(
    v.number('the station must be a number'),
    v.safeInteger('the station must be a whole number'),
    v.minValue(1, 'the station must be 1 or more'),
  ),
  sample: v.boolean(),
  enrolCode: v.string(),
  backupDir: v.string(),
  stickDir: v.string(),
});

/** The station of the sample village. */
export const SAMPLE_STATION_ID = 1;

function readFile(path: string): v.InferOutput<typeof fileSchema> | BadSetting {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    return { kind: 'BAD_SETTING', detail: `${path} cannot be read` };
  }
  try {
    return v.parse(fileSchema, JSON.parse(text));
  } catch {
    return { kind: 'BAD_SETTING', detail: `${path} is not a settings file` };
  }
}

/**
 * Reads `--data DIR --county URL --station ID --enrol CODE --backup-dir DIR --stick DIR --sample` out of a command line in which other arguments (Electron's
 * and Chromium's own) may stand too. Without --data, `defaultDataDir` is taken.
 */
export function readSettings(argv: readonly string[], defaultDataDir: string): Result<Settings, BadSetting> {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      county: { type: 'string' },
      station: { type: 'string' },
      enrol: { type: 'string' },
      'backup-dir': { type: 'string' },
      stick: { type: 'string' },
      sample: { type: 'boolean' },
    },
  });
  const dataDir = typeof values.data === 'string' ? values.data : defaultDataDir;
  const file = readFile(join(dataDir, SETTINGS_FILE));
  if ('kind' in file) return err(file);
  const parsed = v.safeParse(settingsSchema, {
    dataDir,
    countyUrl: values.county ?? file.countyUrl ?? '',
    stationId: values.station === undefined ? (file.stationId ?? SAMPLE_STATION_ID) : Number(values.station),
    sample: values.sample ?? file.sample ?? false,
    enrolCode: values.enrol ?? '',
    backupDir: values['backup-dir'] ?? file.backupDir ?? '',
    stickDir: values.stick ?? file.stickDir ?? '',
  });
  if (!parsed.success) return err({ kind: 'BAD_SETTING', detail: parsed.issues[0].message });
  const told = [values.station, values.county, file.stationId, file.countyUrl].some(
    (one) => one !== undefined,
  );
  // A folder with a database was a station's before there were pairings.
  const isPaired = told || parsed.output.sample || existsSync(databaseFile(dataDir));
  return ok({
    ...parsed.output,
    isPaired,
    lineMegabytesPerDay: file.lineMegabytesPerDay ?? 0,
    lineMinutesPerDay: file.lineMinutesPerDay ?? 0,
    contact: file.contact ?? '',
    // A file holds no undefined: what is absent there is absent here.
    ruleWishes: (file.rules ?? {}) as RuleWishes,
    openingStock: file.openingStock ?? [],
  });
}

/**
 * Keeps in the folder what a pairing brought, beside what stands there already; whole or not at all, whatever
 * happens to the power. Answers the settings that are in force then. Throws if the folder cannot be written to.
 */
export function keepPairing(
  settings: Settings,
  pairing: Pick<Settings, 'countyUrl' | 'stationId'>,
): Settings {
  const path = join(settings.dataDir, SETTINGS_FILE);
  const file = readFile(path);
  if ('kind' in file) throw new Error(file.detail);
  const temporary = `${path}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify({ ...file, ...pairing }, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  return { ...settings, ...pairing, enrolCode: '', isPaired: true };
}
