/** What the scanner's process does, apart from which hardware it reads. */
import { isClose, MAX_DETAIL, type FromChild } from './protocol.ts';
import { startReader, type HidPort } from './reader.ts';

/** Longer than the station waits before it ends this process itself. */
const HUNG_AFTER_MS = 3_000;

/** The channel to the station, as Node's fork and as Electron's utilityProcess give it. */
interface Channel {
  readonly send: (message: FromChild) => void;
  /** Calls back when the station asks to close or is gone. */
  readonly onClose: (callback: () => void) => void;
}

/** `process.parentPort` of Electron's utilityProcess: its messages come wrapped. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}
function parentPort(): ParentPort | undefined {
  return (process as { readonly parentPort?: ParentPort }).parentPort;
}

function channel(): Channel {
  const port = parentPort();
  if (port !== undefined)
    return {
      send: (message) => port.postMessage(message),
      onClose: (callback) => port.on('message', ({ data }) => isClose(data) && callback()),
    };
  return {
    // The station may be gone between two reports: then `disconnect` ends this process, and nothing is lost.
    send: (message) => process.connected && process.send?.(message, undefined, undefined, () => undefined),
    onClose: (callback) => {
      process.on('message', (message) => isClose(message) && callback());
      process.on('disconnect', callback);
    },
  };
}

/**
 * Reads the scanner until the station asks to close or is gone, then closes the device in order and ends the
 * process. `openHid` brings the hardware; if it rejects, the station is told and the process ends with code 1.
 */
export async function runScannerProcess(openHid: () => Promise<HidPort>): Promise<void> {
  const { send, onClose } = channel();
  // Ctrl-C reaches the whole group of processes; the station decides when the device is closed.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  const end = (code: number) => {
    // Not process.exit at once: the last message would be lost. The channel is all that keeps the process alive.
    process.exitCode = code;
    if (parentPort() !== undefined) setImmediate(() => process.exit());
    else if (process.connected) process.disconnect();
  };
  let hid: HidPort;
  try {
    hid = await openHid();
  } catch (error) {
    send({ kind: 'NO_DRIVER', detail: String(error).slice(0, MAX_DETAIL) });
    end(1);
    return;
  }
  const reader = startReader({
    hid,
    onState: (state) => send({ kind: 'STATE', state }),
    onScan: (text) => send({ kind: 'SCAN', text }),
    onBadReport: (problem) => send({ kind: 'BAD_REPORT', problem }),
    monoMs: () => Math.round(performance.now()),
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  });
  let asked = false;
  onClose(() => {
    if (asked) return;
    asked = true;
    // A driver that hangs must not leave a process behind when the station is gone. The timer keeps nothing alive.
    setTimeout(() => process.exit(1), HUNG_AFTER_MS).unref();
    void reader.close().then(() => {
      send({ kind: 'CLOSED' });
      end(0);
    });
  });
}
