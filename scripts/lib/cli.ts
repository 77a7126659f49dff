/** What every script has in common: arguments, --help, and failing in one line without a stack. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { stdout, stderr } from 'node:process';

export type ScriptOptions = NonNullable<ParseArgsConfig['options']>;

/** Something the caller can mend, told in one line. */
export class UsageError extends Error {}

export interface ScriptArguments {
  /** The last value of a text option, undefined if it was not given. */
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  /** All values of a repeatable option. */
  readonly list: (name: string) => readonly string[];
  readonly positionals: readonly string[];
}

/**
 * Runs a script: prints `help` for --help, parses `process.argv` by `options`, awaits `main` and ends the process
 * with the code it answers (0 if none). Any error is one line on standard error and code 1; with
 * VILLAGE_DEBUG=1 the stack follows, for a developer.
 */
export async function runScript(
  help: string,
  options: ScriptOptions,
  main: (args: ScriptArguments) => Promise<number>,
): Promise<never> {
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    const record = values as Readonly<Record<string, unknown>>;
    if (record['help'] === true) {
      stdout.write(`${help.trim()}\n`);
      process.exit(0);
    }
    const list = (name: string) => {
      const value = record[name];
      return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
    };
    process.exit(
      await main({
        text: (name) => list(name).at(-1),
        flag: (name) => record[name] === true,
        list,
        positionals,
      }),
    );
  } catch (error) {
    stderr.write(`${oneLine(error)}\n`);
    if (process.env['VILLAGE_DEBUG'] === '1' && error instanceof Error)
      stderr.write(`${error.stack ?? ''}\n`);
    process.exit(1);
  }
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? 'failed';
}

/** A whole number within bounds out of a text option; throws a UsageError that names the option. */
export function wholeNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${value}".`);
  return number;
}
