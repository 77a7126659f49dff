/**
 * Input reports of a bar-code scanner in HID POS mode (USB-IF, HID Point of Sale Usage Tables 1.02, usage page
 * 0x8C, usage 0x02). The usual report, as manuals of such scanners print it (STACK.md, section 2):
 *
 *     0       report id, 2 (absent where the descriptor names no ids)
 *     1       how many bytes of data this report holds, 0 to 56
 *     2..4    AIM symbology identifier, such as ]Q1 for a QR code
 *     5..60   data
 *     61, 62  further symbology, reserved
 *     63      bit 0: the code goes on in the next report
 *
 * A card's code takes three such reports. The kernel may drop reports of a burst without a word (STACK.md,
 * section 7), so what comes out of here is complete only as far as anybody can see: the card's own check bytes
 * decide. No bytes whatever make this throw.
 */
import { err, ok, type Result } from '../result.ts';

const AIM_BYTES = 3;
const DATA_BYTES = 56;
/** From the length byte to the byte with the continued bit, both included. */
const REPORT_BYTES = 63;
/** Longest code taken together from several reports. */
export const MAX_CODE_BYTES = 4096;
/** Reports of one code follow each other within milliseconds; after this long the rest will not come any more. */
export const REASSEMBLY_TIMEOUT_MS = 300;

export interface HidPosOptions {
  /** The report id that stands in byte 0; null where reports come without one. */
  readonly reportId: number | null;
}

export type HidPosOutcome =
  /** A whole code. `text` has one character per byte; `symbology` is the AIM identifier, such as `]Q1`. */
  | { readonly kind: 'CODE'; readonly text: string; readonly symbology: string }
  /** A part of a code; more is to come. */
  | { readonly kind: 'PART' }
  /** Nothing to do with a code: another report id, or no data. */
  | { readonly kind: 'NOTHING' };

export type HidPosProblem =
  /** The report is shorter than the layout above. */
  | { readonly kind: 'SHORT_REPORT'; readonly length: number }
  /** The length byte claims more than a report can hold. */
  | { readonly kind: 'BAD_LENGTH'; readonly claimed: number }
  /** The parts together exceed MAX_CODE_BYTES. */
  | { readonly kind: 'TOO_LONG' }
  /** The rest of a code that was given up for one of the reasons above. */
  | { readonly kind: 'REST_OF_BROKEN' };

export interface HidPosParser {
  /**
   * Takes one input report as the driver delivered it. `monoMs` is a monotonic time in ms.
   * An unfinished code older than REASSEMBLY_TIMEOUT_MS is forgotten first.
   */
  push(report: Uint8Array, monoMs: number): Result<HidPosOutcome, HidPosProblem>;
  /** Forgets an unfinished code, as after an unplugging. */
  reset(): void;
}

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/**
 * Where the reports of a device have their id, told from a report with data by the `]` of its AIM identifier:
 * the report id, null for a device whose reports come without one, undefined if the report does not tell.
 */
export function guessReportId(report: Uint8Array): number | null | undefined {
  const bracket = ']'.charCodeAt(0);
  // The length byte is at most 56, so it is not taken for the bracket (93).
  if (report[1] === bracket) return null;
  return report[2] === bracket ? report[0] : undefined;
}

/** A parser for the reports of one device. */
export function createHidPosParser({ reportId }: HidPosOptions): HidPosParser {
  const start = reportId === null ? 0 : 1;
  let text = '';
  let symbology = '';
  /** True from the first part of a code until its last. */
  let open = false;
  /** The code under way is spoilt: its remaining parts are skipped, or they would pass for a code of their own. */
  let broken = false;
  let lastMs = 0;

  const reset = () => {
    text = '';
    symbology = '';
    open = false;
    broken = false;
  };
  /** Gives up the code under way; its rest is skipped if there is one. */
  const giveUp = (problem: HidPosProblem, more: boolean) => {
    reset();
    broken = more;
    return err(problem);
  };

  const push: HidPosParser['push'] = (report, monoMs) => {
    if ((open || broken) && monoMs - lastMs > REASSEMBLY_TIMEOUT_MS) reset();
    if (reportId !== null && report.length > 0 && report[0] !== reportId) return ok({ kind: 'NOTHING' });
    lastMs = monoMs;
    if (report.length < start + REPORT_BYTES)
      return giveUp({ kind: 'SHORT_REPORT', length: report.length }, open || broken);
    const length = report[start] ?? 0;
    const more = ((report[start + REPORT_BYTES - 1] ?? 0) & 1) === 1;
    if (length > DATA_BYTES) return giveUp({ kind: 'BAD_LENGTH', claimed: length }, more);
    if (broken) {
      broken = more;
      return err({ kind: 'REST_OF_BROKEN' });
    }
    const dataStart = start + 1 + AIM_BYTES;
    if (!open) symbology = latin1(report.subarray(start + 1, dataStart));
    if (text.length + length > MAX_CODE_BYTES) return giveUp({ kind: 'TOO_LONG' }, more);
    text += latin1(report.subarray(dataStart, dataStart + length));
    open = more;
    if (more) return ok({ kind: 'PART' });
    const whole = { kind: 'CODE', text, symbology } as const;
    reset();
    return ok(whole.text === '' ? { kind: 'NOTHING' } : whole);
  };
  return { push, reset };
}
