/** What the desk says against a form, in words. */
import type { TFunction } from 'i18next';
import type { DeskProblem } from '../../app/keeperActions.ts';
import { pinText } from '../../components/ProblemLine.tsx';
import { clockTime } from '../../texts/format.ts';
import { backfillRefusalText } from '../points/backfillText.ts';
import { ledgerRefusalText } from '../points/pointsText.ts';

export function deskProblemText(t: TFunction, problem: DeskProblem): string {
  if (problem.kind === 'FAULT') return `${t(`fault.${problem.error.kind}`)}。${t('fault.nextUnsure')}`;
  if (problem.kind === 'PIN') return pinText(t, problem.problem);
  const { reason } = problem;
  switch (reason.kind) {
    case 'TIME_OUT_OF_RANGE':
      return t('desk.refusal.TIME_OUT_OF_RANGE', {
        from: clockTime(reason.fromMs),
        to: clockTime(reason.toMs),
      });
    case 'STOCK_WOULD_BE_NEGATIVE':
      return t('desk.refusal.STOCK_WOULD_BE_NEGATIVE', { stock: reason.stock });
    case 'OUT_OF_PLAN':
    case 'TOO_SHORT':
    case 'NOT_OVER':
    case 'TOO_OLD':
    case 'OVERLAP':
    case 'DAY_FULL':
    case 'ALREADY_SETTLED':
      return backfillRefusalText(t, reason);
    case 'KEEPER_GONE':
    case 'NOT_FOUND':
    case 'ALREADY_CLOSED':
    case 'STILL_OPEN':
      return t(`desk.refusal.${reason.kind}`);
    default:
      return ledgerRefusalText(t, reason);
  }
}
