/**
 * The USB courier: notices a stick, takes what it brings for this station, writes what the county lacks when somebody
 * asks for it, and says when the stick may be pulled out. Nothing in here ever throws into the station.
 */
import type { StickOutcome, StickProblem, StickView } from '../../contract/stickViews.ts';
import type { Log } from '../dispatch.ts';
import type { StickPort, SyncHooks } from '../ports.ts';
import type { Timers } from '../types.ts';
import { readAnswers } from './read.ts';
import { problemOf, type StickTools } from './tools.ts';
import { waitingAt } from '../../../db/attention.ts';
import { writeBundle } from './write.ts';

export interface CourierOptions extends SyncHooks {
  readonly store: StickTools['store'];
  /** Folders of the sticks that are in, the best first. */
  readonly findSticks: () => Promise<readonly string[]>;
  /** The keys as they stand in the folder now, and a desk for one piece of work, which closes it. */
  readonly openTools: () => StickTools;
  readonly timers: Timers;
  readonly log: Log;
}

/** A stick is noticed within this time. */
const LOOK_EVERY_MS = 2_000;

/** A stick that shows no progress for so many looks, two minutes, is said to be broken, whatever becomes of it. */
const STUCK_LOOKS = 60;
const CLOSE_WITHIN_MS = 5_000;

type Shown = Omit<StickView, 'waiting'>;
const NONE: Omit<Shown, 'serial'> = {
  state: 'NONE',
  putInNow: false,
  done: 0,
  total: 0,
  problem: null,
  brought: null,
};

export function createCourier(options: CourierOptions): StickPort {
  const { store, timers, log, findSticks } = options;
  let shown: Shown = { serial: 0, ...NONE };
  let root: string | null = null;
  let looked = false;
  let closing = false;
  let timer: unknown = null;
  let work: Promise<void> | null = null;
  let looksWithoutProgress = 0;

  function show(change: Partial<Shown>): void {
    looksWithoutProgress = 0;
    shown = { ...shown, ...change };
    options.onChange();
  }
  function fail(problem: StickProblem): void {
    show({ state: 'PROBLEM', problem });
  }

  /** Does one piece of work with a stick; whatever goes wrong becomes a plain word on the screen. */
  async function withTools(act: (tools: StickTools) => Promise<void>): Promise<void> {
    let tools: StickTools | undefined;
    try {
      tools = options.openTools();
      await act(tools);
    } catch (error) {
      log.error('the stick could not be used', error);
      const problem = problemOf(error) ?? 'STORE';
      // Writing answers its problems; what is thrown comes from reading, and is none of write protection.
      fail(problem === 'READ_ONLY' ? 'BROKEN' : problem);
    } finally {
      await tools?.desk.close();
    }
  }

  async function readStick(from: string): Promise<void> {
    await withTools(async (tools) => {
      const before = store.standing();
      const brought = await readAnswers(tools, from);
      show({ state: 'FOUND', brought });
      if (brought.reference || brought.returned > 0) options.onReference();
      if (before !== 'FORKED' && store.standing() === 'FORKED') options.onFactsLost?.();
    });
  }

  async function writeStick(to: string): Promise<void> {
    await withTools(async (tools) => {
      const written = await writeBundle(tools, to, ({ done, total }) => show({ done, total }));
      if (!written.ok) {
        log.warn('the stick was not written', { problem: written.error.kind });
        fail(written.error.kind);
        return;
      }
      show({ state: 'SAFE', done: written.value.records, total: written.value.records });
    });
  }

  /** One piece of work at a time; answers whether it began. */
  function begin(act: () => Promise<void>): boolean {
    if (work !== null || closing) return false;
    work = act().finally(() => {
      work = null;
    });
    return true;
  }
  const isBusy = () => shown.state === 'READING' || shown.state === 'WRITING';

  /** Starts what somebody asked for with the stick that is in. */
  async function start(
    change: Partial<Shown> & Pick<Shown, 'state'>,
    act: (at: string) => Promise<void>,
  ): Promise<StickOutcome> {
    if (isBusy()) return { kind: 'BUSY' };
    await work; // A look for sticks: a moment.
    const here = root;
    // Its place may be an empty folder by now, and a bundle in there would go nowhere.
    if (here === null || !(await findSticks()).includes(here)) return { kind: 'NO_STICK' };
    const began = begin(() => {
      show({ problem: null, ...change });
      return act(here);
    });
    return { kind: began ? 'STARTED' : 'BUSY' };
  }

  async function look(): Promise<void> {
    const found = await findSticks();
    const first = !looked;
    looked = true;
    if (root !== null && !found.includes(root)) {
      root = null;
      // What went wrong with a stick that is gone stays to be read, until the next one comes.
      if (shown.state !== 'PROBLEM') show({ serial: shown.serial, ...NONE });
    }
    const [next] = found;
    if (root !== null || next === undefined) return;
    root = next;
    show({ ...NONE, serial: shown.serial + 1, putInNow: !first, state: 'READING' });
    await readStick(next);
  }

  function lookAgain(): void {
    looksWithoutProgress += 1;
    if (isBusy() && looksWithoutProgress >= STUCK_LOOKS) fail('BROKEN');
    begin(async () => {
      try {
        await look();
      } catch (error) {
        log.error('sticks could not be looked for', error);
      }
    });
    timer = timers.set(lookAgain, LOOK_EVERY_MS);
  }
  lookAgain();

  return {
    view: () => ({ ...shown, waiting: waitingAt(store) }),
    write: () => start({ state: 'WRITING', done: 0, total: waitingAt(store) }, writeStick),
    read: () => start({ state: 'READING' }, readStick),
    async close() {
      closing = true;
      timers.clear(timer);
      // A stick that hangs holds the station no longer than this: what is half written there counts for nobody.
      await Promise.race([work, new Promise<void>((done) => timers.set(done, CLOSE_WITHIN_MS))]);
    },
  };
}
