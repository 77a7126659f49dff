/** The log of both shells: one line of JSON on standard error for each entry, without personal data. */
import type { Log } from '../station/dispatch.ts';

function write(level: string, message: string, details: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...details })}\n`);
}

/** Writes to standard error, which a service manager keeps. */
export const consoleLog: Log = {
  warn: (message, details = {}) => write('warn', message, details),
  error: (message, error) => {
    const known = error instanceof Error;
    write('error', message, {
      error: known ? error.message : String(error),
      stack: known ? error.stack : '',
    });
  },
};
