/** The two ways of having a process of one's own: Node's fork and Electron's utilityProcess. */
import { fork } from 'node:child_process';
import type { ChildLike } from './supervisor.ts';

/**
 * Starts the scanner's process under plain Node. `entry` is the path of electron/scanner/process.ts, or of what it
 * was built to. A process that cannot be started counts as one that ended at once.
 */
export function forkScannerProcess(entry: string): ChildLike {
  const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  let gone = false;
  return {
    // It may be gone just now: then onExit says so, and the message has no use.
    send: (message) => child.connected && child.send(message, () => undefined),
    onMessage: (callback) => child.on('message', callback),
    onExit: (callback) => {
      const once = () => {
        if (!gone) callback();
        gone = true;
      };
      child.once('exit', once);
      child.on('error', once);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** What is used of Electron's `UtilityProcess`; named here because only the Electron shell may import electron. */
export interface UtilityProcessLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
  kill(): boolean;
}

/** The same for a process that `utilityProcess.fork(entry)` started. */
export function fromUtilityProcess(child: UtilityProcessLike): ChildLike {
  return {
    send: (message) => child.postMessage(message),
    onMessage: (callback) => child.on('message', callback),
    onExit: (callback) => child.once('exit', callback),
    kill: () => child.kill(),
  };
}
