/** When a start begins a new incarnation: a database put back by hand, a copied folder, another machine. */
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isSameMachine, machineName } from '../../db/machine.ts';
import { databaseFile } from '../../db/open.ts';
import { isElsewhere } from '../../db/place.ts';
import { smallDisk } from '../harness/smallDisk.ts';
import { acknowledge, canMount, scene } from './backupScene.ts';
import { open, recordDrafts, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

describe('a database that was put back by hand', () => {
  it('begins a new incarnation, on the same machine too', () => {
    const { dir, store, clock } = scene();
    store.close();
    const copy = join(tempDir(), 'copy.db');
    copyFileSync(databaseFile(dir), copy);
    const later = open(dir, clock);
    const { incarnation } = later;
    later.close();
    copyFileSync(copy, databaseFile(dir));
    const again = open(dir, clock);
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.incarnation).not.toBe(incarnation);
    again.close();
  });

  it('begins a new one out of a backup of the very run, though nothing was closed since', () => {
    const { dir, store, backup, clock } = scene();
    const made = backup();
    const { incarnation } = store;
    recordDrafts(store, [signIn(2)]);
    store.close();
    // As if the power had gone: the mark says no more than it did before.
    rmSync(join(dir, 'last-start.json'));
    copyFileSync(made.file, databaseFile(dir));
    const again = open(dir, clock);
    expect(again.incarnationReason).toBe('RESTORED');
    expect(again.incarnation).not.toBe(incarnation);
    expect(again.standing()).toBe('AWAITING_RETURN');
    again.close();
  });

  it('begins a new one out of a copy from before the last acknowledgement or the end', () => {
    const { dir, store, clock } = scene();
    const early = join(tempDir(), 'early.db');
    const copyNow = (): void => {
      const db = new Database(databaseFile(dir), { readonly: true });
      db.prepare('VACUUM INTO ?').run(early);
      db.close();
    };
    copyNow();
    recordDrafts(store, [signIn(2)]);
    acknowledge(dir, store, store.syncState().recorded);
    const mark = readFileSync(join(dir, 'last-start.json'), 'utf8');
    store.close();
    writeFileSync(join(dir, 'last-start.json'), mark);
    copyFileSync(early, databaseFile(dir));
    const again = open(dir, clock);
    expect(again.incarnationReason).toBe('RESTORED');
    rmSync(early);
    copyNow();
    recordDrafts(again, [signIn(3)]);
    again.close();
    copyFileSync(early, databaseFile(dir));
    const third = open(dir, clock);
    expect(third.incarnationReason).toBe('RESTORED');
    third.close();
  });
});

describe('a folder that was copied', () => {
  it.skipIf(!canMount)('begins a new incarnation beside its original, which goes on', () => {
    const disk = smallDisk(16);
    if (disk === null) throw new Error('no disk');
    try {
      const clock = new TestClock();
      const [dir, copy] = [join(disk.dir, 'station'), join(disk.dir, 'copy')];
      const first = open(dir, clock);
      first.close();
      cpSync(dir, copy, { recursive: true, preserveTimestamps: true });
      const original = open(dir, clock);
      const other = open(copy, clock);
      expect([original.incarnationReason, other.incarnationReason]).toEqual(['CONTINUED', 'OTHER_MACHINE']);
      expect(other.incarnation).not.toBe(original.incarnation);
      other.close();
      original.close();
      const again = open(copy, clock);
      expect(again.incarnationReason).toBe('CONTINUED');
      again.close();
    } finally {
      disk.close();
    }
  });

  it.each([
    ['the same', {}, false],
    ['numbered anew at each mount, as by FAT', { inode: '8' }, false],
    ['whose file system forgot the birth', { bornNs: '6' }, false],
    ['another one', { inode: '8', bornNs: '6' }, true],
    ['another one where no births are known', { inode: '8', bornNs: '0' }, true],
    ['numbered anew where no births are known', { inode: '8', bornNs: '0', keepsInodes: false }, false],
  ])('is told from one that is %s', (_, change, expected) => {
    const place = { inode: '7', bornNs: '5', keepsInodes: true };
    expect(isElsewhere(place, { ...place, ...change })).toBe(expected);
  });
});

describe('a machine', () => {
  it.each([
    ['id', 'id', true],
    ['id', 'other', false],
    ['', 'id', false],
    ['id', machineName('id', ['disk-1', 'card-1']), true],
    [machineName('id', ['disk-1', 'card-1']), machineName('id', ['disk-1', 'card-2']), true],
    // Two that were set up from one golden image.
    [machineName('id', ['disk-1', 'card-1']), machineName('id', ['disk-2', 'card-2']), false],
  ])('%j then and %j now: the same is %s', (then, now, expected) => {
    expect(isSameMachine(then, now)).toBe(expected);
  });
});
