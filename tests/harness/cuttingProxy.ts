/**
 * A line between two processes that breaks after any wanted number of bytes. It passes bytes as they are; all it
 * understands of HTTP is where a request begins and how long a request or an answer says it is.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A request or an answer whose first bytes have come. */
export interface Passing {
  readonly where: 'REQUEST' | 'ANSWER';
  readonly path: string;
  /** Bytes, with its head; 0 where the head does not say. */
  readonly length: number;
}
export interface CuttingProxy {
  readonly port: number;
  /** Bytes that have gone up and down over it, each way together. */
  readonly carried: () => number;
  readonly close: () => Promise<void>;
}

/** The length that a head and its body have together, as its `content-length` says. */
function lengthOf(start: Buffer): number {
  const head = start.indexOf('\r\n\r\n');
  const said = /content-length: *(\d+)/i.exec(start.toString('latin1', 0, Math.max(0, head)));
  return head < 0 || said?.[1] === undefined ? 0 : head + 4 + Number(said[1]);
}

/**
 * Listens on a free port and passes everything to `target` on this machine. `cutAt` is asked at the first bytes of
 * each request and of each answer and says after how many bytes the line breaks, or null to let it through.
 */
export async function startCuttingProxy(
  target: number,
  cutAt: (passing: Passing) => number | null,
): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let carried = 0;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let path = '';
    let answering = true;
    const upload = { left: null as number | null };
    const download = { left: null as number | null };
    const end = (): void => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    /** Passes what the line still carries; breaks both ends after the last byte of it has gone. */
    const pass = (to: Socket, part: Buffer, line: { left: number | null }): void => {
      if (line.left === null) {
        carried += part.length;
        to.write(part);
        return;
      }
      if (part.length < line.left) {
        line.left -= part.length;
        carried += part.length;
        to.write(part);
        return;
      }
      near.removeAllListeners('data');
      far.removeAllListeners('data');
      // Written before it is broken: the other side must really have got these bytes.
      carried += line.left;
      to.write(part.subarray(0, line.left), end);
    };
    open.add(near);
    near.on('data', (part: Buffer) => {
      if (answering) {
        answering = false;
        path = /^POST (\S+)/.exec(part.toString('latin1', 0, 200))?.[1] ?? '';
        upload.left = cutAt({ where: 'REQUEST', path, length: lengthOf(part) });
      }
      pass(far, part, upload);
    });
    far.on('data', (part: Buffer) => {
      if (!answering) {
        answering = true;
        download.left = cutAt({ where: 'ANSWER', path, length: lengthOf(part) });
      }
      pass(near, part, download);
    });
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    carried: () => carried,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
