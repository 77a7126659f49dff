/** What a line does to the bytes between a station and the county. One small function for each fault. */
import { err, ok } from '../../../domain/result.ts';
import type { Answer, Transport } from '../../../electron/station/sync/transport.ts';
import type { Chance } from '../chance.ts';
import type { FaultName } from './names.ts';

type Outcome = Awaited<ReturnType<Transport['post']>>;

/** One request on its way. */
export interface Passage {
  /** Lets the bytes through to the county and waits for its answer. */
  readonly send: (body: Uint8Array) => Promise<Outcome>;
  readonly body: Uint8Array;
  readonly chance: Chance;
  /** Requests that the line still has and brings later. */
  readonly delayed: (() => Promise<Outcome>)[];
}

const CUT: Outcome = err({ kind: 'CUT' });

function cutShort(bytes: Uint8Array, chance: Chance): Uint8Array {
  return bytes.subarray(0, chance.below(bytes.length));
}
function flipped(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = chance.below(Math.max(1, copy.length));
  copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
  return copy;
}

/** Changes the request in one half of the cases, the answer in the other. */
async function spoil(
  { send, body, chance }: Passage,
  change: (bytes: Uint8Array, chance: Chance) => Uint8Array,
): Promise<Outcome> {
  if (chance.percent(50)) return send(change(body, chance));
  const outcome = await send(body);
  if (!outcome.ok) return outcome;
  const { status, body: answer } = outcome.value;
  return ok<Answer>({ status, body: answer.length === 0 ? answer : change(answer, chance) });
}

export const LINE_FAULTS = {
  drop: ({ chance }) => Promise.resolve(chance.percent(50) ? CUT : err({ kind: 'UNREACHABLE' })),
  lostAnswer: async ({ send, body }) => {
    await send(body);
    return CUT;
  },
  duplicate: async ({ send, body, chance }) => {
    // Both at once or one after the other; the station hears one of the two answers.
    const first = send(body);
    if (chance.percent(50)) await first;
    const second = send(body);
    const outcomes = await Promise.all([first, second]);
    return chance.pick(outcomes);
  },
  reorder: (passage) => {
    const { send, body, chance, delayed } = passage;
    delayed.push(() => send(body));
    // Also now, or only later.
    return chance.percent(50) ? send(body) : Promise.resolve(CUT);
  },
  truncate: (passage) => spoil(passage, cutShort),
  bitFlip: (passage) => spoil(passage, flipped),
} as const satisfies Partial<Record<FaultName, (passage: Passage) => Promise<Outcome>>>;
type LineFault = keyof typeof LINE_FAULTS;

export interface LineOptions {
  /** The address of the county at this very moment; it names the time. */
  readonly url: () => string;
  readonly transport: (url: string) => Transport;
  readonly chance: Chance;
  readonly faults: readonly FaultName[];
  /** Called ahead of each request that goes out, and after each answer. */
  readonly onInstant: () => void;
  readonly onFault: (name: FaultName) => void;
}

export interface Line extends Transport {
  /** A line that is down answers nothing. */
  readonly setUp: (up: boolean) => void;
  /** From now on nothing is spoilt. */
  readonly heal: () => void;
}

/** Of a hundred requests over a bad line, so many meet a fault. */
const BAD_PERCENT = 25;

/** How long a county that was killed is waited for, ms of real time: by the simulated time it is back soon. */
const PATIENCE_MS = 60_000;

/** Waits until a county listens again. */
async function untilThere(url: string, transport: LineOptions['transport']): Promise<void> {
  for (const begunMs = Date.now(); Date.now() - begunMs < PATIENCE_MS;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const connection = transport(url);
    const outcome = await connection.post('v1/ask', new Uint8Array(0), {
      timeoutMs: 5000,
      maxAnswerBytes: 4096,
    });
    connection.close();
    if (outcome.ok || outcome.error.kind !== 'UNREACHABLE') return;
  }
}

/** A line with the faults that were chosen; real sockets below. */
export function createLine(options: LineOptions): Line {
  const { url, transport, chance, faults, onInstant } = options;
  const chosen = (Object.keys(LINE_FAULTS) as LineFault[]).filter((name) => faults.includes(name));
  const delayed: (() => Promise<Outcome>)[] = [];
  let up = true;
  let carried = { sent: 0, received: 0 };
  let bad = chosen.length > 0 && chance.percent(60);

  return {
    tls: null,
    setUp: (isUp) => {
      up = isUp;
    },
    heal: () => {
      bad = false;
    },
    post: async (path, body, limits) => {
      if (!up) return err({ kind: 'UNREACHABLE' });
      const send = async (bytes: Uint8Array): Promise<Outcome> => {
        onInstant();
        // A connection of its own for each request: its address carries the time.
        const connection = transport(url());
        const outcome = await connection.post(path, bytes, limits);
        const { sent, received } = connection.carried();
        carried = { sent: carried.sent + sent, received: carried.received + received };
        connection.close();
        onInstant();
        if (!outcome.ok && outcome.error.kind === 'UNREACHABLE') await untilThere(url(), transport);
        return outcome;
      };
      const late = delayed.splice(0);
      const struck = bad && chance.percent(BAD_PERCENT) ? chance.pick(chosen) : null;
      if (struck !== null) options.onFault(struck);
      const outcome =
        struck === null ? await send(body) : await LINE_FAULTS[struck]({ send, body, chance, delayed });
      for (const bring of late) await bring();
      return outcome;
    },
    carried: () => carried,
    close: () => undefined,
  };
}
