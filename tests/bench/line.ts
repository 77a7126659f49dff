/** A line between a station and a county: counts what goes over it, and may be thin and break. */
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { randomOf } from '../harness/wire.ts';

export interface LineOptions {
  /** Where it leads: a port of this machine. */
  readonly port: number;
  /** Bytes a second in each direction; absent: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /**
   * Of the requests, how many are broken off, 0 to 1: evenly spread, the first one early; at a random byte of the
   * request or, as often, of its answer, when the county has done what was asked.
   */
  readonly cutShare?: number;
  /** How long each byte is on its way, ms. */
  readonly delayMs?: number;
  /** After so many batches it goes dark by itself, before anything of the next one has gone over it. */
  readonly darkAfterBatches?: number;
}
export interface Line {
  readonly port: number;
  /** Both directions together, the headers of HTTP with them. */
  readonly bytes: () => number;
  readonly requests: () => number;
  readonly cuts: () => number;
  /** It is back, for good, when this resolves, and counts from nought. */
  readonly lighten: () => Promise<void>;
  readonly close: () => void;
}

const TICK_MS = 10;
/** How a request with a batch begins. */
const BATCH = 'POST /v1/batch ';
/** An answer that is to be broken off ends somewhere within so many bytes: an acknowledgement has no more. */
const ANSWER_BYTES = 500;
const LENGTH = /content-length: (\d+)/i;
/** Where between two cuts the first request stands: the fifth of fifty is cut at 2 %. */
const CUT_PHASE = 0.9;

/** Bytes of a request and of its answer until it breaks. */
interface Fuse {
  readonly up: number;
  readonly down: number;
}
const WHOLE: Fuse = { up: Infinity, down: Infinity };

/** Bytes of a request, by its beginning. */
function lengthOf(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n');
  const [, length = '0'] = LENGTH.exec(bytes.subarray(0, head).toString('latin1')) ?? [];
  return head + 4 + Number(length);
}

/** One direction of all connections: what it may carry in a tick is shared by them. */
class Pipe {
  readonly #bytesPerTick: number;
  readonly #waiting: { readonly to: Socket; readonly bytes: Buffer }[] = [];
  carried = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerTick = (bytesPerSecond * TICK_MS) / 1000;
  }
  push(to: Socket, bytes: Buffer): void {
    if (this.#bytesPerTick === Infinity) this.#carry(to, bytes);
    else this.#waiting.push({ to, bytes });
  }
  tick(): void {
    let left = this.#bytesPerTick;
    while (left > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const now = next.bytes.subarray(0, left);
      const later = next.bytes.subarray(left);
      this.#carry(next.to, now);
      if (later.length > 0) this.#waiting.unshift({ to: next.to, bytes: later });
      left -= now.length;
    }
  }
  #carry(to: Socket, bytes: Buffer): void {
    this.carried += bytes.length;
    if (!to.destroyed) to.write(bytes);
  }
}

/** Opens the line on a port of its own. Its breaks come by chance, the same ones each time. */
export async function openLine(options: LineOptions): Promise<Line> {
  const { bytesPerSecond = Infinity, cutShare = 0, delayMs = 0, darkAfterBatches = Infinity } = options;
  const random = randomOf(1);
  const up = new Pipe(bytesPerSecond);
  const down = new Pipe(bytesPerSecond);
  const sockets = new Set<Socket>();
  let requests = 0;
  let cuts = 0;
  let batchesLeft = darkAfterBatches;
  const cutsUntil = (request: number): number => Math.floor(request * cutShare + CUT_PHASE);

  const late = (act: () => void): void => {
    if (delayMs === 0) act();
    else setTimeout(act, delayMs);
  };
  /** Whether the line takes this request at all; one that begins in the dark takes the line down with it. */
  const begin = (bytes: Buffer): boolean => {
    if (bytes.subarray(0, BATCH.length).toString() === BATCH) batchesLeft -= 1;
    if (batchesLeft >= 0) {
      requests += 1;
      return true;
    }
    // Nobody is reached at its other end from now on.
    server.close();
    for (const socket of sockets) socket.destroy();
    return false;
  };
  const fuseOf = (bytes: Buffer): Fuse => {
    if (cutsUntil(requests) === cutsUntil(requests - 1)) return WHOLE;
    const inRequest = random() < 0.5;
    const at = (length: number) => Math.floor(random() * length);
    return inRequest ? { up: at(lengthOf(bytes)), down: Infinity } : { up: Infinity, down: at(ANSWER_BYTES) };
  };

  const server = createServer((near) => {
    const far = connect(options.port, '127.0.0.1');
    let answered = true;
    let fuse = WHOLE;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    const pass = (pipe: Pipe, to: Socket, side: keyof Fuse, bytes: Buffer): void => {
      fuse = { ...fuse, [side]: fuse[side] - bytes.length };
      if (fuse[side] > 0) {
        late(() => pipe.push(to, bytes));
        return;
      }
      cuts += 1;
      end();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on('data', (bytes: Buffer) => {
      if (answered) {
        if (!begin(bytes)) return;
        answered = false;
        fuse = fuseOf(bytes);
      }
      pass(up, far, 'up', bytes);
    });
    far.on('data', (bytes: Buffer) => {
      answered = true;
      pass(down, near, 'down', bytes);
    });
  });
  const timer =
    bytesPerSecond === Infinity
      ? null
      : setInterval(() => {
          up.tick();
          down.tick();
        }, TICK_MS);
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    bytes: () => up.carried + down.carried,
    requests: () => requests,
    cuts: () => cuts,
    lighten: async () => {
      batchesLeft = Infinity;
      if (!server.listening) await listen(port);
      up.carried = 0;
      down.carried = 0;
      requests = 0;
      cuts = 0;
    },
    close: () => {
      if (timer !== null) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
