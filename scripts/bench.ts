/** `npm run bench`: prints each figure beside its floor or peer; see tests/bench. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benches } from '../tests/bench/all.ts';
import type { BenchRow } from '../tests/bench/bench.ts';

const names = benches.flatMap((bench) => bench.names);
const HELP = `npm run bench -- [--only NAME]… [--json FILE]

Measures the station beside floors taken in the same run. A missed goal is printed, not failed.
  --only NAME   just this figure (repeatable): ${names.join(', ')}
  --json FILE   also write an array of { name, value, unit, goal, better, beside }
  --help        this text`;

function print(row: BenchRow): void {
  const met = row.better === 'lower' ? row.value <= row.goal : row.value >= row.goal;
  const sign = row.better === 'lower' ? '<=' : '>=';
  console.log(
    `${met ? 'met   ' : 'MISSED'} ${row.name.padEnd(26)} ${String(row.value).padStart(9)} ${row.unit.padEnd(6)} goal ${sign} ${row.goal}`,
  );
  console.log(`       ${row.beside}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
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
