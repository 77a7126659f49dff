/** What a restore brings back and what it takes away, before anybody orders it; then the PIN once more. */
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BackupView, RestorePreview } from '../../../electron/contract/backupViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Figure } from '../../components/Figure.tsx';
import { Pager } from '../../components/Pager.tsx';
import { PinPad } from '../../components/PinPad.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { restoreProblemText } from './BackupPage.tsx';
import { factText } from './factText.ts';
import { unknownText } from './OutcomePage.tsx';

const PER_PAGE = 1;
const PER_PAGE_PORTRAIT = 4;

interface PreviewProps {
  readonly backup: BackupView;
  readonly plan: RestorePreview;
  readonly onClose: () => void;
}

/** How many records go; only the least of it, or no number at all, where nobody knows. */
function lostFigure(t: TFunction, { certain, lostCount }: RestorePreview): string {
  if (!certain && lostCount === 0) return t('backup.lostNobodyKnows');
  return t(certain ? 'unit.records' : 'backup.lostAtLeast', { records: lostCount });
}

function lostText(t: TFunction, plan: RestorePreview): string {
  const { certain, lostCount, lostAtCounty } = plan;
  if (!certain) return unknownText(t, plan.backupLastEventMs);
  if (lostCount === 0) return t('backup.lostNone');
  return t('backup.lostWhy', { atCounty: lostAtCounty, gone: lostCount - lostAtCounty });
}

export function PreviewPage({ backup, plan, onClose }: PreviewProps) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const [asksPin, setAsksPin] = useState(false);
  if (asksPin) return <ConfirmRestore backup={backup} plan={plan} onClose={() => setAsksPin(false)} />;
  const { lost } = plan;
  const unsent = plan.unsent.reduce((sum, { afterSeq, toSeq }) => sum + toSeq - afterSeq, 0);
  return (
    <>
      <h2>
        {t('backup.previewTitle', { date: shortDate(t, backup.madeMs), time: clockTime(backup.madeMs) })}
      </h2>
      <dl className="desk-figures">
        <Figure name={t('backup.comesBack')} value={t('unit.records', { records: plan.afterSeq })} />
        <Figure name={t('backup.lost')} value={lostFigure(t, plan)} />
        <Figure name={t('backup.unsent')} value={t('unit.records', { records: unsent })} />
      </dl>
      <p className="soft">
        {t('backup.comesBackWhy', { backup: plan.backupSeq, carried: plan.carriedOver })}。{lostText(t, plan)}
      </p>
      <Pager items={lost} perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE} className="desk-list">
        {({ seq, atCounty, type, atMs, person }) => (
          <li key={seq} className="desk-row">
            <p className="desk-row-text oneline">
              {type === ''
                ? t('backup.lostUnread', { seq })
                : `${shortDate(t, atMs)} ${clockTime(atMs)} ${factText(t, type)} ${person?.name ?? ''}`}
            </p>
            <span className={atCounty ? 'tag tag-good' : 'tag tag-care'}>
              {t(atCounty ? 'backup.lostAtCounty' : 'backup.lostGone')}
            </span>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        <Press look="main" onPress={() => setAsksPin(true)}>
          {t('backup.restore')}
        </Press>
      </div>
    </>
  );
}

function ConfirmRestore({ backup, plan, onClose }: PreviewProps) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const [problem, setProblem] = useState<string | null>(null);
  const order = async (pin: string): Promise<void> => {
    const answer = await controller.keeper.points.restore(backup.name, pin);
    if (answer !== null) setProblem(restoreProblemText(t, answer));
  };
  return (
    <div className="desk-pin">
      <PinPad
        title={t('backup.confirmTitle')}
        why={t('backup.confirmWhy', {
          date: shortDate(t, backup.madeMs),
          time: clockTime(backup.madeMs),
          lost: lostFigure(t, plan),
        })}
        problem={problem}
        onChange={() => setProblem(null)}
        onPin={(pin) => void order(pin)}
      />
      <BackKey onPress={onClose} />
    </div>
  );
}
