/** Acts of the county by command: by the county that runs on the folder, or on its database in its place. */
import { json } from 'node:stream/consumers';
import * as v from 'valibot';
import type { CountyContext } from '../../county/server/context.ts';
import type { CountyOptions } from '../../county/server/county.ts';
import { runningCounty } from '../../county/server/lock.ts';
import { openRunning } from '../../county/server/running.ts';
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
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

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
/** As the county that runs would have answered it. */
export const told = (result: Result<object, { kind: string }>): unknown =>
  result.ok ? result.value : { error: result.error };
export const bodyOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** What is wrong in a file, a line each, the words of the office first. */
export function tellProblems(file: string, why: string, problems: readonly FileProblem[]): void {
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

export const worthSchema = v.object({
  kind: v.picklist(['UNKNOWN', 'TOKEN', 'HIGH']),
  goodsName: v.string(),
  fenPerPoint: v.number(),
  fenPerHour: v.number(),
});
/** Told on standard error: it stops nothing. */
export function tellWorth(where: string, worth: PointWorth): void {
  const words = worthWords(worth);
  if (words !== null) process.stderr.write(`${where}: ${words.zh}。 ${words.en}.\n`);
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
export async function actBy<T extends v.GenericSchema>(
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
