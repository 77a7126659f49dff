/** Points at the desk and for their owner: awards, the steps of an entry, corrections, pooling, notices. */
import type { Recorded } from '../../db/types.ts';
import type { DecisionTime } from '../../domain/attendance/facts.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { decideAward, decideGift } from '../../domain/points/award.ts';
import { decidePooling, decideReversal, decideUndo } from '../../domain/points/correct.ts';
import type { KeeperFact } from '../../domain/points/facts.ts';
import {
  decideApprove,
  decideConfirm,
  decideObjection,
  decideObjectionOutcome,
} from '../../domain/points/settle.ts';
import { err, type Result } from '../../domain/result.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { LedgerOutcome, LedgerRefusal } from '../contract/ledgerViews.ts';
import type { Core } from './core.ts';
import type { Keepers } from './keeper.ts';
import { accountsOf, ledgerDesk } from './ledgerViewModels.ts';
import type { Persons } from './persons.ts';
import type { CheckPin } from './pins.ts';
import { mayTouch } from './spending.ts';
import { recordTurnOfDay } from './turnOfDay.ts';

type LedgerHandlers = Pick<
  StationHandlers,
  | 'getAccounts'
  | 'setPooling'
  | 'getLedger'
  | 'award'
  | 'giveGift'
  | 'stepEntry'
  | 'reverseEntry'
  | 'undoRedemption'
>;
type StepInput = Parameters<LedgerHandlers['stepEntry']>[0];
type Decision = Result<readonly EventDraft[], LedgerRefusal>;

const GONE: LedgerOutcome = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } };

function done({ events }: Recorded): LedgerOutcome {
  return { kind: 'DONE', seq: events[0]?.seq ?? 0 };
}
function outcome(result: Result<Recorded, LedgerRefusal>): LedgerOutcome {
  return result.ok ? done(result.value) : { kind: 'REFUSED', reason: result.error };
}

function decideStep(
  core: Core,
  { entry, step, reason }: StepInput,
  keeper: KeeperFact,
  atMs: number,
): Decision {
  const { views } = core;
  switch (step) {
    case 'CONFIRM':
      return decideConfirm(views, entry, keeper);
    case 'APPROVE':
      return decideApprove(views, entry, keeper, views.rules(), atMs);
    case 'OBJECT':
      return decideObjection(views, entry, reason);
    case 'UPHOLD':
      return decideObjectionOutcome(views, entry, 'UPHELD', reason, keeper);
    case 'DISMISS':
      return decideObjectionOutcome(views, entry, 'DISMISSED', reason, keeper);
  }
}

export function createLedger(
  core: Core,
  persons: Persons,
  keepers: Keepers,
  checkPin: CheckPin,
): LedgerHandlers {
  const { views } = core;

  /** Lets the keeper of an open desk record something; a request that was recorded before is answered again. */
  function asKeeper(
    { requestId, keeperToken }: { readonly requestId: string; readonly keeperToken: string },
    decide: (keeper: KeeperFact, now: DecisionTime) => Decision,
  ): LedgerOutcome {
    const before = core.recordedBefore(requestId);
    if (before !== null) return done(before);
    const session = keepers.use(keeperToken);
    if (session === undefined) return GONE;
    return outcome(
      core.record<LedgerRefusal>(requestId, session.id, (now) => {
        // The county may have taken the keeper out since the desk was unlocked.
        const keeper = views.keeper(session.id);
        return keeper === null ? err({ kind: 'KEEPER_GONE' }) : decide(keeper, now);
      }),
    );
  }

  return {
    getAccounts: ({ personToken }) => {
      const person = persons.use(personToken);
      if (person === undefined) return { kind: 'PERSON_GONE' };
      return { kind: 'ACCOUNTS', accounts: accountsOf(core, person.volunteerId) };
    },
    setPooling: ({ requestId, personToken, consent }) => {
      const before = core.recordedBefore(requestId);
      if (before !== null) return done(before);
      const person = persons.use(personToken);
      // A number typed by hand proves nobody's consent: the card must have been there.
      if (person === undefined || person.source === 'MANUAL')
        return { kind: 'REFUSED', reason: { kind: 'PERSON_GONE' } };
      return outcome(core.record(requestId, 0, () => decidePooling(views, person.volunteerId, consent)));
    },
    getLedger: ({ keeperToken }) => {
      const session = keepers.use(keeperToken);
      const keeper = session === undefined ? null : views.keeper(session.id);
      if (keeper === null) return { kind: 'KEEPER_GONE' };
      recordTurnOfDay(core);
      return { kind: 'LEDGER', ledger: ledgerDesk(core, keeper) };
    },
    award: (input) =>
      asKeeper(input, (keeper, { atMs }) => decideAward(views, input, keeper, views.rules(), atMs)),
    giveGift: (input) =>
      asKeeper(input, (keeper, { atMs }) => decideGift(views, input, keeper, views.rules(), atMs)),
    stepEntry: (input) =>
      asKeeper(input, (keeper, { atMs }) => {
        const may = mayTouch(core, input.entry.incarnation);
        return may.ok ? decideStep(core, input, keeper, atMs) : may;
      }),
    reverseEntry: async (input) => {
      const before = core.recordedBefore(input.requestId);
      if (before !== null) return done(before);
      if (keepers.use(input.keeperToken) === undefined) return GONE;
      const second = await checkPin(input.secondPin);
      if (!second.ok) return { kind: 'PIN_REFUSED', problem: second.error };
      return asKeeper(input, (maker) => {
        const checker = views.keeper(second.value.id);
        if (checker === null) return err({ kind: 'KEEPER_GONE' });
        const may = mayTouch(core, input.entry.incarnation);
        if (!may.ok) return may;
        return decideReversal(views, input.entry, input.reason, maker, checker);
      });
    },
    undoRedemption: ({ incarnation, seq, kind, lines, reason, ...request }) =>
      asKeeper(request, (keeper, { atMs }) => {
        const may = mayTouch(core, incarnation);
        if (!may.ok) return may;
        const undo = { key: { incarnation, seq }, kind, lines, reason };
        return decideUndo(views, undo, keeper, views.rules(), atMs);
      }),
  };
}
