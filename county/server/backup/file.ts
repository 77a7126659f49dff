/** A backup as a file: written whole or not at all, read back before it counts. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, fsyncSync, openSync, closeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline as pipelineOf, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import * as v from 'valibot';
import { FORMAT, type BackupHead } from './dump.ts';

/** What is wrong with a backup, for a person. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';

  constructor(what: string) {
    super(`The backup cannot be used: ${what}.`);
  }
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const headSchema = v.object({
  backup: v.literal(FORMAT),
  epoch: v.string(),
  madeMs: v.number(),
  migrations: v.array(v.string()),
});
const tableSchema = v.object({ table: v.pipe(v.string(), v.regex(/^[a-z_]+$/)) });
const rowsSchema = v.object({ rows: count });
const endSchema = v.object({ sha256: v.string() });

export interface BackupReader {
  readonly head?: (head: BackupHead) => void | Promise<void>;
  /** Lines of JSON, each a row of the table. */
  readonly rows?: (table: string, lines: readonly string[]) => Promise<void>;
}
export interface BackupSummary {
  readonly head: BackupHead;
  /** Rows by table. */
  readonly tables: ReadonlyMap<string, number>;
}

const ROWS_AT_ONCE = 1000;
/** References of a whole county are one long row: a few such are enough for one statement. */
const CHARACTERS_AT_ONCE = 4_000_000;

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const part of text) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new BadBackup('it ends within a line');
}

function controlOf<T>(schema: v.GenericSchema<unknown, T>, line: string): T | undefined {
  const parsed = v.safeParse(schema, JSON.parse(line.slice(1)));
  return parsed.success ? parsed.output : undefined;
}

async function read(text: AsyncIterable<string>, reader: BackupReader): Promise<BackupSummary> {
  const hash = createHash('sha256');
  const tables = new Map<string, number>();
  let head: BackupHead | undefined;
  let table: string | undefined;
  let seen = 0;
  let waiting: string[] = [];
  let characters = 0;
  let ended = false;
  const flush = async (): Promise<void> => {
    if (waiting.length > 0 && table !== undefined) await reader.rows?.(table, waiting);
    waiting = [];
    characters = 0;
  };
  for await (const line of linesOf(text)) {
    if (ended) throw new BadBackup('something follows its end');
    if (!line.startsWith('#')) {
      if (table === undefined) throw new BadBackup('a row without a table');
      hash.update(`${line}\n`);
      waiting.push(line);
      seen += 1;
      characters += line.length;
      if (waiting.length >= ROWS_AT_ONCE || characters >= CHARACTERS_AT_ONCE) await flush();
      continue;
    }
    const end = controlOf(endSchema, line);
    if (end !== undefined) {
      if (end.sha256 !== hash.digest('hex')) throw new BadBackup('its hash does not fit');
      ended = true;
      continue;
    }
    hash.update(`${line}\n`);
    if (head === undefined) {
      head = controlOf(headSchema, line);
      if (head === undefined) throw new BadBackup('it does not begin as a backup of a county');
      await reader.head?.(head);
      continue;
    }
    const done = controlOf(rowsSchema, line);
    if (done !== undefined && table !== undefined) {
      await flush();
      if (done.rows !== seen)
        throw new BadBackup(`table ${table} has ${seen} rows and should have ${done.rows}`);
      tables.set(table, seen);
      table = undefined;
      continue;
    }
    table = controlOf(tableSchema, line)?.table;
    if (table === undefined) throw new BadBackup('a line that says nothing');
    seen = 0;
  }
  if (head === undefined || !ended) throw new BadBackup('it is not whole');
  return { head, tables };
}

/**
 * Reads a backup from its beginning to its end, and proves it by its counts and its hash. `reader` is given the
 * rows before the end has been seen: what it does with them must be undone if this throws. Throws BadBackup.
 */
export async function readBackup(path: string, reader: BackupReader = {}): Promise<BackupSummary> {
  try {
    const unpack = createZstdDecompress().setEncoding('utf8');
    return await pipeline(createReadStream(path), unpack, (text: AsyncIterable<string>) =>
      read(text, reader),
    );
  } catch (error) {
    // Damage shows first to whoever unpacks or parses.
    const damaged =
      error instanceof SyntaxError || (error instanceof Error && 'code' in error && isUnpacking(error.code));
    throw damaged ? new BadBackup('it is damaged or not whole') : error;
  }
}

function isUnpacking(code: unknown): boolean {
  return typeof code === 'string' && (code.startsWith('ZSTD_') || code === 'Z_BUF_ERROR');
}

/** Flushes a file, or a folder's list of names, to the disk. */
function flushToDisk(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Packs the bytes of a dump, for a file or for a line; whoever ends the answer early ends the dump. */
export function packed(bytes: AsyncIterable<Uint8Array>): Readable {
  const pack = createZstdCompress();
  // What goes wrong on either side destroys the other, and shows to whoever reads.
  pipelineOf(Readable.from(bytes, { objectMode: false }), pack, () => undefined);
  return pack;
}

/**
 * Writes what comes packed under a temporary name, reads it back, and only then gives it its name; a file of that
 * name stays until then. Throws if it cannot be written, or BadBackup if what stands there is not whole.
 */
export async function writeBackup(path: string, content: AsyncIterable<Uint8Array>): Promise<BackupSummary> {
  const temporary = `${path}.new`;
  try {
    await pipeline(content, createWriteStream(temporary, { mode: 0o600 }));
    flushToDisk(temporary);
    const summary = await readBackup(temporary);
    await rename(temporary, path);
    flushToDisk(dirname(path));
    return summary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
