/** Points, exchanges, the notice board and backups at the keeper's desk. */
import type { Contract } from '../../electron/contract/contract.ts';
import type { BackfillPlanView } from '../../electron/contract/backfillViews.ts';
import type { RestorePreview } from '../../electron/contract/backupViews.ts';
import type { OutputOf } from '../../electron/contract/types.ts';
import type {
  ExchangeView,
  NoticeView,
  PersonEntryView,
  VillagerView,
} from '../../electron/contract/pointsDeskViews.ts';
import type { DoubtfulView } from '../../electron/contract/views.ts';
import type { EntryRef, WaitingEntryView } from '../../electron/contract/ledgerViews.ts';
import type { ControllerContext } from './controllerContext.ts';
import type { DeskProblem, FormOf, SendForm } from './keeperActions.ts';

export type Step = FormOf<'stepEntry'>['step'];
export type Backups = Extract<OutputOf<Contract['listBackups']>, { kind: 'BACKUPS' }>;
export type RestoreProblem =
  | Extract<OutputOf<Contract['restore']>, { kind: 'REFUSED' | 'PIN_REFUSED' }>
  | Extract<DeskProblem, { kind: 'FAULT' }>;

export interface PointsActions {
  readonly refreshLedger: () => Promise<void>;
  /** Lists are null where they could not be had: the screen says why, or asks for the PIN. */
  readonly villagers: () => Promise<readonly VillagerView[] | null>;
  readonly entries: (volunteerId: number) => Promise<readonly PersonEntryView[] | null>;
  readonly exchanges: (volunteerId: number | null) => Promise<readonly ExchangeView[] | null>;
  readonly notice: () => Promise<NoticeView | null>;
  readonly doubtful: () => Promise<readonly DoubtfulView[] | null>;
  readonly award: (form: FormOf<'award'>) => Promise<DeskProblem | null>;
  readonly giveGift: (form: FormOf<'giveGift'>) => Promise<DeskProblem | null>;
  readonly step: (form: FormOf<'stepEntry'>) => Promise<DeskProblem | null>;
  /** Confirms several entries, one request each; says how many were refused. Stops at a fault. */
  readonly confirmAll: (
    entries: readonly WaitingEntryView[],
  ) => Promise<{ readonly done: number; readonly refused: number }>;
  readonly reverse: (form: FormOf<'reverseEntry'>) => Promise<DeskProblem | null>;
  readonly undo: (form: FormOf<'undoRedemption'>) => Promise<DeskProblem | null>;
  readonly backfillPlan: () => Promise<BackfillPlanView | null>;
  readonly recordBackfill: (form: FormOf<'recordBackfill'>) => Promise<DeskProblem | null>;
  readonly approveBackfill: (form: FormOf<'approveBackfill'>) => Promise<DeskProblem | null>;
  readonly rejectBackfill: (form: FormOf<'rejectBackfill'>) => Promise<DeskProblem | null>;
  readonly backups: () => Promise<Backups | null>;
  readonly previewRestore: (name: string) => Promise<RestorePreview | RestoreProblem | null>;
  /** Orders the restore; the screen of its progress is shown once it was taken. */
  readonly restore: (name: string, pin: string) => Promise<RestoreProblem | null>;
}

/** Names an entry and nothing else of it. */
export function refOf({ holder, holderId, incarnation, seq }: EntryRef): EntryRef {
  return { holder, holderId, incarnation, seq };
}

