/** One's own account of points, and the consent to spend together as a household. */
import type { ControllerContext } from './controllerContext.ts';

export interface AccountActions {
  readonly refresh: () => Promise<void>;
  /** Opens the screen of the consent: its request's id is made here, kept for every try. */
  readonly openPooling: () => void;
  readonly setPooling: (requestId: string, consent: 'GIVEN' | 'WITHDRAWN') => Promise<void>;
}

export function createAccountActions({ store, bridge, play, randomUuid }: ControllerContext): AccountActions {
  async function refresh(): Promise<void> {
    const { visit, visitNumber } = store.get();
    if (visit.person === null) return;
    const { personToken } = visit.person;
    const answer = await bridge.call('getAccounts', { personToken });
    // Somebody else may stand there by now.
    if (store.get().visitNumber !== visitNumber || store.get().visit.person?.personToken !== personToken)
      return;
    if (!answer.ok) store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
    else if (answer.value.kind === 'PERSON_GONE') personGone();
    else store.send({ type: 'ACCOUNTS_VIEW', accounts: answer.value.accounts });
  }

  function personGone(): void {
    store.send({ type: 'GO', screen: { kind: 'BY_HAND', next: 'RECORD' } });
    store.send({ type: 'PROBLEM', problem: { kind: 'SCAN_AGAIN' } });
  }

  return {
    refresh,
    openPooling: () => store.send({ type: 'GO', screen: { kind: 'POOLING', requestId: randomUuid() } }),
    setPooling: async (requestId, consent) => {
      const { visit, visitNumber, pending } = store.get();
      if (pending || visit.person === null) return;
      store.send({ type: 'PENDING', pending: true });
      const { personToken } = visit.person;
      const answer = await bridge.call('setPooling', { requestId, personToken, consent });
      if (store.get().visitNumber !== visitNumber) return;
      store.send({ type: 'PENDING', pending: false });
      if (answer.ok && answer.value.kind === 'DONE') {
        play('success');
        store.send({ type: 'GO', screen: { kind: 'ACCOUNT' } });
        store.send({ type: 'SAVED', what: 'POOLING' });
        await refresh();
        return;
      }
      play('refusal');
      if (!answer.ok) store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
      else {
        const notMember = answer.value.kind === 'REFUSED' && answer.value.reason.kind === 'NOT_FOUND';
        store.send({ type: 'PROBLEM', problem: { kind: notMember ? 'NO_HOUSEHOLD' : 'CARD_NEEDED' } });
      }
    },
  };
}
