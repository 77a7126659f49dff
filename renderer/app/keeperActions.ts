/** The keeper's desk: unlocking, and what only the keeper may do. */
import type { Contract } from '../../electron/contract/contract.ts';
import type { InputOf } from '../../electron/contract/types.ts';
import type { KeeperRefusal } from '../../electron/contract/views.ts';
import type { ClientError } from '../client/bridge.ts';
import type { ControllerContext } from './controllerContext.ts';
import type { DeskTab } from './state.ts';

/** How a desk form ended: null when it was recorded. */
export type DeskProblem =
  | { readonly kind: 'REFUSED'; readonly reason: KeeperRefusal }
  | { readonly kind: 'FAULT'; readonly error: ClientError };

type FormOf<M extends keyof Contract> = Omit<InputOf<Contract[M]>, 'keeperToken'>;

export interface KeeperActions {
  readonly unlock: (pin: string) => Promise<void>;
  readonly refreshDesk: () => Promise<void>;
  readonly closeAttendance: (form: FormOf<'closeAttendance'>) => Promise<DeskProblem | null>;
  readonly moveStock: (form: FormOf<'moveStock'>) => Promise<DeskProblem | null>;
  readonly openActivity: (form: FormOf<'openActivity'>) => Promise<DeskProblem | null>;
  /** Begins rapid mode for an activity and leaves the desk, locked. */
  readonly startRapid: (activityId: number) => Promise<DeskProblem | null>;
  readonly endRapid: () => Promise<void>;
  readonly syncNow: () => Promise<void>;
}

const KEEPER_GONE: DeskProblem = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } };

export function createKeeperActions(context: ControllerContext, goHome: () => void): KeeperActions {
  const { store, bridge, play } = context;

  function goDesk(tab: DeskTab): void {
    store.send({ type: 'GO', screen: { kind: 'DESK', tab } });
  }

  async function refreshDesk(): Promise<void> {
    const { keeper } = store.get();
    if (keeper === null) return;
    const answer = await bridge.call('getDesk', { keeperToken: keeper.session.keeperToken });
    if (store.get().keeper?.session.keeperToken !== keeper.session.keeperToken) return;
    if (answer.ok && answer.value.kind === 'DESK') store.send({ type: 'DESK_VIEW', desk: answer.value.desk });
    else if (answer.ok) store.send({ type: 'GO', screen: { kind: 'KEEPER_PIN', next: 'DESK' } });
    else store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
  }

  /** Sends a form once at a time, and tells how it ended. */
  async function sendForm<M extends 'closeAttendance' | 'moveStock' | 'openActivity' | 'setRapid'>(
    method: M,
    form: FormOf<M>,
  ): Promise<DeskProblem | null> {
    const { keeper, pending } = store.get();
    if (keeper === null) return KEEPER_GONE;
    if (pending) return null;
    store.send({ type: 'PENDING', pending: true });
    const input = { ...form, keeperToken: keeper.session.keeperToken } as unknown as InputOf<Contract[M]>;
    const answer = await bridge.call(method, input);
    store.send({ type: 'PENDING', pending: false });
    const problem = deskProblem(answer);
    play(problem === null ? 'success' : 'refusal');
    if (problem === null) await refreshDesk();
    return problem;
  }

  async function startRapid(activityId: number): Promise<DeskProblem | null> {
    const problem = await sendForm('setRapid', { activityId });
    if (problem === null) goHome();
    return problem;
  }

  return {
    refreshDesk,
    closeAttendance: (form) => sendForm('closeAttendance', form),
    moveStock: (form) => sendForm('moveStock', form),
    startRapid,
    openActivity: async (form) => {
      const { keeper } = store.get();
      if (keeper === null) return KEEPER_GONE;
      if (store.get().pending) return null;
      store.send({ type: 'PENDING', pending: true });
      const answer = await bridge.call('openActivity', {
        ...form,
        keeperToken: keeper.session.keeperToken,
      });
      store.send({ type: 'PENDING', pending: false });
      if (!answer.ok) return { kind: 'FAULT', error: answer.error };
      if (answer.value.kind === 'REFUSED') return { kind: 'REFUSED', reason: answer.value.reason };
      return startRapid(answer.value.activityId);
    },
    unlock: async (pin) => {
      const { screen, pending } = store.get();
      if (pending || screen.kind !== 'KEEPER_PIN') return;
      store.send({ type: 'PENDING', pending: true });
      const answer = await bridge.call('unlockKeeper', { pin });
      store.send({ type: 'PENDING', pending: false });
      if (store.get().screen !== screen) {
        // Whoever asked has left: a desk must not stay open behind another screen.
        if (answer.ok && answer.value.kind === 'UNLOCKED')
          void bridge.call('lockKeeper', { keeperToken: answer.value.session.keeperToken });
        return;
      }
      if (!answer.ok) {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
      } else if (answer.value.kind === 'REFUSED') {
        play('refusal');
        store.send({ type: 'PROBLEM', problem: { kind: 'PIN', problem: answer.value.problem } });
      } else {
        play('success');
        store.send({ type: 'KEEPER', session: answer.value.session });
        goDesk(screen.next === 'END_RAPID' ? 'RAPID' : 'TODAY');
        if (screen.next === 'END_RAPID') await sendForm('setRapid', { activityId: null });
        else await refreshDesk();
      }
    },
    endRapid: async () => {
      await sendForm('setRapid', { activityId: null });
    },
    syncNow: async () => {
      await bridge.call('syncNow', {});
    },
  };
}

/** What an answer of the desk says against a form, or null if it was recorded. */
function deskProblem(
  answer:
    { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ClientError },
): DeskProblem | null {
  if (!answer.ok) return { kind: 'FAULT', error: answer.error };
  const value = answer.value as { kind: string; reason?: KeeperRefusal };
  return value.kind === 'REFUSED' && value.reason !== undefined
    ? { kind: 'REFUSED', reason: value.reason }
    : null;
}
