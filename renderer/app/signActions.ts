/** Signing in and out by a scan, on the home screen and in rapid mode. */
import type { PersonSummary, ScanEvent } from '../../electron/contract/views.ts';
import type { ControllerContext } from './controllerContext.ts';
import { rapidShown, type RapidEntry, type SignRequest, type SignResult } from './state.ts';

export interface SignActions {
  /** A scan on a screen where a card means signing in or out. */
  readonly scan: (event: ScanEvent) => Promise<void>;
  /** The scanner must be set otherwise: said where a result is looked for. */
  readonly altCodes: () => void;
  /** The same request again, after a fault. */
  readonly retry: (request: SignRequest) => Promise<void>;
  /** The villager says the proposed activity was not the one meant. */
  readonly changeActivity: (signInSeq: number, activityId: number) => Promise<void>;
}

export function createSignActions(context: ControllerContext): SignActions {
  const { store, bridge, play, randomUuid } = context;
  let serial = 0;
  let latestScan = 0;

  function showResult(result: SignResult): void {
    serial += 1;
    play(soundOf(result));
    if (rapidShown(store.get())) {
      store.send({ type: 'RAPID_SCAN', entry: rapidEntry(result, serial) });
      return;
    }
    store.send({ type: 'GO', screen: { kind: 'SIGN_RESULT', result, serial, kept: false } });
  }

  async function request(input: SignRequest): Promise<void> {
    latestScan += 1;
    const mine = latestScan;
    const answer = await bridge.call('sign', input);
    // In rapid mode every answer counts; elsewhere a slower answer must not cover that of a later scan.
    if (mine !== latestScan && !rapidShown(store.get())) return;
    showResult(
      answer.ok
        ? { kind: 'OUTCOME', outcome: answer.value, changed: false }
        : { kind: 'FAULT', error: answer.error, retry: input },
    );
  }

  return {
    scan: async (event) => {
      const { outcome } = event;
      if (outcome.kind === 'REPEAT') {
        const showing = store.get().screen;
        // What was recorded for this card a moment ago stays: it is being read.
        if (showing.kind === 'SIGN_RESULT' && isOf(showing.result, outcome.person)) play('repeat');
        else showResult({ kind: 'REPEAT', person: outcome.person });
      } else if (outcome.kind === 'CARD') {
        const activityId = store.get().status?.rapidActivityId ?? null;
        await request({ requestId: randomUuid(), scanId: event.scanId, activityId });
      } else {
        showResult({ kind: 'CARD', problem: outcome });
      }
    },
    altCodes: () => showResult({ kind: 'ALT_CODES' }),
    retry: request,
    changeActivity: async (signInSeq, activityId) => {
      if (store.get().pending) return;
      store.send({ type: 'PENDING', pending: true });
      const before = store.get().visitNumber;
      const answer = await bridge.call('changeActivity', { requestId: randomUuid(), signInSeq, activityId });
      if (store.get().visitNumber !== before) return;
      store.send({ type: 'PENDING', pending: false });
      showResult(
        answer.ok
          ? { kind: 'OUTCOME', outcome: answer.value, changed: true }
          : { kind: 'FAULT', error: answer.error, retry: null },
      );
    },
  };
}

function soundOf(result: SignResult): 'success' | 'refusal' | 'repeat' {
  if (result.kind === 'REPEAT') return 'repeat';
  const { outcome } = result.kind === 'OUTCOME' ? result : { outcome: null };
  if (outcome?.kind === 'REFUSED' && outcome.reason.kind === 'ALREADY_IN') return 'repeat';
  return result.kind === 'OUTCOME' && result.outcome.kind !== 'REFUSED' ? 'success' : 'refusal';
}

function isOf(result: SignResult, person: PersonSummary): boolean {
  return result.kind === 'OUTCOME' && result.outcome.person.volunteerId === person.volunteerId;
}

function rapidEntry(result: SignResult, serial: number): RapidEntry {
  const name =
    result.kind === 'OUTCOME'
      ? result.outcome.person.name
      : result.kind === 'REPEAT'
        ? result.person.name
        : '';
  const sound = soundOf(result);
  const outcome = sound === 'success' ? 'IN' : sound === 'repeat' ? 'REPEAT' : 'REFUSED';
  return { serial, outcome, name, result };
}
