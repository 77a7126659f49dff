/** The county's command about the rules. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { CountyOptions } from '../../county/server/county.ts';
import { changeRules } from '../../county/server/roster/rules.ts';
import { askOrDo, bodyOf, say, tellProblems, tellWorth, told, worthSchema } from './askCounty.ts';
import { UsageError } from './cli.ts';

const rulesChangedSchema = v.object({
  version: v.number(),
  changes: v.array(v.object({ path: v.string(), before: v.unknown(), after: v.unknown() })),
  stations: v.number(),
  worth: worthSchema,
});

/** `--rules FILE --by NAME --reason TEXT`. */
export async function bringRules(
  dir: string,
  options: CountyOptions,
  wish: { readonly file: string; readonly by: string; readonly reason: string },
): Promise<number> {
  let rules: unknown;
  try {
    rules = JSON.parse((await readFile(wish.file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${wish.file}: it is no whole JSON file.`);
    throw new UsageError(`There is no file "${wish.file}".`);
  }
  const body = { rules, by: wish.by, reason: wish.reason, ofVersion: null };
  const done = await askOrDo(
    dir,
    options,
    ['/admin/rules', bodyOf(body)],
    async (context) => told(await changeRules(context, body)),
    rulesChangedSchema,
  );
  if (!done.ok) {
    tellProblems(wish.file, done.error.why, done.error.problems);
    process.stderr.write('Nothing was changed.\n');
    return 1;
  }
  const { version, changes, stations } = done.value;
  if (changes.length === 0) say(`nothing new: the rules stay version ${version}`);
  for (const { path, before, after } of changes)
    say(`${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
  if (changes.length > 0) say(`the rules are version ${version}; ${stations} stations get them`);
  tellWorth(wish.file, done.value.worth);
  return 0;
}
