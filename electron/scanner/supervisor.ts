/** Keeps the scanner's process alive, and hands on what it reads. */
import { parseFromChild, type DeviceState, type ToChild } from './protocol.ts';

/** A process as the supervisor sees it; see spawn.ts for how Node's and Electron's become one. */
export interface ChildLike {
  send(message: ToChild): void;
  onMessage(callback: (message: unknown) => void): void;
  /** Called once, when the process has ended or could not be started. */
  onExit(callback: () => void): void;
  /** Ends it at once. */
  kill(): void;
}

export interface SupervisorOptions {
  /** Starts the scanner's process. */
  readonly spawn: () => ChildLike;
  /** What was read, as it was read: nobody has judged it. */
  readonly onScan: (text: string) => void;
  /** Called on each change, from MISSING before the first. */
  readonly onState: (state: DeviceState) => void;
  /** For the log: a report that could not be used, a message that is none, or the end of the process. */
  readonly onTrouble?: (what: string) => void;
  readonly clock: { monoMs(): number };
  /** Calls back after so many ms; answers how to call it off. */
  readonly setTimer: (delayMs: number, callback: () => void) => () => void;
}
export interface ScannerSupervisor {
  readonly state: () => DeviceState;
  /** Closes the device in order and ends the process; resolves when it has ended. May be called again. */
  close(): Promise<void>;
}

const FIRST_RESPAWN_MS = 500;
const LAST_RESPAWN_MS = 30_000;
/** A process that lived this long was well: the next respawn is quick again. */
const WELL_AFTER_MS = 60_000;
/** A process that does not close in this time is ended. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Starts the scanner's process, and again whenever it ends, after a pause that doubles from 0.5 s to 30 s. */
export function createScannerSupervisor(options: SupervisorOptions): ScannerSupervisor {
  const { spawn, onScan, onState, onTrouble, clock, setTimer } = options;
  let state: DeviceState = 'MISSING';
  let child: ChildLike | undefined;
  let respawnMs = FIRST_RESPAWN_MS;
  let callOffRespawn = (): void => undefined;
  let closing: Promise<void> | undefined;
  let ended = (): void => undefined;

  const say = (next: DeviceState) => {
    if (next === state) return;
    state = next;
    onState(next);
  };

  const receive = (message: unknown) => {
    const parsed = parseFromChild(message);
    if (parsed === undefined) onTrouble?.('scanner process sent a message that is none');
    else if (parsed.kind === 'STATE') say(parsed.state);
    else if (parsed.kind === 'BAD_REPORT') onTrouble?.(`scanner report not used: ${parsed.problem}`);
    else if (parsed.kind === 'NO_DRIVER') onTrouble?.(`scanner driver not loaded: ${parsed.detail}`);
    else if (parsed.kind === 'SCAN' && closing === undefined) onScan(parsed.text);
  };

  const start = () => {
    const startedMs = clock.monoMs();
    const current = spawn();
    child = current;
    current.onMessage((message) => {
      if (child === current) receive(message);
    });
    current.onExit(() => {
      if (child !== current) return;
      child = undefined;
      if (closing !== undefined) {
        ended();
        return;
      }
      say('MISSING');
      if (clock.monoMs() - startedMs >= WELL_AFTER_MS) respawnMs = FIRST_RESPAWN_MS;
      onTrouble?.(`scanner process ended, next start in ${respawnMs} ms`);
      callOffRespawn = setTimer(respawnMs, start);
      respawnMs = Math.min(respawnMs * 2, LAST_RESPAWN_MS);
    });
  };

  const close = async (): Promise<void> => {
    callOffRespawn();
    const open = child;
    if (open === undefined) return;
    const whenEnded = new Promise<void>((resolve) => (ended = resolve));
    open.send({ kind: 'CLOSE' });
    const callOff = setTimer(CLOSE_TIMEOUT_MS, () => open.kill());
    await whenEnded;
    callOff();
  };

  start();
  return { state: () => state, close: () => (closing ??= close()) };
}
