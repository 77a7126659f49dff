/** What has been recorded, what of it has reached the county, and when. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttentionView, LineView } from '../../../electron/contract/syncViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Figure } from '../../components/Figure.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Press } from '../../components/Press.tsx';
import { BackupPage } from '../backup/BackupPage.tsx';
import { clockTime, shortDate } from '../../texts/format.ts';

/** Small amounts in KB, so that a quiet day does not read as nothing. */
function amountOf(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What the line has carried today, and how much it may. */
function LineUsed({ line }: { readonly line: LineView }) {
  const { t } = useTranslation();
  const { megabytesPerDay, minutesPerDay } = line;
  const minutes = Math.ceil(line.minutes);
  const told = [
    t('desk.lineUsed', { amount: amountOf(line.bytes), minutes }),
    ...(megabytesPerDay > 0 ? [t('desk.lineMegabytes', { megabytes: megabytesPerDay })] : []),
    ...(minutesPerDay > 0 ? [t('desk.lineMinutes', { minutes: minutesPerDay })] : []),
  ];
  return (
    <>
      <p className="soft">{told.join(' · ')}</p>
      {line.level === 'SPARING' ? <p className="soft">{t('desk.lineSparing')}</p> : null}
    </>
  );
}

/** What the keeper can do something about at once comes first. */
const NEEDS = ['date', 'refused', 'missing', 'aside'] as const;

/** One sentence for each kind of fact that needs a person: what it is, and what to do. */
function Needs({ attention }: { readonly attention: AttentionView }) {
  const { t } = useTranslation();
  return NEEDS.filter((need) => attention[need] > 0).map((need) => (
    <p key={need} className="sync-need">
      <Icon name="warning" />
      {t(`desk.attention.${need}`, { records: attention[need] })}
    </p>
  ));
}

export function SyncTab() {
  const { t } = useTranslation();
  const { state, store, controller } = useApp();
  const [backups, setBackups] = useState(false);
  const sync = state.status?.sync;
  const stick = state.status?.stick;
  const newNumber = state.status?.newNumber ?? null;
  if (sync === undefined) return null;
  if (backups) return <BackupPage onClose={() => setBackups(false)} />;
  const fine = sync.state === 'IDLE' || sync.state === 'SENDING';
  const waiting = sync.recorded - sync.reachedCounty;
  const needs = NEEDS.reduce((sum, need) => sum + sync.attention[need], 0);
  const sent = Math.max(0, sync.sendingTotal - waiting);
  return (
    <>
      <p className={fine ? 'sync-state' : 'sync-state care'}>
        <Icon name={fine ? 'tick' : 'warning'} />
        {t(`desk.syncState.${sync.state}`)}
      </p>
      {state.status === null || state.status.standing === 'WORKING' ? null : (
        <p className="sync-state care">
          <Icon name="warning" />
          {t(`bar.standing.${state.status.standing}`)}
        </p>
      )}
      {newNumber === null ? null : (
        <p className="sync-state care">
          <Icon name="warning" />
          {t(`backup.began.${newNumber}`)}
        </p>
      )}
      <dl className="desk-figures desk-figures-sync">
        <Figure name={t('desk.recorded')} value={t('unit.records', { records: sync.recorded })} />
        <Figure name={t('desk.reached')} value={t('unit.records', { records: sync.reachedCounty })} />
        <Figure name={t('desk.waiting')} value={t('unit.records', { records: waiting })} />
        <Figure
          name={t('desk.attention.title')}
          value={needs === 0 ? t('desk.attention.none') : t('unit.records', { records: needs })}
        />
      </dl>
      <Needs attention={sync.attention} />
      {sync.state === 'SENDING' && sync.sendingTotal > 0 ? (
        <div className="sync-progress">
          <p>{t('desk.progress', { sent, total: sync.sendingTotal })}</p>
          <progress
            aria-label={t('desk.progress', { sent, total: sync.sendingTotal })}
            value={sent}
            max={sync.sendingTotal}
          />
        </div>
      ) : null}
      <p>
        <span className="soft">{t('desk.lastSuccess')} </span>
        <span className="strong">
          {sync.lastSuccessMs === 0
            ? t('desk.never')
            : t('desk.lastSuccessAt', {
                date: shortDate(t, sync.lastSuccessMs),
                time: clockTime(sync.lastSuccessMs),
              })}
        </span>
        {fine || sync.nextAttemptMs === 0 ? null : (
          <span className="soft">
            {' · '}
            {t(sync.state === 'METERED' ? 'desk.goesOn' : 'desk.nextAttempt', {
              date: shortDate(t, sync.nextAttemptMs),
              time: clockTime(sync.nextAttemptMs),
            })}
          </span>
        )}
      </p>
      <LineUsed line={sync.line} />
      <p className="soft">
        {sync.referenceMadeMs === 0
          ? t('desk.noReference')
          : t('desk.reference', { date: shortDate(t, sync.referenceMadeMs) })}
      </p>
      <div className="sync-keys">
        <Press
          look="main"
          icon="cloudUp"
          className="desk-open-new"
          disabled={sync.state === 'SENDING'}
          onPress={() => void controller.keeper.syncNow()}
        >
          {t('desk.sendNow')}
        </Press>
        {stick === undefined || stick.state === 'NONE' ? null : (
          <Press
            icon="stick"
            className="desk-open-new"
            onPress={() => store.send({ type: 'STICK', open: true })}
          >
            {t(`stick.title.${stick.state}`)}
          </Press>
        )}
        <Press icon="box" className="desk-open-new" onPress={() => setBackups(true)}>
          {t('backup.open')}
        </Press>
      </div>
    </>
  );
}
