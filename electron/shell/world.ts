/** The real clock, chance, keys and disk, which the station is given and tests replace. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, cpus, hostname, platform, uptime } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import { machineName } from '../../db/machine.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Verify } from '../../domain/cards/verify.ts';
import { sha256, unseal } from '../station/sync/codecs.ts';
import type { Timers } from '../station/types.ts';
import { createBootClock } from './bootClock.ts';

export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sha256: Sha256;
  /** Ed25519. */
  readonly verify: Verify;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly scrypt: (pin: string, salt: Uint8Array) => Promise<Uint8Array>;
  readonly sameBytes: (a: Uint8Array, b: Uint8Array) => boolean;
  readonly freeBytes: (dir: string) => Promise<number>;
  /** Names this machine, so that a database that wakes up on another is noticed. */
  readonly hardwareId: string;
}

function readLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return ''; // Not on this system: the caller has another source.
  }
}

/**
 * Linux names each boot. Elsewhere the minute in which the system came up does; if the clock is set meanwhile, the
 * next start of the program takes it for a new boot, which only means that durations are not bridged.
 */
function nameBoot(): string {
  const named = platform() === 'linux' ? readLine('/proc/sys/kernel/random/boot_id') : '';
  if (named !== '') return named;
  return `up-since-minute-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}

/** Cards and disks that are built in, by the numbers their makers gave them; what hangs on USB comes and goes. */
function partsOnLinux(): readonly string[] {
  const parts: string[] = [];
  const each = (folder: string, part: (path: string) => string): void => {
    let names: readonly string[];
    try {
      names = readdirSync(folder);
    } catch {
      return; // Not on this system.
    }
    for (const name of names) {
      let path: string;
      try {
        path = realpathSync(join(folder, name));
      } catch {
        continue; // Pulled out meanwhile.
      }
      const told = path.includes('/virtual/') || path.includes('/usb') ? '' : part(path);
      if (told !== '') parts.push(told.replace(/[\s,|]+/g, '-'));
    }
  };
  each('/sys/class/net', (path) =>
    // 0: the card's own address, and none that was made up for it.
    readLine(join(path, 'addr_assign_type')) === '0' ? readLine(join(path, 'address')) : '',
  );
  each(
    '/sys/block',
    (path) =>
      readLine(join(path, 'wwid')) ||
      readLine(join(path, 'device', 'wwid')) ||
      readLine(join(path, 'device', 'serial')),
  );
  return parts.filter((part) => !/^(00:)+00$/.test(part));
}

function nameMachine(): string {
  const onLinux = platform() === 'linux' ? readLine('/etc/machine-id') : '';
  if (onLinux !== '') return machineName(onLinux, partsOnLinux());
  if (platform() === 'win32') {
    try {
      const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
      const told = execFileSync(
        join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe'),
        ['query', key, '/v', 'MachineGuid'],
        { encoding: 'utf8', windowsHide: true },
      );
      const guid = /[0-9a-f-]{36}/i.exec(told);
      if (guid !== null) return guid[0];
    } catch {
      // The registry is closed to this account: the names below are the next best.
    }
  }
  return [hostname(), platform(), arch(), cpus()[0]?.model ?? ''].join(' ');
}

export function systemClock(): Clock {
  const boot = nameBoot();
  return {
    nowMs: () => Date.now(),
    // hrtime counts from the boot of the system (CLOCK_MONOTONIC, QueryPerformanceCounter), not of the process.
    monoMs: createBootClock({
      hrtimeMs: () => Number(process.hrtime.bigint() / 1_000_000n),
      // Elsewhere hrtime itself goes on while the machine sleeps, or nothing better can be had.
      uptimeMs: () => (platform() === 'linux' ? uptime() * 1000 : 0),
      wallMs: () => Date.now(),
    }),
    osBoot: () => boot,
  };
}

/** The world as it is. */
export function realWorld(): World {
  return {
    clock: systemClock(),
    timers: {
      set: (action, afterMs) => setTimeout(action, afterMs),
      clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
    sha256,
    verify: unseal.verify,
    randomBytes: (length) => randomBytes(length),
    scrypt: (pin, salt) =>
      new Promise((done, reject) => {
        scrypt(pin, salt, 32, { N: 16_384, r: 8, p: 1 }, (error, key) => {
          if (error === null) done(key);
          else reject(error);
        });
      }),
    sameBytes: (a, b) => a.length === b.length && timingSafeEqual(a, b),
    freeBytes: async (dir) => {
      const { bavail, bsize } = await statfs(dir);
      return bavail * bsize;
    },
    hardwareId: nameMachine(),
  };
}
