/** Backups that are proven when they are written, and which of them are kept. */
import { readdirSync } from 'node:fs';
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
import { damageEvent, MAX, scene } from './backupScene.ts';
import { HOUR_MS, MORNING_MS, recordDrafts, sha256, signIn } from './support.ts';

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

describe('which backups are kept', () => {
  /** One for each hour of a year and a half. */
  const hourly: BackupFile[] = Array.from({ length: 24 * 550 }, (_, i) => ({
    file: `/b/${i}`,
    name: backupName(MORNING_MS + i * HOUR_MS, 1, i + 1),
    madeMs: MORNING_MS + i * HOUR_MS,
    bytes: 1000,
    incarnation: 1,
    seq: i + 1,
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
