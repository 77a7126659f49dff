/** Remembers beside the database how fast the disk has filled. It is a help and no fact: it may be lost. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SpaceHistory } from '../station/storageWatch.ts';

const schema = v.array(v.object({ atMs: v.number(), freeBytes: v.number() }));

/** The history of a disk, in a file of a station's folder. */
export function spaceHistoryFile(dir: string, name: string): SpaceHistory {
  const file = join(dir, name);
  return {
    read: () => {
      try {
        return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        return []; // None yet, or not whole: the trend begins anew.
      }
    },
    write: (samples) => {
      try {
        writeFileSync(`${file}.new`, JSON.stringify(samples));
        renameSync(`${file}.new`, file);
      } catch {
        // The disk refuses, which the store will find out by itself.
      }
    },
  };
}
