/** The thread in which large reference data is made: see composing.ts. */
import { parentPort } from 'node:worker_threads';
import { composeDelta, composePacked, composeSnapshot, composeWholeDelta } from './compose.ts';
import type { ComposeAnswer, ComposeAsk, Mark } from './composing.ts';
import { CountyList } from './countyList.ts';

const lists = new Map<Mark, CountyList>();

function listOf(mark: Mark): CountyList {
  const list = lists.get(mark);
  if (list === undefined) throw new Error('a list that was never handed over');
  return list;
}

function work(ask: Extract<ComposeAsk, { readonly id: number }>): unknown {
  switch (ask.name) {
    case 'packed':
      return composePacked(...ask.given);
    case 'wholeDelta':
      return composeWholeDelta(...ask.given);
    case 'snapshot':
      return composeSnapshot(ask.given[0], listOf(ask.given[1]));
    case 'delta': {
      const [ownBefore, listBefore, own, list] = ask.given;
      return composeDelta(ownBefore, listOf(listBefore), own, listOf(list));
    }
  }
}

parentPort?.on('message', (ask: ComposeAsk) => {
  if (ask.name === 'learn') lists.set(ask.mark, new CountyList(ask.text));
  else if (ask.name === 'forget') lists.delete(ask.mark);
  else {
    let answer: ComposeAnswer;
    try {
      answer = { id: ask.id, ok: true, value: work(ask) };
    } catch (error) {
      answer = { id: ask.id, ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
    parentPort?.postMessage(answer);
  }
});
