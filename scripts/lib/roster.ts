/** The county's commands about villages, rules and cards: by the county that runs on the folder, or in its place. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { CountyContext } from '../../county/server/context.ts';
import type { CountyOptions } from '../../county/server/county.ts';
import { runningCounty } from '../../county/server/lock.ts';
import { openRunning } from '../../county/server/running.ts';
import { erasePerson } from '../../county/server/roster/erase.ts';
import { mergePeople, toldMerge, type MergeWish } from '../../county/server/roster/merge.ts';
import { confirmPrice, proposePrice, type PriceWish } from '../../county/server/roster/prices.ts';
import { revokeCards } from '../../county/server/roster/revokeCards.ts';
import { changeRules } from '../../county/server/roster/rules.ts';
import { putVillage, villageFileOf, villageText } from '../../county/server/roster/villages.ts';
import { formatCardNumber, parseCardNumber } from '../../domain/cards/cardNumber.ts';
import { placeOf, type FileProblem } from '../../domain/reference/villageFile.ts';
import { worthWords, type PointWorth } from '../../domain/shop/worth.ts';
import type { Result } from '../../domain/result.ts';
import { UsageError } from './cli.ts';
import { withContext } from './machines.ts';

const problemSchema = v.object({
  path: v.array(v.union([v.string(), v.number()])),
  id: v.nullable(v.number()),
  zh: v.string(),
  en: v.string(),
});
const refusedSchema = v.object({
  error: v.object({ kind: v.string(), problems: v.optional(v.array(problemSchema)) }),
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Asks the county that runs, or works on its database in its place; both answer the same JSON. */
export async function askOrDo<T extends v.GenericSchema>(
  dir: string,
  options: CountyOptions,
  [path, body]: readonly [path: string, body: Uint8Array],
  work: (context: CountyContext) => Promise<unknown>,
  schema: T,
): Promise<Result<v.InferOutput<T>, { kind: 'REFUSED'; why: string; problems: readonly FileProblem[] }>> {
  const running = runningCounty(dir);
  const answer: unknown =
    running !== undefined && running.address !== ''
      ? await json(await openRunning(running, 'POST', path, body))
      : await withContext(dir, options, work);
  const refused = v.safeParse(refusedSchema, answer);
  if (!refused.success) return { ok: true, value: v.parse(schema, answer) };
  const { kind: why, problems = [] } = refused.output.error;
  return { ok: false, error: { kind: 'REFUSED', why, problems } };
}
const told = (result: Result<object, { kind: string }>): unknown =>
  result.ok ? result.value : { error: result.error };
export const bodyOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** What is wrong in a file, a line each, the words of the office first. */
function tellProblems(file: string, why: string, problems: readonly FileProblem[]): void {
  const words: Readonly<Record<string, string>> = {
    LOST_STATION:
      '这个站已申报丢失，请给这个村一个新站号。 This station was declared lost: give its village a new number.',
    CHANGED_MEANWHILE: '刚才有别人改过，请重新查看。 Somebody changed it meanwhile: look again.',
  };
  if (problems.length === 0) process.stderr.write(`${file}: ${words[why] ?? `Refused: ${why}`}\n`);
  for (const problem of problems) {
    const [zh, en] = [placeOf(problem, 'zh'), placeOf(problem, 'en')];
    process.stderr.write(
      `${file}: ${zh === '' ? '' : `${zh}：`}${problem.zh}。 ${en === '' ? '' : `${en}: `}${problem.en}.\n`,
    );
  }
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no file or folder "${path}".`);
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.json')).sort();
  if (names.length === 0) throw new UsageError(`There is no .json file in "${path}".`);
  return names.map((name) => join(path, name));
}

const worthSchema = v.object({
  kind: v.picklist(['UNKNOWN', 'TOKEN', 'HIGH']),
  goodsName: v.string(),
  fenPerPoint: v.number(),
  fenPerHour: v.number(),
});
/** Told on standard error: it stops nothing. */
function tellWorth(where: string, worth: PointWorth): void {
  const words = worthWords(worth);
  if (words !== null) process.stderr.write(`${where}: ${words.zh}。 ${words.en}.\n`);
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

const revokedSchema = v.object({
  revoked: v.array(v.number()),
  already: v.array(v.number()),
  stations: v.number(),
});

/** `--revoke-card`: by the ten digits printed on each card. */
export async function revokeCardsBy(
  dir: string,
  options: CountyOptions,
  printed: readonly string[],
): Promise<void> {
  const cardNumbers = printed.map((digits) => {
    const card = parseCardNumber(digits);
    if (card.ok) return card.value;
    throw new UsageError(
      card.error.kind === 'CHECK_DIGIT'
        ? `"${digits}" is not a card's number: one of its digits is wrong. No card was revoked.`
        : `"${digits}" is not a card's number: ten digits are printed on it. No card was revoked.`,
    );
  });
  const done = await askOrDo(
    dir,
    options,
    ['/admin/revoked-cards', bodyOf({ cardNumbers })],
    (context) => revokeCards(context, cardNumbers),
    revokedSchema,
  );
  if (!done.ok) throw new UsageError(`Refused: ${done.error.why}`);
  for (const card of done.value.revoked) say(`card ${formatCardNumber(card)} is revoked`);
  for (const card of done.value.already) say(`card ${formatCardNumber(card)} was revoked before`);
  say(`told to ${done.value.stations} stations when they call next`);
}

