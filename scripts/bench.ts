/** `npm run bench`: prints each figure beside its floor or peer; see tests/bench. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benches } from '../tests/bench/all.ts';
import type { BenchRow } from '../tests/bench/bench.ts';
import { ROOT } from './lib/tools.ts';

const names = benches.flatMap((bench) => bench.names);
const HELP = `npm run bench -- [--only NAME]… [--json FILE] [--peers]

Measures the station and the county beside floors and peers taken in the same run. A missed goal is printed, not
failed. The figures of the county need PostgreSQL: Debian's (apt-get install postgresql) or that of DATABASE_URL.
  --only NAME   just this figure (repeatable): ${names.join(', ')}
  --json FILE   also write an array of { name, value, unit, goal, better, beside }
  --peers       first install the peers (tests/bench/peers, from the npm registry), so that PouchDB is measured too
  --help        this text`;

function print(row: BenchRow): void {
  const met = row.better === 'lower' ? row.value <= row.goal : row.value >= row.goal;
  const sign = row.better === 'lower' ? '<=' : '>=';
  console.log(
    `${met ? 'met   ' : 'MISSED'} ${row.name.padEnd(26)} ${String(row.value).padStart(9)} ${row.unit.padEnd(6)} goal ${sign} ${row.goal}`,
  );
  console.log(`       ${row.beside}`);
}

/** The peers have packages of their own, so that nobody who runs a station ever installs them. */
function installPeers(): void {
  const folder = join(ROOT, 'tests', 'bench', 'peers');
  // On Windows npm is a script that only a shell finds; there is no argument from outside in it.
  const { status } = spawnSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', {
    cwd: folder,
    shell: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm ci failed in ${folder}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      peers: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const unknown = (values.only ?? []).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`no figure is called ${unknown}; there are: ${names.join(', ')}`);
  if (values.peers === true) installPeers();
  const wanted = new Set(values.only ?? names);
  const rows: BenchRow[] = [];
  for (const bench of benches) {
    if (!bench.names.some((name) => wanted.has(name))) continue;
    const found = await bench.run((line) => process.stderr.write(`  … ${line}\n`));
    for (const row of found) {
      if (!wanted.has(row.name)) continue;
      rows.push(row);
      print(row);
    }
  }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`bench: ${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0]}`);
    process.exit(1);
  },
);
