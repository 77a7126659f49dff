/** Runs the project's tools on this very Node, without a shell, and gives their output through or back. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** The JavaScript file behind a command of an installed package, by the package's own `bin` table. */
export function toolScript(packageName: string, command = packageName): string {
  const folder = join(ROOT, 'node_modules', packageName);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin?: string | Record<string, string>;
  };
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[command];
  if (bin === undefined) throw new Error(`${packageName} has no command ${command}.`);
  return join(folder, bin);
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Also told every piece of standard output, which is shown all the same. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program to its end and resolves to its exit code (a signal counts as 1). */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const { onOutput } = options;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', onOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
  });
  child.stdout?.on('data', (piece: Buffer) => {
    process.stdout.write(piece);
    onOutput?.(piece.toString('utf8'));
  });
  return ended(child);
}

/** Runs a package's command on this Node. */
export function runTool(
  packageName: string,
  args: readonly string[],
  options: RunOptions & { readonly command?: string } = {},
): Promise<number> {
  return runProgram(process.execPath, [toolScript(packageName, options.command), ...args], options);
}

/** Resolves when a child process has ended, to its exit code (a signal counts as 1). Rejects if it never began. */
export function ended(child: ChildProcess): Promise<number> {
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done(code ?? 1));
  });
}

/** The first of the paths that exists. */
export function firstExisting(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}
