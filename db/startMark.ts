/**
 * Notices a database that was put back by hand. Each start notes beside the database how far the journal then
 * went; a database that does not reach its own mark is an older copy, and must begin a new incarnation before it
 * gives numbers to other facts than those that stand under them at the county.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { storeFaultOf } from './faults.ts';

export interface StartMark {
  readonly incarnation: string;
  readonly seq: number;
}

const markFile = (dir: string) => join(dir, 'last-start.json');

/** The mark of a folder; null if there is none that can be read. */
export function readStartMark(dir: string): StartMark | null {
  try {
    const { incarnation, seq } = JSON.parse(readFileSync(markFile(dir), 'utf8')) as Partial<StartMark>;
    return typeof incarnation === 'string' && typeof seq === 'number' ? { incarnation, seq } : null;
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
