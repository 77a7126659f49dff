/** Wrong PINs while there is no database: in a small file of the station's folder, so that no restart forgets them. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { fsyncPath } from '../../db/backup/archive.ts';
import { lockedUntilMs } from '../../db/keeperTries.ts';
import type { Clock } from '../../domain/clock.ts';
import type { TriesKept } from '../station/pins.ts';

const schema = v.object({
  tries: v.number(),
  lockMs: v.number(),
  lockedAtMs: v.number(),
  lockedMonoMs: v.number(),
  osBoot: v.string(),
});

/** Reading and writing throw what the file system throws; a file that is none of ours counts as no tries. */
export function fileTries(dir: string, clock: Clock): TriesKept {
  const file = join(dir, 'keeper-tries.json');
  const read = (): v.InferOutput<typeof schema> | null => {
    try {
      return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')));
    } catch (error) {
      const isNone = error instanceof SyntaxError || v.isValiError(error);
      if (isNone || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  };
  return {
    keeperTries: () => {
      const kept = read();
      return kept === null
        ? { tries: 0, lockedUntilMs: 0 }
        : { tries: kept.tries, lockedUntilMs: lockedUntilMs(kept, clock) };
    },
    setKeeperTries: (tries, lockMs) => {
      if (tries === 0) {
        rmSync(file, { force: true });
        return;
      }
      const kept = {
        tries,
        lockMs,
        lockedAtMs: clock.nowMs(),
        lockedMonoMs: clock.monoMs(),
        osBoot: clock.osBoot(),
      };
      writeFileSync(`${file}.new`, JSON.stringify(kept));
      fsyncPath(`${file}.new`);
      renameSync(`${file}.new`, file);
      fsyncPath(dir, true);
    },
  };
}
