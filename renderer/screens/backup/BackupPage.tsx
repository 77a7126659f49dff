/** Backups: how old, proved good, where; why the records have a new number; and the way back. */
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BackupView, RestorePreview } from '../../../electron/contract/backupViews.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { useApp } from '../../app/AppContext.ts';
import type { RestoreProblem } from '../../app/pointsActions.ts';
import { useStationTime } from '../../app/useStationTime.ts';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { pinText } from '../../components/ProblemLine.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { useAsked } from '../points/useAsked.ts';
import { missingText, OutcomePage } from './OutcomePage.tsx';
import { PreviewPage } from './PreviewPage.tsx';

const PER_PAGE = 3;
/** Beside a line about trouble. */
const PER_PAGE_IN_TROUBLE = 2;
const PER_PAGE_PORTRAIT = 5;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;

function ageText(t: TFunction, madeMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - madeMs) / MINUTE_MS));
  if (minutes < 2 * HOUR_MINUTES) return t('backup.age.MINUTES', { minutes });
  if (minutes < 2 * DAY_MINUTES) return t('backup.age.HOURS', { hours: Math.floor(minutes / HOUR_MINUTES) });
  return t('backup.age.DAYS', { days: Math.floor(minutes / DAY_MINUTES) });
}

/** Why a restore cannot be, in words. */
export function restoreProblemText(t: TFunction, problem: RestoreProblem): string {
  switch (problem.kind) {
    case 'FAULT':
      return `${t(`fault.${problem.error.kind}`)}。${t('fault.next')}`;
    case 'PIN_REFUSED':
      return pinText(t, problem.problem);
    case 'REFUSED': {
      const { reason } = problem;
      if (reason.kind === 'KEEPER_GONE') return t('desk.refusal.KEEPER_GONE');
      return reason.kind === 'BAD_BACKUP'
        ? t('backup.refusal.BAD_BACKUP', { detail: reason.detail })
        : t(`backup.refusal.${reason.kind}`);
    }
  }
}

export function BackupPage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const nowMs = useStationTime();
  const [preview, setPreview] = useState<{ readonly of: BackupView; readonly plan: RestorePreview } | null>(
    null,
  );
  const [showsOutcome, setShowsOutcome] = useState(false);
  const [looking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const answer = useAsked(controller.keeper.points.backups);
  if (preview !== null)
    return <PreviewPage backup={preview.of} plan={preview.plan} onClose={() => setPreview(null)} />;
  if (answer === null) return <p>{t('common.loading')}</p>;
  const { backups, began, restored } = answer;
  if (showsOutcome && restored !== null)
    return <OutcomePage restored={restored} onClose={() => setShowsOutcome(false)} />;
  const newest = backups.reduce((latest, { madeMs }) => Math.max(latest, madeMs), 0);
  const look = async (backup: BackupView): Promise<void> => {
    setLooking(true);
    const plan = await controller.keeper.points.previewRestore(backup.name);
    setLooking(false);
    if (plan !== null && 'backupSeq' in plan) setPreview({ of: backup, plan });
    else if (plan !== null) setProblem(restoreProblemText(t, plan));
  };
  const trouble =
    answer.problem === ''
      ? (problem ?? missingText(t, restored) ?? (answer.secondAbsent ? t('backup.secondAbsent') : null))
      : t('backup.problem', { detail: answer.problem });
  return (
    <>
      <h2>{newest === 0 ? t('backup.title') : t('backup.newest', { age: ageText(t, newest, nowMs) })}</h2>
      <p className="soft">
        {t(`backup.began.${began}`)}
        {began === 'CONTINUED' ? null : `。${t('backup.beganWhy')}`}
      </p>
      {trouble === null ? null : (
        <p className="care" role="alert">
          <Icon name="warning" />
          {trouble}
        </p>
      )}
      <Pager
        items={backups}
        perPage={portrait ? PER_PAGE_PORTRAIT : trouble === null ? PER_PAGE : PER_PAGE_IN_TROUBLE}
        className="desk-list"
        empty={t('backup.none')}
      >
        {(backup) => (
          <li key={backup.name} className="desk-row">
            <div className="desk-row-text">
              <p className="line-name oneline">
                {shortDate(t, backup.madeMs)} {clockTime(backup.madeMs)}{' '}
                <span className="soft">{ageText(t, backup.madeMs, nowMs)}</span>
              </p>
              <p className="soft oneline">
                {t(backup.second ? 'backup.places.SECOND' : 'backup.places.FIRST')} ·{' '}
                {t('backup.upTo', { seq: backup.seq })}
              </p>
            </div>
            <span className="tag tag-good">{t('backup.good', { date: shortDate(t, backup.provedMs) })}</span>
            <Press disabled={looking} onPress={() => void look(backup)}>
              {t('backup.look')}
            </Press>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        {restored === null ? null : (
          <Press onPress={() => setShowsOutcome(true)}>{t('backup.outcome.open')}</Press>
        )}
      </div>
    </>
  );
}
