/** A program that drives a station from outside over its WebSocket, as the README describes it. */
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../electron/browser.ts';
import type { Contract, MethodName } from '../../electron/contract/contract.ts';
import type { CallError, InputOf, OutputOf } from '../../electron/contract/types.ts';
import type { Pushed } from '../../electron/station/types.ts';
import type { Result } from '../../domain/result.ts';

export interface ContractClient {
  /** Calls a method. Rejects if the connection is lost before the answer. */
  readonly call: <M extends MethodName>(
    method: M,
    input: InputOf<Contract[M]>,
  ) => Promise<Result<OutputOf<Contract[M]>, CallError>>;
  /** The same, throwing if the call itself failed. */
  readonly ask: <M extends MethodName>(
    method: M,
    input: InputOf<Contract[M]>,
  ) => Promise<OutputOf<Contract[M]>>;
  /** Sends any text and resolves to the next message that is no push. */
  readonly sendRaw: (text: string) => Promise<unknown>;
  readonly pushed: readonly Pushed[];
  readonly close: () => void;
}

interface Message {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly event?: unknown;
}

export function connectClient(port: number, token: string): Promise<ContractClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, [SUBPROTOCOL, token]);
  const waiting = new Map<unknown, { readonly done: (value: unknown) => void; readonly lost: () => void }>();
  const pushed: Pushed[] = [];
  let raw: ((message: unknown) => void) | null = null;
  let lastId = 0;

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.event !== undefined) {
      pushed.push(message as unknown as Pushed);
      return;
    }
    const wait = waiting.get(message.id);
    waiting.delete(message.id);
    if (wait !== undefined) wait.done(message.result);
    else raw?.(message);
  });
  socket.on('close', () => {
    for (const { lost } of waiting.values()) lost();
    waiting.clear();
  });

  const call: ContractClient['call'] = (method, input) =>
    new Promise((done, reject) => {
      if (socket.readyState !== WebSocket.OPEN) {
        reject(new Error('not connected'));
        return;
      }
      const id = (lastId += 1);
      waiting.set(id, {
        done: done as (value: unknown) => void,
        lost: () => reject(new Error('the connection was lost')),
      });
      socket.send(JSON.stringify({ id, method, input }));
    });

  return new Promise((done, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      done({
        call,
        ask: async (method, input) => {
          const result = await call(method, input);
          if (!result.ok) throw new Error(`${method}: ${JSON.stringify(result.error)}`);
          return result.value;
        },
        sendRaw: (text) =>
          new Promise((answered) => {
            raw = answered;
            socket.send(text);
          }),
        pushed,
        close: () => socket.terminate(),
      }),
    );
  });
}
