/** Says at the terminal how far a long work is: one line that is written anew, or a few lines where it is no terminal. */
import { performance } from 'node:perf_hooks';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}
export interface ProgressLine {
  readonly tell: (done: number, total: number) => void;
  /** Takes the line away again, so that what follows stands alone. */
  readonly end: () => void;
}

/** A terminal's line is written anew this often; a log gets a line for each of so many parts. */
const REWRITE_MS = 200;
const PARTS = 4;
/** Before this nobody has begun to wonder. */
const SILENT_MS = 1_000;

export function progressLine(
  what: string,
  output: ProgressOutput = process.stderr,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  const begunMs = nowMs();
  let writtenMs = -Infinity;
  let part = 0;
  let open = false;
  const text = (done: number, total: number): string =>
    `${what}: ${done} of ${total} events, ${Math.floor((100 * done) / Math.max(1, total))} %`;
  return {
    tell: (done, total) => {
      const now = nowMs();
      const reached = Math.floor((PARTS * done) / Math.max(1, total));
      if (now - begunMs < SILENT_MS) {
        part = reached;
        return;
      }
      if (output.isTTY === true) {
        if (now - writtenMs < REWRITE_MS && done < total) return;
        writtenMs = now;
        open = true;
        output.write(`\r\u001b[K${text(done, total)}`);
      } else if (reached > part) {
        part = reached;
        output.write(`${text(done, total)}\n`);
      }
    },
    end: () => {
      if (open) output.write('\r\u001b[K');
      open = false;
    },
  };
}
