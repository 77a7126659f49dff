/** What is said while a run goes on: where it stands, every few seconds, out of the record that its hosts write. */
import { DAY_MS } from '../../domain/time.ts';
import { BEGIN_MS, type Plan } from './plan.ts';
import { readRecord } from './record.ts';

/** A line at least so often, ms of real time. */
const EVERY_MS = 15_000;

export interface Progress {
  /** Says a line now. */
  readonly say: () => void;
  /** Says what is done from now on, and repeats it. */
  readonly goOnTo: (what: string) => void;
  /** A fault that stands in no record. */
  readonly struck: () => void;
  readonly stop: () => void;
}

/** `tell` is given each line. Nothing of the run depends on what is read here. */
export function startProgress(
  { plan, recordFile }: { readonly plan: Plan; readonly recordFile: string },
  tell: (line: string) => void,
): Progress {
  const recorded = new Map<string, number>();
  let read = 0;
  let events = 0;
  let faults = 0;
  let latestMs = BEGIN_MS;
  let doing = '';
  let told = { events: 0, atMs: performance.now() };

  function readOn(): void {
    const { lines, end } = readRecord(recordFile, read);
    read = end;
    for (const line of lines) {
      if (line.kind === 'FAULT') faults += 1;
      if (line.kind !== 'AT') continue;
      latestMs = Math.max(latestMs, line.trueMs);
      const before = recorded.get(line.folder) ?? 0;
      // A journal that begins anew counts from its beginning.
      events += line.recorded < before ? line.recorded : line.recorded - before;
      recorded.set(line.folder, line.recorded);
    }
  }
  function say(): void {
    readOn();
    const nowMs = performance.now();
    const rate = Math.round((1000 * (events - told.events)) / Math.max(1, nowMs - told.atMs));
    told = { events, atMs: nowMs };
    const day = Math.min(plan.days, Math.ceil((latestMs - BEGIN_MS) / DAY_MS));
    const where = `day ${day} of ${plan.days}, ${events} events, ${faults} faults, ${rate} events/s`;
    tell(doing === '' ? where : `${where}; ${doing}`);
  }
  const timer = setInterval(say, EVERY_MS);
  timer.unref();
  return {
    say,
    goOnTo: (what) => {
      doing = what;
      say();
    },
    struck: () => {
      faults += 1;
    },
    stop: () => clearInterval(timer),
  };
}
