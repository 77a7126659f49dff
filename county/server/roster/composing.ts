/**
 * Reference data of a whole county takes seconds to make. That is done in a thread of its own, one thing after the
 * other, so that records of other stations are taken in meanwhile; a small county's is made at once. The county's list
 * is handed to the thread once, and kept there for all stations.
 */
import { Worker } from 'node:worker_threads';
import { composeDelta, composePacked, composeSnapshot, composeWholeDelta } from './compose.ts';
import { CountyList } from './countyList.ts';

/** Where the thread takes a list from that it was handed. */
export type Mark = string;
export interface ListSource {
  /** Names the list by its content. */
  readonly mark: Mark;
  /** Null where it is not known any more. */
  readonly text: () => Promise<string | null>;
}
export interface State {
  /** `composeOwn` (compose.ts). */
  readonly own: string;
  readonly list: ListSource;
}

export type ComposeAsk =
  | { readonly name: 'learn'; readonly mark: Mark; readonly text: string }
  | { readonly name: 'forget'; readonly mark: Mark }
  | { readonly id: number; readonly name: 'packed'; readonly given: Parameters<typeof composePacked> }
  | { readonly id: number; readonly name: 'wholeDelta'; readonly given: Parameters<typeof composeWholeDelta> }
  | { readonly id: number; readonly name: 'snapshot'; readonly given: readonly [own: string, list: Mark] }
  | {
      readonly id: number;
      readonly name: 'delta';
      readonly given: readonly [ownBefore: string, listBefore: Mark, own: string, list: Mark];
    };
type Work<N extends string> = Extract<ComposeAsk, { readonly name: N; readonly id: number }>['given'];
export type ComposeAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly detail: string };

/** Some thousands of people: a tenth of a second. */
const AT_ONCE_BYTES = 1 << 20;
/** Lists that are kept ready: stations that come back from far apart need those of then. */
const MOST_LISTS = 4;

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (error: Error) => void;
}
let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let asked = 0;
/** Lists that are ready here, or (null) in the thread. */
const known = new Map<Mark, CountyList | null>();
/** The county has shown to be large: its lists are the thread's from then on. */
let isLarge = false;

function startWorker(): Worker {
  const made = new Worker(new URL('./composingWorker.ts', import.meta.url));
  made.unref();
  made.on('message', (answer: ComposeAnswer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) made.unref();
    if (answer.ok) one?.done(answer.value);
    else one?.failed(new Error(answer.detail));
  });
  made.on('error', (error: Error) => {
    worker = undefined;
    known.clear();
    for (const { failed } of waiting.values()) failed(error);
    waiting.clear();
  });
  return made;
}

function tell(ask: ComposeAsk): void {
  worker ??= startWorker();
  worker.postMessage(ask);
}

async function inThread<N extends 'packed' | 'wholeDelta' | 'snapshot' | 'delta', T>(
  name: N,
  given: Work<N>,
): Promise<T> {
  asked += 1;
  const id = asked;
  const answered = new Promise<unknown>((done, failed) => waiting.set(id, { done, failed }));
  tell({ id, name, given } as ComposeAsk);
  worker?.ref();
  return (await answered) as T;
}

function keep(mark: Mark, text: string): void {
  if (!isLarge && text.length > AT_ONCE_BYTES) {
    isLarge = true;
    known.clear();
  }
  const [oldest] = known.keys();
  if (known.size >= MOST_LISTS && oldest !== undefined) {
    known.delete(oldest);
    if (isLarge) tell({ name: 'forget', mark: oldest });
  }
  known.set(mark, isLarge ? null : new CountyList(text));
  if (isLarge) tell({ name: 'learn', mark, text });
}

/** Has some lists ready; answers whether all of them are to be had. Whoever asks goes on without waiting again. */
async function ready(lists: readonly ListSource[]): Promise<boolean> {
  for (;;) {
    const missing = lists.find(({ mark }) => !known.has(mark));
    if (missing === undefined) return true;
    const text = await missing.text();
    if (text === null) return false;
    if (!known.has(missing.mark)) keep(missing.mark, text);
  }
}
const here = ({ mark }: ListSource): CountyList | null => known.get(mark) ?? null;

/** The body of a snapshot. */
export async function makeSnapshot({ own, list }: State): Promise<Uint8Array> {
  if (!(await ready([list]))) throw new Error('the list of the county is gone');
  const ours = here(list);
  return ours === null ? inThread('snapshot', [own, list.mark]) : composeSnapshot(own, ours);
}

/** The body of the delta between two states of a village; null where there is none, or the snapshot hardly longer. */
export async function makeDelta(before: State, after: State): Promise<Uint8Array | null> {
  if (!(await ready([before.list, after.list]))) return null;
  const [was, is] = [here(before.list), here(after.list)];
  return was === null || is === null
    ? inThread('delta', [before.own, before.list.mark, after.own, after.list.mark])
    : composeDelta(before.own, was, after.own, is);
}

export async function makePacked(body: Uint8Array): Promise<ReturnType<typeof composePacked>> {
  return body.length > AT_ONCE_BYTES ? inThread('packed', [body]) : composePacked(body);
}
export async function makeWholeDelta(before: Uint8Array, snapshot: Uint8Array): Promise<Uint8Array | null> {
  return snapshot.length > AT_ONCE_BYTES
    ? inThread('wholeDelta', [before, snapshot])
    : composeWholeDelta(before, snapshot);
}
