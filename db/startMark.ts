/**
 * Notices a database that was put back by hand, and a folder that was copied. Each start, each acknowledgement of the
 * county and each end notes beside the database how far the journal then went, and where the folder lies; a database
 * that does not reach its own mark is an older copy, and must begin a new incarnation before it gives numbers to other
 * facts than those that stand under them at the county. Not each commit, which would cost one more flush of the disk
 * on the scan's path: a copy of the file by hand, put back after a power cut, may still reach the mark. A backup cannot:
 * it carries no machine's name.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { storeFaultOf } from './faults.ts';
import type { Place } from './place.ts';

export interface StartMark {
  readonly incarnation: string;
  readonly seq: number;
  /** Where the folder lay; absent in a mark of an earlier version. */
  readonly place?: Place;
}

const schema = v.object({
  incarnation: v.string(),
  seq: v.number(),
  place: v.optional(v.object({ inode: v.string(), bornNs: v.string(), keepsInodes: v.boolean() })),
});

const markFile = (dir: string) => join(dir, 'last-start.json');

/** The mark of a folder; null if there is none that can be read. */
export function readStartMark(dir: string): StartMark | null {
  try {
    const mark = v.safeParse(schema, JSON.parse(readFileSync(markFile(dir), 'utf8')));
    if (!mark.success) return null;
    const { place, ...reach } = mark.output;
    return place === undefined ? reach : { ...reach, place };
  } catch (error) {
    if (error instanceof SyntaxError || storeFaultOf(error) !== undefined) return null;
    throw error;
  }
}

/** Leaves the mark, whole or not at all. */
export function writeStartMark(dir: string, mark: StartMark): void {
  const temporary = `${markFile(dir)}.new`;
  try {
    const handle = openSync(temporary, 'w');
    writeSync(handle, JSON.stringify(mark));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(temporary, markFile(dir));
  } catch (error) {
    // The station is open and has recorded its start: an older mark is only a weaker one.
    if (storeFaultOf(error) === undefined) throw error;
  }
}
