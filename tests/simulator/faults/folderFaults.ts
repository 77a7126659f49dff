/** What befalls a station's machine between two starts: a broken disk, a thief with a copy, a key that is revoked. */
import { closeSync, cpSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { backupFolder, listBackups } from '../../../db/backup/archive.ts';
import { restoreStation } from '../../../db/backup/restore.ts';
import { databaseFile } from '../../../db/open.ts';
import { toHex } from '../../../domain/wire/bytes.ts';
import { sha256 } from '../../../electron/station/sync/codecs.ts';
import { openKeyFolder } from '../../../electron/station/sync/keyFolder.ts';
import { chanceOf, type Chance } from '../chance.ts';
import { hasFault, intensity, type Plan, type Round } from '../plan.ts';
import type { CountyProcess } from '../processes.ts';
import type { Folder } from '../stretch.ts';
import type { FaultName } from './names.ts';

/** A journal that a lost disk took with it, and how far the county had it by then: so far it must be there. */
export interface Loss {
  readonly stationId: number;
  readonly incarnation: string;
  readonly acknowledged: number;
  /** Of the county that said so: one that came back from a backup later may have lost it as well. */
  readonly epoch: string;
}
export interface FolderFaults {
  /** Strikes folders whose stations are closed; answers new ones, and those that are on another machine now. */
  readonly strike: (round: Round, folders: readonly Folder[]) => Promise<readonly Folder[]>;
  /** Every station has a key again, or a code that holds; answers the folders with another code. */
  readonly end: (folders: readonly Folder[]) => Promise<readonly Folder[]>;
  readonly losses: readonly Loss[];
  readonly cloned: ReadonlySet<number>;
  readonly restored: ReadonlySet<number>;
  /** Stations that were declared lost, and how many points of theirs were to be opened elsewhere. */
  readonly lost: ReadonlyMap<number, number>;
}

/** What the county has acknowledged of each journal, as the database says before it is lost. */
function acknowledged({ dir, stationId }: Folder): readonly Loss[] {
  const db = new Database(databaseFile(dir), { readonly: true });
  const rows = db
    .prepare<[], Omit<Loss, 'stationId'>>(
      `SELECT i.name AS incarnation, coalesce(s.durable_seq, 0) AS acknowledged,
         coalesce(s.epoch, '') AS epoch
       FROM incarnation i LEFT JOIN sync_state s ON s.incarnation = i.ordinal`,
    )
    .all();
  db.close();
  return rows.map((row) => ({ stationId, ...row }));
}

/** Overwrites a stretch of a file with what was never written there. */
function scratch(file: string, chance: Chance): void {
  const { size } = statSync(file);
  const handle = openSync(file, 'r+');
  const length = Math.min(size, chance.between(1, 6000));
  writeSync(handle, chance.bytes(length), 0, length, chance.below(size - length + 1));
  closeSync(handle);
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** What takes much from a run strikes more seldom than the rest, by this factor. */
const SELDOM = 0.4;

export function createFolderFaults({
  plan,
  county,
  mayForget,
  onFault,
}: {
  readonly plan: Plan;
  readonly county: CountyProcess;
  /** Whether the county may forget what is done now. */
  readonly mayForget: () => boolean;
  readonly onFault: (name: FaultName) => void;
}): FolderFaults {
  const losses: Loss[] = [];
  const cloned = new Set<number>();
  const restored = new Set<number>();
  const lost = new Map<number, number>();
  let revoked: Folder[] = [];

  /** A keeper restores from the newest backup; false: there is none. */
  function restore(folder: Folder, round: Round, chance: Chance, lost: boolean): boolean {
    const { dir, stationId } = folder;
    const file = databaseFile(dir);
    const [newest] = existsSync(backupFolder(dir)) ? listBackups(backupFolder(dir)) : [];
    if (newest === undefined || cloned.has(stationId)) return false;
    losses.push(...acknowledged(folder));
    if (lost) removeDatabase(file);
    else scratch(file, chance);
    const done = restoreStation({ dir, file: newest.file, stationId }, round.fromMs, sha256);
    if (!done.ok) throw new Error(`station ${stationId} is not restored: ${JSON.stringify(done.error)}`);
    restored.add(stationId);
    return true;
  }

  const codeFor = ({ stationId }: Folder): Promise<string> => county.say({ kind: 'CODE', stationId });

  /** Nothing is left of the machine but its old sticks; the new one has nothing but a code of the county. */
  async function replace(folder: Folder, round: Round): Promise<Folder> {
    losses.push(...acknowledged(folder));
    restored.add(folder.stationId);
    rmSync(folder.dir, { recursive: true, force: true });
    const enrolCode = await codeFor(folder);
    return { ...folder, hardwareId: `${folder.hardwareId}-${round.index}`, enrolCode };
  }

  /** Declares a station lost; its folder goes on, and nobody there knows. */
  async function lose({ stationId }: Folder): Promise<boolean> {
    const elseTo = (stationId % plan.stations) + 1;
    // A declaration that a restore of the county undoes is made again by a person who looks what has come of it.
    if (mayForget() || elseTo === stationId || lost.has(elseTo)) return false;
    lost.set(stationId, Number(await county.say({ kind: 'LOST', stationId, elseTo })));
    return true;
  }

  function clone(folder: Folder, round: Round): Folder | null {
    if (restored.has(folder.stationId) || cloned.has(folder.stationId)) return null;
    const name = `${folder.name}-clone${round.index}`;
    const dir = `${folder.dir}-clone${round.index}`;
    cpSync(folder.dir, dir, { recursive: true });
    cloned.add(folder.stationId);
    return { ...folder, name, dir, hardwareId: `thief-${name}` };
  }

  async function giveNewKeys(): Promise<void> {
    const keys = revoked.map(({ dir, stationId }) => {
      // A new key, and the county is met anew: as on a machine that takes another's place.
      for (const name of ['station-key.pem', 'county.json']) rmSync(join(dir, name), { force: true });
      return [stationId, toHex(openKeyFolder(dir).publicKey)] as const;
    });
    revoked = [];
    await county.say({ kind: 'ENROL', keys });
  }

  return {
    losses,
    cloned,
    restored,
    lost,
    strike: async (round, folders) => {
      await giveNewKeys();
      if (round.index === 0) return [];
      const made: Folder[] = [];
      for (const folder of folders) {
        const chance = chanceOf(plan.seed, 'folder', folder.name, round.index);
        const percent = intensity(plan);
        const draws = (name: FaultName, weight = 1): boolean =>
          chance.percent(percent * weight) && hasFault(plan, name);
        const strikes = (name: FaultName, act: () => boolean, weight = 1): boolean => {
          const struck = draws(name, weight) && act();
          if (struck) onFault(name);
          return struck;
        };
        if (lost.has(folder.stationId)) continue; // It is out of all hands.
        if (!cloned.has(folder.stationId) && strikes('newMachine', () => true, SELDOM)) {
          made.push(await replace(folder, round));
          continue;
        }
        const isWhole = !cloned.has(folder.stationId) && !restored.has(folder.stationId);
        if (isWhole && draws('lostStation', SELDOM) && (await lose(folder))) {
          onFault('lostStation');
          continue;
        }
        if (strikes('damagedDisk', () => restore(folder, round, chance, false))) continue;
        if (strikes('lostDisk', () => restore(folder, round, chance, true))) continue;
        strikes('clone', () => {
          const copy = clone(folder, round);
          if (copy !== null) made.push(copy);
          return copy !== null;
        });
        // The copy has the same key: what befalls it is asked of stations without one.
        if (!cloned.has(folder.stationId)) strikes('revokedKey', () => revoked.push(folder) > 0);
      }
      for (const { stationId } of revoked) await county.say({ kind: 'REVOKE', stationId });
      return made;
    },
    end: async (folders) => {
      await giveNewKeys();
      // A county that was restored knows nothing of codes that it gave since its backup.
      const brought = folders.filter(({ enrolCode, stationId }) => enrolCode !== '' && !lost.has(stationId));
      const again: Folder[] = [];
      for (const folder of brought) again.push({ ...folder, enrolCode: await codeFor(folder) });
      return again;
    },
  };
}
