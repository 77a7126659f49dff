/**
 * What an empty database of the embedded PostgreSQL consists of, made once and then loaded: to make one takes two
 * seconds of a processor, and the tests begin some seventy counties. Nothing of the county is in it: each migrates
 * its own.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { DatabaseChoice } from '../../county/server/db/open.ts';
import { ROOT } from '../../scripts/lib/tools.ts';

const packageFile = join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'package.json');

/** The file with an empty database, which is made where there is none yet. */
async function emptyDatabase(): Promise<string> {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string };
  const folder = join(ROOT, 'node_modules', '.cache', 'empty-database');
  const file = join(folder, `pglite-${version}.tar`);
  if (existsSync(file)) return file;
  const made = await PGlite.create();
  const dump = await made.dumpDataDir('none');
  await made.close();
  mkdirSync(folder, { recursive: true });
  // Two processes may make it at once: each lays down a whole one.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()));
  renameSync(unfinished, file);
  return file;
}

/** PGlite in a folder, or in memory if that is null; made out of the empty one where there is none yet. */
export async function pgliteIn(dir: string | null): Promise<DatabaseChoice> {
  return { kind: 'pglite', dir, newFrom: new Blob([readFileSync(await emptyDatabase())]) };
}
