/**
 * What a new county's database consists of, made once and then copied: to make and migrate one takes four seconds of a
 * processor, and the tests begin some seventy counties. That migrations bring an older database up to date is for the
 * tests of the migrations.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { openDatabase, type DatabaseChoice } from '../../county/server/db/open.ts';
import { ROOT } from '../../scripts/lib/tools.ts';

const packageFile = join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'package.json');
const migrations = join(ROOT, 'county', 'server', 'db', 'migrations');

/** Another name for another database program or other migrations. */
function templateName(): string {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string };
  const hash = createHash('sha256');
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(join(migrations, name)));
  return `pglite-${version}-${hash.digest('hex').slice(0, 16)}`;
}

/** The folder with the template, which is made where there is none yet: as a folder, and as a dump for memory. */
async function template(): Promise<{ readonly folder: string; readonly dump: string }> {
  const made = join(ROOT, 'node_modules', '.cache', 'empty-database', templateName());
  const parts = (dir: string) => ({ folder: join(dir, 'db'), dump: join(dir, 'db.tar') });
  if (existsSync(made)) return parts(made);
  const unfinished = `${made}.${process.pid}`;
  const { folder, dump } = parts(unfinished);
  await (await openDatabase({ kind: 'pglite', dir: folder })).destroy();
  const database = await PGlite.create(folder);
  writeFileSync(dump, Buffer.from(await (await database.dumpDataDir('none')).arrayBuffer()));
  await database.close();
  mkdirSync(dirname(made), { recursive: true });
  try {
    renameSync(unfinished, made);
  } catch (error) {
    // Two processes may make it at once: whoever comes second takes the other's.
    if (!existsSync(made)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return parts(made);
}

/** PGlite in a folder, or in memory if that is null; made out of the template where there is none yet. */
export async function pgliteIn(dir: string | null): Promise<DatabaseChoice> {
  const { folder, dump } = await template();
  if (dir === null) return { kind: 'pglite', dir, newFrom: new Blob([readFileSync(dump)]) };
  if (!existsSync(dir)) cpSync(folder, dir, { recursive: true });
  return { kind: 'pglite', dir };
}