const WORDS: Readonly<Record<string, string>> = {
  UNKNOWN_STATION: 'The county has no such station.',
  UNKNOWN_GOODS: 'The station has no goods of that number.',
  SAME_PRICE: 'That is the price in force.',
  TOO_SOON: 'A new price is posted first, for so many days as the rules want: name a later day.',
  SAME_PERSON: 'Whoever proposed a price cannot confirm it: another person must.',
  NOTHING_THERE: 'The county has nothing of that number that waits.',
};

/** An act that is done or refused in one line. */
async function actBy<T extends v.GenericSchema>(
  dir: string,
  options: CountyOptions,
  [path, wish]: readonly [path: string, wish: object],
  work: (context: CountyContext) => Promise<Result<object, { kind: string }>>,
  schema: T,
): Promise<v.InferOutput<T>> {
  const done = await askOrDo(
    dir,
    options,
    [path, bodyOf(wish)],
    async (context) => told(await work(context)),
    schema,
  );
  if (!done.ok) throw new UsageError(WORDS[done.error.why] ?? `Refused: ${done.error.why}`);
  return done.value;
}
const changeSchema = v.object({ changeId: v.number() });

/** `--price`: proposes another price; a second person confirms it. */
export async function proposePriceBy(dir: string, options: CountyOptions, wish: PriceWish): Promise<void> {
  const { changeId } = await actBy(
    dir,
    options,
    ['/admin/prices', wish],
    (context) => proposePrice(context, wish),
    changeSchema,
  );
  say(`proposed as number ${changeId}; another person confirms it: --confirm-price ${changeId} --by NAME`);
}
/** `--confirm-price`. */
export async function confirmPriceBy(
  dir: string,
  options: CountyOptions,
  changeId: number,
  by: string,
): Promise<void> {
  await actBy(
    dir,
    options,
    ['/admin/prices/confirm', { changeId, by }],
    (context) => confirmPrice(context, changeId, by),
    changeSchema,
  );
  say(`confirmed: post it in the village now. The station is given the price on its day`);
}

/** `--erase-person`. */
export async function erasePersonBy(
  dir: string,
  options: CountyOptions,
  wish: { readonly volunteerId: number; readonly by: string; readonly reason: string },
): Promise<void> {
  const { stations } = await actBy(
    dir,
    options,
    ['/admin/erase', wish],
    (context) => erasePerson(context, wish),
    v.object({ volunteerId: v.number(), stations: v.array(v.number()) }),
  );
  say(
    `erased from the data of station ${stations.join(', ')}; their records keep the number ${wish.volunteerId}`,
  );
  say('Backups made before still hold the name: destroy them when they are no longer needed.');
}

const registrationSchema = v.object({
  volunteerId: v.number(),
  name: v.string(),
  homeStationId: v.number(),
  points: v.array(
    v.object({
      stationId: v.number(),
      available: v.number(),
      waiting: v.number(),
      owed: v.number(),
      gifts: v.number(),
    }),
  ),
});

/** `--merge-person`. */
export async function mergePeopleBy(
  dir: string,
  options: CountyOptions,
  wish: MergeWish & { readonly by: string; readonly reason: string },
): Promise<void> {
  const done = await askOrDo(
    dir,
    options,
    ['/admin/merge', bodyOf(wish)],
    async (context) => told(toldMerge(await mergePeople(context, wish))),
    v.object({ duplicate: registrationSchema, kept: registrationSchema }),
  );
  if (!done.ok) {
    const words = done.error.problems.map(({ zh, en }) => `${zh}。 ${en}.`);
    throw new UsageError(words.length > 0 ? words.join('\n') : `Refused: ${done.error.why}`);
  }
  const { duplicate, kept } = done.value;
  say(
    `${duplicate.volunteerId} ${duplicate.name} is ${kept.volunteerId} ${kept.name} of station ${kept.homeStationId} now`,
  );
  for (const { stationId, available, waiting, owed, gifts } of duplicate.points)
    say(
      `station ${stationId}: ${available} points and ${gifts} of gifts go there, ${waiting} more when they are posted; ${owed} are owed`,
    );
  say('They move when the stations call next. Take the number and its cards off the village file.');
}

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
