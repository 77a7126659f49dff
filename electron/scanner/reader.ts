/**
 * Finds the scanner, opens it, reads it, and finds it again after it was unplugged. Runs in the scanner's own
 * process. The hardware is behind `HidPort`, so that tests can bring devices and reports of their own.
 */
import { createHidPosParser, guessReportId, type HidPosParser } from '../../domain/scanner/hidPos.ts';
import type { DeviceState } from './protocol.ts';

export interface HidDeviceInfo {
  readonly path?: string | undefined;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}
export interface OpenHidDevice {
  /** `data` has one input report; `error` comes once, when the device is gone or reading failed. */
  listen(on: { readonly data: (report: Uint8Array) => void; readonly error: () => void }): void;
  /** Ends reading, then closes; resolves when no read is pending. Also for a device that is gone. */
  close(): Promise<void>;
}
export interface HidPort {
  devices(): Promise<readonly HidDeviceInfo[]>;
  /** Rejects if it cannot be opened. */
  open(path: string): Promise<OpenHidDevice>;
}

export interface ReaderOptions {
  readonly hid: HidPort;
  readonly onState: (state: DeviceState) => void;
  readonly onScan: (text: string) => void;
  /** A report that could not be used, by its kind; for the log. */
  readonly onBadReport: (problem: string) => void;
  /** Monotonic ms. */
  readonly monoMs: () => number;
  /** Calls back after so many ms; answers how to call it off. */
  readonly setTimer: (delayMs: number, callback: () => void) => () => void;
}
export interface ScannerReader {
  /** Closes the device, if one is open, and looks for none any more. Resolves when no read is pending. */
  close(): Promise<void>;
}

/** HID Point of Sale page, Bar Code Scanner. A scanner may also list a keyboard, which nobody should open. */
const POS_PAGE = 0x8c;
const BARCODE_SCANNER = 0x02;
/** Listing devices is a whole scan of the USB bus, so only while there is none open. */
export const POLL_MS = 3_000;

function stateOf(error: unknown): DeviceState {
  // node-hid throws a TypeError with hidapi's own text (measured: STACK.md, section 7).
  return /permission|denied|EACCES/i.test(String(error)) ? 'NO_PERMISSION' : 'MISSING';
}

/** Begins to look for a scanner at once. */
export function startReader(options: ReaderOptions): ScannerReader {
  const { hid, onState, onScan, onBadReport, monoMs, setTimer } = options;
  let state: DeviceState | undefined;
  let device: OpenHidDevice | undefined;
  let callOff = (): void => undefined;
  let closing = false;
  /** The attempt or the closing under way; each begins when the one before has ended. */
  let work: Promise<void> = Promise.resolve();
  const after = (next: () => Promise<void>): void => void (work = work.then(next));

  const say = (next: DeviceState) => {
    if (next !== state && !closing) onState(next);
    state = next;
  };
  const retry = () => {
    if (!closing) callOff = setTimer(POLL_MS, () => after(attempt));
  };
  const lose = async (lost: OpenHidDevice) => {
    if (device !== lost) return;
    device = undefined;
    say('MISSING');
    await lost.close().catch(() => undefined); // It is gone; there is nothing left to close.
    retry();
  };
  const attempt = async (): Promise<void> => {
    if (closing) return;
    try {
      const listed = await hid.devices();
      const found = listed.find((entry) => entry.usagePage === POS_PAGE && entry.usage === BARCODE_SCANNER);
      const opened = found?.path === undefined ? undefined : await hid.open(found.path);
      if (opened === undefined) say('MISSING');
      else use(opened);
    } catch (error) {
      say(stateOf(error));
    }
    if (device === undefined) retry();
  };
  const use = (opened: OpenHidDevice) => {
    device = opened;
    let parser: HidPosParser | undefined;
    opened.listen({
      data: (report) => {
        const reportId = guessReportId(report);
        // The first report that shows its layout decides; one that does not is none of a scanned code.
        if (reportId !== undefined) parser ??= createHidPosParser({ reportId });
        const result = parser?.push(report, monoMs());
        if (result === undefined || closing) return;
        if (!result.ok) onBadReport(result.error.kind);
        else if (result.value.kind === 'CODE') onScan(result.value.text);
      },
      error: () => after(() => lose(opened)),
    });
    say('READY');
  };

  work = attempt();
  return {
    close: async () => {
      closing = true;
      callOff();
      await work;
      const open = device;
      device = undefined;
      await open?.close().catch(() => undefined); // Closing is all that was left to do with it.
    },
  };
}
