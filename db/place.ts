/**
 * Tells a folder from its copy on the same machine. Both hold the same names and the same journal, and two that go on
 * under one incarnation would give one number to two facts.
 */
import { statfsSync, statSync } from 'node:fs';

export interface Place {
  readonly inode: string;
  /** When the file system made the folder, ns; '0' where it does not know. */
  readonly bornNs: string;
  /** Whether the file system keeps its inode numbers over a restart of the machine. */
  readonly keepsInodes: boolean;
}

/** ext2 to 4, XFS, Btrfs, F2FS, tmpfs. FAT, exFAT and FUSE make their numbers up at each mount. */
const KEEPS_INODES = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994]);

/** Where a folder lies. The device has no part in it: its number may be another at each start. */
export function placeOf(dir: string): Place {
  const { ino, birthtimeNs } = statSync(dir, { bigint: true });
  return {
    inode: String(ino),
    bornNs: String(birthtimeNs),
    keepsInodes: process.platform === 'win32' || KEEPS_INODES.has(statfsSync(dir).type),
  };
}

/**
 * Whether a folder that remembers `then` is another one than it was. Inode and birth must both differ, so that neither
 * a file system that numbers anew nor one that loses times makes a copy out of a plain restart. A copy taken for the
 * original is as it was before this check; an original taken for a copy (unpacked from an archive, moved to another
 * disk) begins a new incarnation: nothing is lost, and until the county has said that it holds no more people sign in
 * and are given points, and nothing is exchanged.
 */
export function isElsewhere(then: Place, now: Place): boolean {
  if (then.inode === now.inode) return false;
  if (then.bornNs !== '0' && now.bornNs !== '0') return then.bornNs !== now.bornNs;
  return then.keepsInodes && now.keepsInodes;
}
