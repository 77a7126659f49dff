/** Why the last step did not go on and what to do, where the person is looking. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../app/state.ts';
import type { PinProblem } from '../../electron/contract/views.ts';
import { clockTime } from '../texts/format.ts';
import { Icon } from './Icon.tsx';

/** One or two sentences about a problem. */
export function problemText(t: TFunction, problem: Problem): string {
  switch (problem.kind) {
    case 'CARD':
      return `${t(`card.${problem.problem.kind}`)}。${t(`cardNext.${problem.problem.kind}`)}`;
    case 'CHECK_DIGIT':
      return t('byHand.checkDigit');
    case 'SCAN_AGAIN':
      return t('shop.personGone');
    case 'CARD_NEEDED':
      return t('pooling.needsCard');
    case 'UNDER_WAY':
      return t('elsewhere.UNDER_WAY');
    case 'ALT_CODES':
      return `${t('scanner.altCodes')}。${t('scanner.altCodesNext')}`;
    case 'NO_HOUSEHOLD':
      return t('pooling.notMember');
    case 'PIN':
      return pinText(t, problem.problem);
    case 'FAULT':
      return `${t(`fault.${problem.error.kind}`)}。${t('fault.next')}`;
  }
}

/** What is wrong with a PIN. */
export function pinText(t: TFunction, problem: PinProblem): string {
  switch (problem.kind) {
    case 'WRONG_PIN':
      return t('pin.WRONG_PIN', { tries: problem.triesLeft });
    case 'LOCKED':
      // Rounded up: at the minute that is shown it is really open again.
      return t('pin.LOCKED', { time: clockTime(problem.untilMs + 59_999) });
    case 'NO_KEEPER':
      return t('pin.NO_KEEPER');
  }
}

export function ProblemLine({ problem }: { readonly problem: Problem | null }) {
  const { t } = useTranslation();
  return (
    <p className="problem" role="alert">
      {problem === null ? null : (
        <span className="problem-text">
          <Icon name="warning" />
          {problemText(t, problem)}
        </span>
      )}
    </p>
  );
}
