/** Backups that are proven when they are written, and which of them are kept. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  backupFolder,
  backupName,
  backupsToDelete,
  listBackups,
  type BackupFile,
} from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import { DAY_MS } from '../../domain/time.ts';
import { STICK_FOLDER } from '../../domain/wire/stick.ts';
import { smallDisk } from '../harness/smallDisk.ts';
import { tempDir } from './tempDir.ts';
import { canMount, damageEvent, MAX, scene } from './backupScene.ts';
import { HOUR_MS, MORNING_MS, recordDrafts, sha256, signIn, STATION } from './support.ts';

describe('a backup', () => {
  it('is made beside a working station, proven, and not made again while nothing changes', () => {
    const { dir, store, backup, clock } = scene();
    const first = backup();
    expect(first.seq).toBe(store.syncState().recorded);
    expect(
      makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256),
    ).toEqual({
      ok: true,
      value: null,
    });
    recordDrafts(store, [signIn(2)]);
    const second = backup();
    expect(listBackups(backupFolder(dir)).map(({ seq }) => seq)).toEqual([second.seq, first.seq]);
    expect(readdirSync(backupFolder(dir)).filter((name) => name.startsWith('.'))).toEqual([]);
    store.close();
  });

  it('of a damaged journal is not kept, and says which event is wrong', () => {
    const { dir, store, clock } = scene();
    damageEvent(dir, 2);
    const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256);
    expect(made).toMatchObject({ error: { kind: 'BAD_BACKUP' } });
    expect(JSON.stringify(made)).toContain('event 2 of incarnation');
    expect(readdirSync(backupFolder(dir))).toEqual([]);
    store.close();
  });

  it('into a place that cannot be written to is a fault, not a crash', () => {
    const { dir, store } = scene();
    const made = makeBackup(
      { dir, folder: join(databaseFile(dir), 'backups'), nowMs: 0, maxBytes: MAX },
      sha256,
    );
    expect(made).toMatchObject({ ok: false, error: { kind: 'STORE_UNAVAILABLE' } });
    store.close();
  });
});

describe('a folder that is shared', () => {
  const shared = (dir: string, folder: string, clock: { nowMs: () => number }, maxBytes = MAX) =>
    makeBackup({ dir, folder, nowMs: clock.nowMs(), maxBytes }, sha256);
  const names = (folder: string) => listBackups(folder).map(({ name }) => name);

  it('keeps the backups of another machine, though they reach as far or further, and makes its own', () => {
    const folder = tempDir();
    const [one, other] = [scene(), scene()];
    for (const id of [2, 3, 4]) {
      recordDrafts(one.store, [signIn(id)]);
      expect(shared(one.dir, folder, one.clock)).toMatchObject({ ok: true });
      one.clock.wallMs += HOUR_MS;
    }
    const theirs = names(folder);
    expect(theirs).toHaveLength(3);
    // So little room that two of one's own are too many.
    for (const id of [2, 3, 4]) {
      recordDrafts(other.store, [signIn(id)]);
      const made = shared(other.dir, folder, other.clock, 1);
      expect(made).toMatchObject({ ok: true, value: { lineage: { incarnation: other.store.incarnation } } });
      other.clock.wallMs += HOUR_MS;
    }
    const after = names(folder);
    expect(after).toEqual(expect.arrayContaining([...theirs]));
    expect(after).toHaveLength(3 + 2);
    one.store.close();
    other.store.close();
  });

  it('tells by what is in it whose a backup is that an earlier version named', () => {
    const folder = tempDir();
    const [one, other] = [scene(), scene()];
    const old = (made: BackupFile) => join(folder, made.name.replace(/-s\d+-[0-9a-f]{16}/, ''));
    const [mine, theirs] = [one.backup(), other.backup()];
    copyFileSync(mine.file, old(mine));
    expect(listBackups(folder)).toMatchObject([{ seq: mine.seq, lineage: null }]);
    expect(shared(one.dir, folder, one.clock)).toEqual({ ok: true, value: null });
    rmSync(old(mine));
    copyFileSync(theirs.file, old(theirs));
    expect(shared(one.dir, folder, one.clock)).toMatchObject({ ok: true, value: { seq: mine.seq } });
    one.store.close();
    other.store.close();
  });
});

describe('a second place', () => {
  it('that is not there is not made on the disk of the data', () => {
    const { dir, store, clock } = scene();
    const folder = join(tempDir(), 'stick', 'backups');
    const order = { dir, folder, nowMs: clock.nowMs(), maxBytes: MAX, second: true };
    expect(makeBackup(order, sha256)).toEqual({ ok: false, error: { kind: 'ABSENT' } });
    expect(existsSync(folder)).toBe(false);
    // Somebody has said that this very folder is meant.
    mkdirSync(join(folder, STICK_FOLDER), { recursive: true });
    expect(makeBackup(order, sha256)).toMatchObject({ ok: true, value: { seq: store.syncState().recorded } });
    store.close();
  });
  it.skipIf(!canMount)('on another disk counts by itself', () => {
    const { dir, store, clock } = scene();
    const disk = smallDisk(16);
    if (disk === null) throw new Error('no disk');
    try {
      const folder = join(disk.dir, 'backups');
      expect(
        makeBackup({ dir, folder, nowMs: clock.nowMs(), maxBytes: MAX, second: true }, sha256),
      ).toMatchObject({ ok: true, value: { seq: store.syncState().recorded } });
      store.close();
    } finally {
      disk.close();
    }
  });
});

describe('which backups are kept', () => {
  /** One for each hour of a year and a half. */
  const hourly: BackupFile[] = Array.from({ length: 24 * 550 }, (_, i) => ({
    file: `/b/${i}`,
    name: backupName(MORNING_MS + i * HOUR_MS, {
      stationId: STATION,
      ordinal: 1,
      incarnation: '0123456789abcdef',
      seq: i + 1,
    }),
    madeMs: MORNING_MS + i * HOUR_MS,
    bytes: 1000,
    incarnation: 1,
    seq: i + 1,
    lineage: { stationId: STATION, incarnation: '0123456789abcdef' },
  }));
  it('hours of a day, days of two weeks, weeks of two months, months of a year', () => {
    const gone = new Set(backupsToDelete(hourly, Infinity));
    const kept = hourly.filter((backup) => !gone.has(backup));
    expect(kept.length).toBeGreaterThan(45);
    expect(kept.length).toBeLessThanOrEqual(24 + 14 + 8 + 12);
    const lastMs = hourly.at(-1)?.madeMs ?? 0;
    expect(kept.filter(({ madeMs }) => lastMs - madeMs < DAY_MS)).toHaveLength(24);
    expect(lastMs - (kept[0]?.madeMs ?? 0)).toBeGreaterThan(300 * DAY_MS);
  });
  it('as many as fit, the oldest going first, and two in any case', () => {
    const gone = new Set(backupsToDelete(hourly, 10_000));
    expect(hourly.filter((backup) => !gone.has(backup)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, i) => hourly.length - 9 + i),
    );
    expect(hourly.length - backupsToDelete(hourly, 1).length).toBe(2);
  });
  it('by how far they reach and not by a clock that ran ahead', () => {
    const [a, b, c] = [1, 2, 3].map((seq) => ({ ...(hourly[0] as BackupFile), seq, file: String(seq) }));
    const ahead = { ...(a as BackupFile), madeMs: MORNING_MS + 9000 * DAY_MS };
    expect(backupsToDelete([ahead, b as BackupFile, c as BackupFile], 1)).toEqual([ahead]);
  });
});
