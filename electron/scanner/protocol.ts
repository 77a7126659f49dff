/** What the scanner's process and the station say to each other. Plain values, so any channel can carry them. */
import * as v from 'valibot';

/** NO_PERMISSION: the scanner is there, but this user may not open it (on Linux: the udev rule is missing). */
export type DeviceState = 'READY' | 'MISSING' | 'NO_PERMISSION';

/** Longest text of an error that is handed on. */
export const MAX_DETAIL = 300;

const fromChildSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('STATE'), state: v.picklist(['READY', 'MISSING', 'NO_PERMISSION']) }),
  v.strictObject({ kind: v.literal('SCAN'), text: v.pipe(v.string(), v.maxLength(4096)) }),
  /** A report that could not be used; `problem` is a kind of domain/scanner/hidPos. For the log. */
  v.strictObject({ kind: v.literal('BAD_REPORT'), problem: v.string() }),
  /** node-hid could not be loaded; the process ends now. For the log. */
  v.strictObject({ kind: v.literal('NO_DRIVER'), detail: v.pipe(v.string(), v.maxLength(MAX_DETAIL)) }),
  /** The device is closed and no read is pending: the process ends now. */
  v.strictObject({ kind: v.literal('CLOSED') }),
]);
export type FromChild = v.InferOutput<typeof fromChildSchema>;

/** Asks the process to close the device and to end. */
export interface ToChild {
  readonly kind: 'CLOSE';
}

/** The message, if it is one of the scanner's process; undefined for anything else. */
export function parseFromChild(message: unknown): FromChild | undefined {
  const parsed = v.safeParse(fromChildSchema, message);
  return parsed.success ? parsed.output : undefined;
}

/** Whether the message asks the process to close. */
export function isClose(message: unknown): message is ToChild {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'CLOSE';
}
