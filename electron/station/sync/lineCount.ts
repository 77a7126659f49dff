/** How many bytes sockets have carried since the start, with heads and handshakes, each byte once. */
import type { Socket } from 'node:net';

export interface LineBytes {
  readonly sent: number;
  readonly received: number;
}

/**
 * Counts at the sockets, so that a connection that is kept for many requests, and one that broke in the middle of its
 * first, are counted alike. What the network adds below (IP, TCP) is not seen from here.
 */
export class LineCount {
  readonly #open = new Set<Socket>();
  #sent = 0;
  #received = 0;

  /** Counts a socket from its first byte; the same again changes nothing. */
  add(socket: Socket): void {
    if (this.#open.has(socket)) return;
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#sent += socket.bytesWritten;
      this.#received += socket.bytesRead;
    });
  }

  total(): LineBytes {
    let [sent, received] = [this.#sent, this.#received];
    for (const socket of this.#open) {
      sent += socket.bytesWritten;
      received += socket.bytesRead;
    }
    return { sent, received };
  }
}
