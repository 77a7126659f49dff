/** Runs many stations and their county through days of faults, and judges what is left. */
import { tmpdir } from 'node:os';
import { shrink } from '../tests/simulator/shrink.ts';
import { commandOf, type Plan } from '../tests/simulator/plan.ts';
import { FAULT_NAMES, FAULTS, isFault, type FaultName } from '../tests/simulator/faults/names.ts';
import { simulate, type Report, type RunOptions } from '../tests/simulator/simulate.ts';
import { durablePostgres } from '../tests/bench/postgres.ts';
import { runScript, UsageError, wholeNumber } from './lib/cli.ts';
import { memoryDisk } from './lib/memoryDisk.ts';

const HELP = `
npm run simulate [-- --stations N] [--days N] [--seed N] [--events-per-day N] [--events N] [--faults LIST] …
Real stations and a real county over real sockets, with simulated clocks and seeded faults; then, when everything has
come to rest: each event at the county exactly once, books that balance and are the same on both sides, chains and
views that verify, empty queues, and nothing missing that a screen was told.
  --stations N        how many (default 403)
  --days N            simulated days (default 30)
  --events-per-day N  of each station (default 20; a busy village has 469)
  --events N          so many in all, over 10 stations; takes the place of the three above
  --seed N            makes the choices of a run (default: by chance, and printed)
  --seeds N           so many runs, one after the other, from --seed on
  --faults LIST       names with commas, "none" or "all" (default all)
  --dir DIR           where the folders are made (default: /dev/shm where there is one, so that no disk is waited for)
  --keep              leaves the folders of the run for you to look at
  --no-shrink         a failing run is told as it is, not made smaller
DATABASE_URL: a PostgreSQL for the county; each run makes a database of its own there and drops it again, and the one
that is named is not touched. Without it, PGlite in the folder.
Faults:
${FAULT_NAMES.map((name) => `  ${name.padEnd(16)}${FAULTS[name]}`).join('\n')}
Exit code: 0 all is well; 1 a promise was broken: the lines say which, and the last the command to see it again.
`;

/** Runs that only look for a smaller one may take so long together, ms. */
const SHRINK_MS = 10 * 60_000;
const STATIONS_OF_EVENTS = 10;

function faultsOf(list: string): readonly FaultName[] {
  if (list === 'all') return FAULT_NAMES;
  if (list === 'none') return [];
  return list.split(',').map((name) => {
    if (!isFault(name)) throw new UsageError(`--faults: there is no fault "${name}"; --help lists them.`);
    return name;
  });
}

function sizeOf(
  text: (name: string) => string | undefined,
): Pick<Plan, 'stations' | 'days' | 'eventsPerDay'> {
  const number = (name: string, otherwise: string, most: number) =>
    wholeNumber(name, text(name) ?? otherwise, 1, most);
  const days = number('days', '30', 400);
  if (text('events') === undefined)
    return {
      stations: number('stations', '403', 5000),
      days,
      eventsPerDay: number('events-per-day', '20', 100_000),
    };
  const events = number('events', '0', 100_000_000);
  return {
    stations: STATIONS_OF_EVENTS,
    days,
    eventsPerDay: Math.max(1, Math.ceil(events / STATIONS_OF_EVENTS / days)),
  };
}

/** One run, on a database of its own where there is a PostgreSQL. A run that broke off has failed as any other. */
async function runOnce(plan: Plan, options: RunOptions): Promise<Report> {
  const postgres = (process.env['DATABASE_URL'] ?? '') === '' ? undefined : await durablePostgres();
  try {
    return await simulate(plan, { ...options, databaseUrl: postgres?.url ?? null });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    const what = error instanceof Error ? error.message : String(error);
    return { problems: [`the run broke off: ${what}${cause}`], counts: new Map(), dir: options.root ?? '' };
  } finally {
    await postgres?.stop();
  }
}

function printTable(counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) console.log(`  ${name.padEnd(30)}${String(count).padStart(12)}`);
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const OPTIONS = {
  ...{
    stations: TEXT,
    days: TEXT,
    'events-per-day': TEXT,
    events: TEXT,
    seed: TEXT,
    seeds: TEXT,
    faults: TEXT,
  },
  ...{ dir: TEXT, keep: FLAG, 'no-shrink': FLAG },
};

await runScript(HELP, OPTIONS, async (args) => {
  const chosen = args.text('seed') ?? String(1 + Math.floor(Math.random() * 2 ** 31));
  const first = wholeNumber('seed', chosen, 0, 2 ** 32 - 1);
  const root = args.text('dir') ?? memoryDisk() ?? tmpdir();
  const options = { root, keep: args.flag('keep') };
  const faults = faultsOf(args.text('faults') ?? 'all');
  const size = sizeOf(args.text);
  for (let run = 0; run < wholeNumber('seeds', args.text('seeds') ?? '1', 1, 10_000); run++) {
    const plan: Plan = { ...size, seed: first + run, faults, atOnce: 4 };
    console.log(`seed ${plan.seed}: ${plan.stations} stations, ${plan.days} days, files in ${root}`);
    const begun = performance.now();
    const { problems, counts, dir } = await runOnce(plan, {
      ...options,
      onProgress: (line) => console.log(`${Math.round((performance.now() - begun) / 1000)} s: ${line}`),
    });
    printTable(counts);
    console.log(
      `seed ${plan.seed}: ${problems.length === 0 ? 'all is well' : 'BROKEN'}, ${Math.round((performance.now() - begun) / 1000)} s`,
    );
    if (options.keep) console.log(`the folders: ${dir}`);
    if (problems.length === 0) continue;
    for (const problem of problems) console.error(problem);
    console.error(commandOf(plan));
    if (args.flag('no-shrink')) return 1;
    console.log('looking for a smaller run that fails, too');
    const untilMs = performance.now() + SHRINK_MS;
    const smallest = await shrink(
      { plan, problems },
      async (smaller) => (await runOnce(smaller, { ...options, keep: false })).problems,
      () => performance.now() < untilMs,
    );
    for (const problem of smallest.problems) console.error(problem);
    console.error(commandOf(smallest.plan));
    return 1;
  }
  return 0;
});
