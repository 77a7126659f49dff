/** The keeper's desk: unlocking, and what only the keeper may do. */
import type { Contract } from '../../electron/contract/contract.ts';
import type { InputOf } from '../../electron/contract/types.ts';
import type { BackfillRefusal } from '../../electron/contract/backfillViews.ts';
import type { LedgerRefusal } from '../../electron/contract/ledgerViews.ts';
import type { KeeperRefusal, PinProblem } from '../../electron/contract/views.ts';
import type { ClientError } from '../client/bridge.ts';
import type { ControllerContext } from './controllerContext.ts';
import { createPointsActions, type PointsActions } from './pointsActions.ts';
import type { DeskTab, Saved } from './state.ts';

/** How a desk form ended: null when it was recorded. */
export type DeskProblem =
  | { readonly kind: 'REFUSED'; readonly reason: KeeperRefusal | LedgerRefusal | BackfillRefusal }
  | { readonly kind: 'PIN'; readonly problem: PinProblem }
  | { readonly kind: 'FAULT'; readonly error: ClientError };

export type FormOf<M extends keyof Contract> = Omit<InputOf<Contract[M]>, 'keeperToken'>;

export interface KeeperActions {
  readonly unlock: (pin: string) => Promise<void>;
  readonly refreshDesk: () => Promise<void>;
  readonly confirmDate: (form: FormOf<'confirmDate'>) => Promise<DeskProblem | null>;
  readonly closeAttendance: (form: FormOf<'closeAttendance'>) => Promise<DeskProblem | null>;
  readonly moveStock: (form: FormOf<'moveStock'>) => Promise<DeskProblem | null>;
  readonly openActivity: (form: FormOf<'openActivity'>) => Promise<DeskProblem | null>;
  /** Begins rapid mode for an activity and leaves the desk, locked. */
  readonly startRapid: (activityId: number) => Promise<DeskProblem | null>;
  readonly endRapid: () => Promise<void>;
  readonly syncNow: () => Promise<void>;
  readonly points: PointsActions;
}

/** Forms of the desk that are recorded as one request. */
export type DeskMethod =
  | 'confirmDate'
  | 'closeAttendance'
  | 'moveStock'
  | 'openActivity'
  | 'setRapid'
  | 'award'
  | 'giveGift'
  | 'stepEntry'
  | 'reverseEntry'
  | 'undoRedemption'
  | 'recordBackfill'
  | 'approveBackfill'
  | 'rejectBackfill';
/** Sends a form; `saved` is told when it was recorded. */
export type SendForm = <M extends DeskMethod>(
  method: M,
  form: FormOf<M>,
  saved: Saved | null,
) => Promise<DeskProblem | null>;

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
    if (answer.ok && answer.value.kind === 'DESK') {
      store.send({ type: 'DESK_VIEW', desk: answer.value.desk });
      const { screen } = store.get();
      if (screen.kind === 'DESK' && screen.tab === 'POINTS') await points.refreshLedger();
    } else if (answer.ok) store.send({ type: 'GO', screen: { kind: 'KEEPER_PIN', next: 'DESK' } });
    else store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
  }

  /** Sends a form once at a time, and tells how it ended. */
  async function sendForm<M extends DeskMethod>(
    method: M,
    form: FormOf<M>,
    saved: Saved | null,
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
    if (problem === null) {
      store.send({ type: 'SAVED', what: saved });
      await refreshDesk();
    }
    return problem;
  }

  const points = createPointsActions(context, sendForm);

  async function startRapid(activityId: number): Promise<DeskProblem | null> {
    const problem = await sendForm('setRapid', { activityId }, null);
    if (problem === null) goHome();
    return problem;
  }

  return {
    refreshDesk,
    points,
    confirmDate: (form) => sendForm('confirmDate', form, 'DATE'),
    closeAttendance: (form) => sendForm('closeAttendance', form, 'CLOSE'),
    moveStock: (form) => sendForm('moveStock', form, 'STOCK'),
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
      const problem = await startRapid(answer.value.activityId);
      // Rapid mode has the screen now, and says there what was recorded.
      if (problem === null) store.send({ type: 'SAVED', what: 'OPEN' });
      return problem;
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
        if (answer.value.session.only === 'BACKUPS') {
          store.send({ type: 'GO', screen: { kind: 'BACKUPS' } });
          return;
        }
        if (screen.next === 'DATE')
          store.send({ type: 'GO', screen: { kind: 'DESK', tab: 'TODAY', question: 'DATE' } });
        else goDesk(screen.next === 'END_RAPID' ? 'RAPID' : 'TODAY');
        if (screen.next === 'END_RAPID') await sendForm('setRapid', { activityId: null }, null);
        else await refreshDesk();
      }
    },
    endRapid: async () => {
      await sendForm('setRapid', { activityId: null }, null);
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
  const value = answer.value as {
    kind: string;
    reason?: KeeperRefusal | LedgerRefusal | BackfillRefusal;
    problem?: PinProblem;
  };
  if (value.kind === 'PIN_REFUSED' && value.problem !== undefined)
    return { kind: 'PIN', problem: value.problem };
  return value.kind === 'REFUSED' && value.reason !== undefined
    ? { kind: 'REFUSED', reason: value.reason }
    : null;
}
