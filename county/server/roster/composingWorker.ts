/** The thread in which large reference data is made: see composing.ts. */
import { parentPort } from 'node:worker_threads';
import { composeDelta, composePacked, composeSnapshot } from './compose.ts';
import type { ComposeAnswer, ComposeAsk } from './composing.ts';

const ACTS: Readonly<Record<string, (...given: never[]) => unknown>> = {
  composeSnapshot,
  composePacked,
  composeDelta,
};

parentPort?.on('message', ({ id, name, given }: ComposeAsk) => {
  let answer: ComposeAnswer;
  try {
    answer = { id, ok: true, value: ACTS[name]?.(...(given as never[])) };
  } catch (error) {
    answer = { id, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
