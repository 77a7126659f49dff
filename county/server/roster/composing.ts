/**
 * Reference data of a whole county takes seconds to make. That is done in a thread of its own, one thing after the
 * other, so that records of other stations are taken in meanwhile; a small county's is made at once.
 */
import { Worker } from 'node:worker_threads';
import { composeDelta, composePacked, composeSnapshot, type Ingredients } from './compose.ts';

interface Acts {
  readonly composeSnapshot: typeof composeSnapshot;
  readonly composePacked: typeof composePacked;
  readonly composeDelta: typeof composeDelta;
}
export type ComposeName = keyof Acts;
export interface ComposeAsk {
  readonly id: number;
  readonly name: ComposeName;
  readonly given: readonly unknown[];
}
export type ComposeAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly detail: string };

/** Some thousands of people: a tenth of a second. */
const AT_ONCE_BYTES = 1 << 20;

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (error: Error) => void;
}
let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let asked = 0;

function startWorker(): Worker {
  const made = new Worker(new URL('./composingWorker.ts', import.meta.url));
  made.on('message', (answer: ComposeAnswer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) made.unref();
    if (answer.ok) one?.done(answer.value);
    else one?.failed(new Error(answer.detail));
  });
  made.on('error', (error: Error) => {
    worker = undefined;
    for (const { failed } of waiting.values()) failed(error);
    waiting.clear();
  });
  return made;
}

async function inThread<N extends ComposeName>(
  name: N,
  given: Parameters<Acts[N]>,
): Promise<ReturnType<Acts[N]>> {
  worker ??= startWorker();
  worker.ref();
  asked += 1;
  const ask: ComposeAsk = { id: asked, name, given };
  const answered = new Promise<unknown>((done, failed) => waiting.set(ask.id, { done, failed }));
  worker.postMessage(ask);
  return (await answered) as ReturnType<Acts[N]>;
}

export async function makeSnapshot(from: Ingredients): Promise<Uint8Array> {
  const bytes = from.parts.length + from.people.length + from.cards.length;
  return bytes > AT_ONCE_BYTES ? inThread('composeSnapshot', [from]) : composeSnapshot(from);
}
export async function makePacked(body: Uint8Array): Promise<ReturnType<typeof composePacked>> {
  return body.length > AT_ONCE_BYTES ? inThread('composePacked', [body]) : composePacked(body);
}
export async function makeDelta(before: Uint8Array, snapshot: Uint8Array): Promise<Uint8Array | null> {
  return snapshot.length > AT_ONCE_BYTES
    ? inThread('composeDelta', [before, snapshot])
    : composeDelta(before, snapshot);
}
