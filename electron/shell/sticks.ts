/** Finds the USB sticks that are in. Thin: what is found is only a folder, and everything else happens above. */
import { access, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { STICK_FOLDER } from '../../domain/wire/stick.ts';

export interface FinderOptions {
  /** The folder of the settings; empty: sticks are looked for. */
  readonly stickDir: string;
  /** The station's own data is on no stick, even where it runs from one. */
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false; // Absent, or closed to us: no stick to work with either way.
  }
}

/**
 * A folder that the settings name is there with the stick or without it. It counts when it lies on another disk than
 * the station's data, or when somebody has put the courier's folder into it.
 */
async function configured({ stickDir, dataDir }: FinderOptions): Promise<readonly string[]> {
  try {
    const [stick, data] = await Promise.all([stat(stickDir), stat(dataDir)]);
    const counts = stick.dev !== data.dev || (await isThere(join(stickDir, STICK_FOLDER)));
    return counts ? [stickDir] : [];
  } catch {
    return []; // Pulled out.
  }
}

export interface Mount {
  /** `8:17`. */
  readonly device: string;
  readonly folder: string;
}

/** Mounts of block devices in the text of /proc/self/mountinfo; discs are none that could be written. */
export function readMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [own = '', rest = ''] = line.split(' - ');
    const [, , device = '', , folder = ''] = own.split(' ');
    const [type = '', source = ''] = rest.split(' ');
    if (!source.startsWith('/dev/') || ['iso9660', 'udf', 'squashfs'].includes(type)) return [];
    // The kernel writes blanks and the like as octal numbers.
    const plain = Buffer.from(
      folder.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
      'utf8',
    ).toString('utf8');
    return [{ device, folder: plain }];
  });
}

/** Whether a block device can be pulled out: the kernel says so, or it hangs on USB. */
async function isRemovable(device: string): Promise<boolean> {
  try {
    const path = await realpath(`/sys/dev/block/${device}`);
    if (path.includes('/usb')) return true;
    // A partition has its disk above it.
    for (const file of [join(path, 'removable'), join(path, '..', 'removable')])
      if ((await readFile(file, 'utf8').catch(() => '')).trim() === '1') return true;
    return false;
  } catch {
    return false; // No such device any more.
  }
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

async function onLinux({ dataDir }: FinderOptions): Promise<readonly string[]> {
  const mounts = readMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  const removable = await Promise.all(
    mounts.map(async ({ device, folder }) => !holds(folder, dataDir) && (await isRemovable(device))),
  );
  return mounts.filter((_, i) => removable[i]).map(({ folder }) => folder);
}

/** Windows tells no more than letters without a program of its own: the courier's folder makes a drive a stick. */
async function onWindows({ dataDir }: FinderOptions): Promise<readonly string[]> {
  const drives = Array.from('DEFGHIJKLMNOPQRSTUVWXYZ').map((letter) => `${letter}:\\`);
  const found = await Promise.all(
    drives.map(
      async (drive) =>
        !holds(drive, dataDir.slice(0, 1).toUpperCase() + dataDir.slice(1)) &&
        (await isThere(join(drive, STICK_FOLDER))),
    ),
  );
  return drives.filter((_, i) => found[i]);
}

/** What answers the folders of the sticks that are in, those that know us first. */
export function stickFinder(options: FinderOptions): () => Promise<readonly string[]> {
  return async () => {
    if (options.stickDir !== '') return configured(options);
    const folders =
      options.platform === 'linux'
        ? await onLinux(options)
        : options.platform === 'win32'
          ? await onWindows(options)
          : [];
    const known = await Promise.all(folders.map((folder) => isThere(join(folder, STICK_FOLDER))));
    return [...folders.filter((_, i) => known[i]), ...folders.filter((_, i) => !known[i])];
  };
}
