/**
 * Waits for sticks while a pairing is on its way: takes the county's answer from one that brings it, and writes the
 * enrolment onto any other.
 */
import type { PairingStick } from '../contract/pairingViews.ts';
import type { Log } from '../station/dispatch.ts';
import { clearPairing, readPairingAnswer, writeEnrolment, type Brought } from '../station/stick/pairing.ts';
import { problemOf } from '../station/stick/tools.ts';
import { openKeyFolder } from '../station/sync/keyFolder.ts';
import { keepPending, type PendingPairing } from './pendingPairing.ts';
import { keepPairing, type Settings } from './settings.ts';
import type { World } from './world.ts';

export interface StickPairingOptions {
  readonly settings: Settings;
  readonly world: World;
  readonly log: Log;
  /** Folders of the sticks that are in, the best first. */
  readonly findSticks: () => Promise<readonly string[]>;
  readonly onChange: () => void;
  /** The settings stand in the folder: the station can be opened. */
  readonly onPaired: (settings: Settings) => void;
}
export interface StickPairing {
  readonly view: () => PairingStick;
  readonly close: () => Promise<void>;
}

/** A stick is noticed within this time. */
const LOOK_EVERY_MS = 2_000;

/** Begins to look for sticks; `begun` stands in the folder already. */
export function startStickPairing(options: StickPairingOptions, begun: PendingPairing): StickPairing {
  const { settings, world, log, findSticks } = options;
  const { dataDir } = settings;
  const { stationId } = begun.request;
  let pending = begun;
  let shown: Pick<PairingStick, 'state' | 'problem' | 'refusal'> = {
    state: 'WAITING',
    problem: null,
    refusal: null,
  };
  let root: string | null = null;
  let done = false;
  let timer: unknown = null;

  function show(change: Partial<typeof shown>): void {
    shown = { ...shown, ...change };
    options.onChange();
  }
  function keep(change: Partial<PendingPairing>): void {
    pending = { ...pending, ...change };
    keepPending(dataDir, pending);
  }

  /** The last step, which a start after a power cut does by itself. */
  function finish(): void {
    const paired = keepPairing(settings, { countyUrl: pending.countyUrl, stationId });
    done = true;
    options.onPaired(paired);
  }
  async function take(from: string, { enrolled, reference }: Brought): Promise<void> {
    try {
      openKeyFolder(dataDir).pinCounty(enrolled);
      keep({ answered: true, reference });
      finish();
    } catch (error) {
      log.error('the pairing could not be kept', error); // A full disk, or one that is write-protected.
      show({ state: 'PROBLEM', problem: 'CANNOT_KEEP' });
      return;
    }
    // It is no harm if they stay.
    await clearPairing(from, stationId).catch((error: unknown) => {
      log.warn('the files of the pairing stay on the stick', { why: String(error) });
    });
  }

  async function visit(at: string): Promise<void> {
    show({ state: 'WORKING', problem: null, refusal: null });
    const answer = await readPairingAnswer(at, pending.request, openKeyFolder(dataDir));
    if (answer.kind === 'BROUGHT') {
      await take(at, answer);
      return;
    }
    if (answer.kind === 'REFUSED') {
      // The same request would be refused again: it is not written once more.
      show({ state: 'REFUSED', refusal: answer.why });
      return;
    }
    const problem = answer.kind === 'LEFT_ALONE' ? answer.why : null;
    const written = await writeEnrolment(at, pending.request, world.randomBytes);
    if (!written.ok) {
      show({ state: 'PROBLEM', problem: written.error.kind });
      return;
    }
    if (!pending.written) keep({ written: true });
    show({ state: 'SAFE', problem });
  }

  async function look(): Promise<void> {
    const found = await findSticks();
    if (root !== null && !found.includes(root)) {
      root = null;
      // What was wrong with a stick that is gone stays to be read, until the next one comes.
      if (shown.state === 'SAFE') show({ state: 'WAITING' });
    }
    const [next] = found;
    if (root !== null || next === undefined) return;
    root = next;
    try {
      await visit(next);
    } catch (error) {
      log.error('the stick could not be used', error);
      show({ state: 'PROBLEM', problem: problemOf(error) ?? 'CANNOT_KEEP' });
    }
  }

  let work: Promise<void> = Promise.resolve();
  function lookAgain(): void {
    work = look()
      .catch((error: unknown) => log.error('sticks could not be looked for', error))
      .then(() => {
        if (!done) timer = world.timers.set(lookAgain, LOOK_EVERY_MS);
      });
  }
  function begin(): void {
    if (!begun.answered) {
      lookAgain();
      return;
    }
    try {
      finish();
    } catch (error) {
      log.error('the pairing could not be kept', error);
      shown = { state: 'PROBLEM', problem: 'CANNOT_KEEP', refusal: null };
    }
  }
  begin();

  return {
    view: () => ({ kind: 'BY_STICK', stationId, written: pending.written, ...shown }),
    async close() {
      done = true;
      world.timers.clear(timer);
      await work;
    },
  };
}