export function createPointsActions(context: ControllerContext, sendForm: SendForm): PointsActions {
  const { store, bridge, play, randomUuid } = context;
  const token = (): string => store.get().keeper?.session.keeperToken ?? '';

  /** A reading for the desk; null, with the problem told or the PIN asked for, where it was not answered. */
  async function ask<
    M extends
      | 'listDoubtful'
      | 'getLedger'
      | 'listVillagers'
      | 'listEntries'
      | 'listExchanges'
      | 'getNotice'
      | 'getBackfillPlan'
      | 'listBackups',
  >(method: M, input: FormOf<M>): Promise<Exclude<OutputOf<Contract[M]>, { kind: 'KEEPER_GONE' }> | null> {
    const keeperToken = token();
    const answer = await bridge.call(method, { ...input, keeperToken });
    if (token() !== keeperToken || keeperToken === '') return null;
    if (!answer.ok) {
      store.send({ type: 'PROBLEM', problem: { kind: 'FAULT', error: answer.error } });
      return null;
    }
    const value = answer.value as OutputOf<Contract[M]> & { readonly kind: string };
    if (value.kind === 'KEEPER_GONE') {
      store.send({ type: 'GO', screen: { kind: 'KEEPER_PIN', next: 'DESK' } });
      return null;
    }
    return value as Exclude<OutputOf<Contract[M]>, { kind: 'KEEPER_GONE' }>;
  }

  async function refreshLedger(): Promise<void> {
    const answer = await ask('getLedger', {});
    if (answer !== null) store.send({ type: 'LEDGER_VIEW', ledger: answer.ledger });
  }
  return {
    refreshLedger,
    villagers: async () => (await ask('listVillagers', {}))?.villagers ?? null,
    entries: async (volunteerId) => (await ask('listEntries', { volunteerId }))?.entries ?? null,
    exchanges: async (volunteerId) => (await ask('listExchanges', { volunteerId }))?.exchanges ?? null,
    doubtful: async () => (await ask('listDoubtful', {}))?.records ?? null,
    notice: async () => (await ask('getNotice', {}))?.notice ?? null,
    award: (form) => sendForm('award', form, 'AWARD'),
    giveGift: (form) => sendForm('giveGift', form, 'GIFT'),
    step: (form) => sendForm('stepEntry', form, form.step),
    confirmAll: async (entries) => {
      let done = 0;
      let refused = 0;
      for (const entry of entries) {
        const form = { requestId: randomUuid(), entry: refOf(entry), step: 'CONFIRM', reason: '' } as const;
        const problem = await sendForm('stepEntry', form, null);
        if (problem === null) done += 1;
        else if (problem.kind === 'REFUSED') refused += 1;
        else break;
      }
      if (done > 0) store.send({ type: 'SAVED', what: 'CONFIRM' });
      return { done, refused };
    },
    reverse: (form) => sendForm('reverseEntry', form, 'REVERSE'),
    undo: (form) => sendForm('undoRedemption', form, 'UNDO'),
    backfillPlan: async () => (await ask('getBackfillPlan', {}))?.plan ?? null,
    recordBackfill: (form) => sendForm('recordBackfill', form, 'BACKFILL'),
    approveBackfill: (form) => sendForm('approveBackfill', form, 'BACKFILL_APPROVE'),
    rejectBackfill: (form) => sendForm('rejectBackfill', form, 'BACKFILL_REJECT'),
    backups: () => ask('listBackups', {}),
    previewRestore: async (name) => {
      const answer = await bridge.call('previewRestore', { keeperToken: token(), name });
      if (!answer.ok) return { kind: 'FAULT', error: answer.error };
      return answer.value.kind === 'PREVIEW' ? answer.value.preview : answer.value;
    },
    restore: async (name, pin) => {
      if (store.get().pending) return null;
      store.send({ type: 'PENDING', pending: true });
      const answer = await bridge.call('restore', { keeperToken: token(), name, pin });
      store.send({ type: 'PENDING', pending: false });
      if (answer.ok && answer.value.kind === 'RESTARTING') {
        store.send({ type: 'GO', screen: { kind: 'RESTORING', end: null } });
        return null;
      }
      play('refusal');
      if (!answer.ok) return { kind: 'FAULT', error: answer.error };
      return answer.value.kind === 'RESTARTING' ? null : answer.value;
    },
  };
}
