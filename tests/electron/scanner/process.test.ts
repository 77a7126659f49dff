import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forkScannerProcess } from '../../../electron/scanner/spawn.ts';
import { createScannerSupervisor } from '../../../electron/scanner/supervisor.ts';

const FIXTURE = fileURLToPath(new URL('fixtureProcess.ts', import.meta.url));
const REAL = fileURLToPath(new URL('../../../electron/scanner/process.ts', import.meta.url));

/** Values as they come, and a promise for the next one. */
function stream<T>() {
  const waiting: ((value: T) => void)[] = [];
  const values: T[] = [];
  return {
    push: (value: T) => {
      const next = waiting.shift();
      if (next === undefined) values.push(value);
      else next(value);
    },
    next: () =>
      new Promise<T>((resolve) => {
        const value = values.shift();
        if (value === undefined) waiting.push(resolve);
        else resolve(value);
      }),
  };
}
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH: no such process.
  }
};

describe('the scanner in a process of its own', () => {
  it('is started again when it is killed with -9, scans on, and is gone after closing', async () => {
    const scans = stream<string>();
    const states = stream<string>();
    const supervisor = createScannerSupervisor({
      spawn: () => forkScannerProcess(FIXTURE),
      onScan: scans.push,
      onState: states.push,
      clock: { monoMs: () => Math.round(performance.now()) },
      setTimer: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
    const pids: number[] = [];
    for (let i = 0; i < 2; i++) {
      expect(await states.next()).toBe('READY');
      const pid = Number(/^process (\d+) \.+$/.exec(await scans.next())?.[1]);
      expect(pids).not.toContain(pid);
      pids.push(pid);
      if (i === 0) {
        process.kill(pid, 'SIGKILL');
        expect(await states.next()).toBe('MISSING');
      }
    }
    await supervisor.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it('loads node-hid, closes when asked, and ends well', async () => {
    const child = fork(REAL, { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const messages: unknown[] = [];
    const spoke = new Promise<void>((resolve) => {
      child.on('message', (message) => {
        messages.push(message);
        resolve();
      });
    });
    await spoke; // MISSING here, or whatever scanner this machine has.
    child.send({ kind: 'CLOSE' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(messages.at(-1)).toEqual({ kind: 'CLOSED' });
    expect(messages[0]).toMatchObject({ kind: 'STATE' });
  });

  it('ends by itself when the station is gone', async () => {
    const child = fork(FIXTURE, { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('counts a process that cannot be started as one that ended', async () => {
    const ended = stream<string>();
    forkScannerProcess('/nowhere/at/all.js').onExit(() => ended.push('ended'));
    expect(await ended.next()).toBe('ended');
  });
});
