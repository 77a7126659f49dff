/** What writing to a stick and reading from it share. */
import { join } from 'node:path';
import type { Store } from '../../../db/types.ts';
import { FROM_COUNTY, STICK_FOLDER, TO_COUNTY } from '../../../domain/wire/stick.ts';
import { versionFor, WIRE, type WireRange } from '../../../domain/wire/version.ts';
import type { StickProblem } from '../../contract/stickViews.ts';
import type { SyncDesk } from '../sync/desk.ts';
import type { KeyFolder } from '../sync/keyFolder.ts';
import type { RoomBytes } from '../sync/returns.ts';

export interface StickTools {
  readonly store: Store;
  readonly desk: SyncDesk;
  readonly keys: KeyFolder;
  readonly nowMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly appVersion: string;
  readonly roomBytes?: RoomBytes;
  /** Versions of the wire; tests play an older or a newer station. */
  readonly wire?: WireRange;
}

export const wireOf = ({ wire = WIRE }: StickTools): WireRange => wire;
/** The version in which a bundle is written: the newest that the county is known to read. */
export const versionOf = (tools: StickTools): number => versionFor(wireOf(tools), tools.keys.wire());

export const toCounty = (root: string) => join(root, STICK_FOLDER, TO_COUNTY);
export const fromCounty = (root: string) => join(root, STICK_FOLDER, FROM_COUNTY);

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const PROBLEMS: Readonly<Partial<Record<string, StickProblem>>> = {
  ENOSPC: 'FULL',
  EDQUOT: 'FULL',
  EROFS: 'READ_ONLY',
  EACCES: 'READ_ONLY',
  EPERM: 'READ_ONLY',
  EFBIG: 'WRONG_FORMAT',
  EINVAL: 'WRONG_FORMAT',
  EILSEQ: 'WRONG_FORMAT',
  ENAMETOOLONG: 'WRONG_FORMAT',
  ENOTSUP: 'WRONG_FORMAT',
  // Something else where a folder of ours should be.
  ENOTDIR: 'WRONG_FORMAT',
  ELOOP: 'WRONG_FORMAT',
  ENOENT: 'PULLED_OUT',
  ENODEV: 'PULLED_OUT',
  ENXIO: 'PULLED_OUT',
  ENOTCONN: 'PULLED_OUT',
};

/** What an error of the file system means of a stick; undefined if it is none of a file system. */
export function problemOf(error: unknown): StickProblem | undefined {
  const code = codeOf(error);
  return /^E[A-Z0-9]+$/.test(code) ? (PROBLEMS[code] ?? 'BROKEN') : undefined;
}
