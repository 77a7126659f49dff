import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMounts, stickFinder } from '../../../electron/shell/sticks.ts';
import { smallDisk } from '../../harness/smallDisk.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sticks-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('mounts of disks are read as the kernel writes them, with blanks and Chinese in their names', () => {
  const text = [
    '22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw',
    '90 22 0:21 / /proc rw - proc proc rw',
    '301 22 8:17 / /media/user/MY\\040STICK rw,nosuid shared:5 - vfat /dev/sdb1 rw,fmask=0022',
    '302 22 8:33 / /media/user/村 rw - exfat /dev/sdc1 rw',
    '303 22 11:0 / /media/cdrom ro - iso9660 /dev/sr0 ro',
    '',
  ].join('\n');
  expect(readMounts(text)).toEqual([
    { device: '8:2', folder: '/' },
    { device: '8:17', folder: '/media/user/MY STICK' },
    { device: '8:33', folder: '/media/user/村' },
  ]);
});

test('the folder of the settings counts only while a stick is behind it', async () => {
  const stickDir = join(dir, 'stick');
  const find = stickFinder({ stickDir, dataDir: dir, platform: 'linux' });
  expect(await find()).toEqual([]);
  // An empty place on the station's own disk: a bundle in there would go nowhere.
  mkdirSync(stickDir);
  expect(await find()).toEqual([]);
  mkdirSync(join(stickDir, 'village-station'));
  expect(await find()).toEqual([stickDir]);
  const disk = smallDisk(1);
  if (disk !== null) {
    expect(await stickFinder({ stickDir: disk.dir, dataDir: dir, platform: 'linux' })()).toEqual([disk.dir]);
    disk.close();
  }
});

test.runIf(process.platform === 'linux')('the disks of this machine are no sticks', async () => {
  const found = await stickFinder({ stickDir: '', dataDir: dir, platform: 'linux' })();
  expect(found).not.toContain('/');
  expect(found.some((folder) => dir.startsWith(`${folder}/`))).toBe(false);
});
