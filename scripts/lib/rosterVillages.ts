/** The county's commands about the villages' files. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { CountyOptions } from '../../county/server/county.ts';
import { runningCounty } from '../../county/server/lock.ts';
import { openRunning } from '../../county/server/running.ts';
import { putVillage, villageFileOf, villageText } from '../../county/server/roster/villages.ts';
import { askOrDo, say, tellProblems, tellWorth, told, worthSchema } from './askCounty.ts';
import { UsageError } from './cli.ts';
import { withContext } from './machines.ts';

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no file or folder "${path}".`);
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.json')).sort();
  if (names.length === 0) throw new UsageError(`There is no .json file in "${path}".`);
  return names.map((name) => join(path, name));
}

const putSchema = v.object({
  stationId: v.number(),
  name: v.string(),
  isNew: v.boolean(),
  changed: v.boolean(),
  version: v.number(),
  people: v.number(),
  cards: v.number(),
  goods: v.number(),
  moved: v.number(),
  worth: worthSchema,
});

/** `--reference PATH`: a village's file, or a folder of them. Each is taken whole or not at all. */
export async function bringVillages(dir: string, options: CountyOptions, path: string): Promise<number> {
  let bad = 0;
  for (const file of await filesAt(path)) {
    const bytes = await readFile(file);
    const put = await askOrDo(
      dir,
      options,
      ['/admin/villages', bytes],
      async (context) => told(await putVillage(context, bytes)),
      putSchema,
    );
    if (!put.ok) {
      bad += 1;
      tellProblems(file, put.error.why, put.error.problems);
      continue;
    }
    const { stationId, name, isNew, changed, version, people, cards, goods, moved } = put.value;
    const what = isNew ? 'new' : changed ? 'changed' : 'as it was';
    const came = moved === 0 ? '' : `, ${moved} moved here`;
    say(
      `station ${stationId} ${name}: ${what}, version ${version}; ${people} people${came}, ${cards} cards, ${goods} goods`,
    );
    if (goods > 0) tellWorth(file, put.value.worth);
  }
  if (bad > 0) process.stderr.write(`${bad} not taken: nothing of them was changed.\n`);
  return bad > 0 ? 1 : 0;
}

/** `--export-reference ID --to FILE`. */
export async function exportVillage(
  dir: string,
  options: CountyOptions,
  stationId: number,
  to: string,
): Promise<void> {
  const running = runningCounty(dir);
  let file: string | undefined;
  if (running !== undefined && running.address !== '') {
    const response = await openRunning(running, 'GET', `/admin/villages/${stationId}`);
    const body = await text(response);
    file = response.statusCode === 200 ? body : undefined;
  } else
    file = await withContext(dir, options, async (context) => {
      const found = await villageFileOf(context, stationId);
      return found && villageText(found);
    });
  if (file === undefined) throw new UsageError(`The county has no station ${stationId}.`);
  // Names, keepers and their PINs' hashes: for the administrator's eyes, and never over a file that is there.
  await writeFile(to, file, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw exists ? new UsageError(`"${to}" is there already: name another file.`) : error;
  });
  say(`station ${stationId}: written to ${to}`);
}
