/** Who is here, and who left without signing out: the keeper says when. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeeperDesk, OpenAttendanceView } from '../../../electron/contract/views.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { useApp } from '../../app/AppContext.ts';
import { Pager } from '../../components/Pager.tsx';
import { Press } from '../../components/Press.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { DEFAULT_LANGUAGE } from '../../texts/i18n.ts';
import { Choices, DeskForm } from './DeskForm.tsx';

const PER_PAGE = 4;
const PER_PAGE_PORTRAIT = 6;

export function PresentTab({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const [closing, setClosing] = useState<OpenAttendanceView | null>(null);
  if (closing !== null)
    return (
      <CloseForm
        attendance={closing}
        honor={desk.closedByLeaderAs === 'HONOR'}
        onClose={() => setClosing(null)}
      />
    );
  const sorted = [...desk.attendances].sort((a, b) => Number(b.unclosed) - Number(a.unclosed));
  return (
    <Pager
      items={sorted}
      perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
      className="desk-list"
      empty={t('desk.nobody')}
    >
      {(one) => (
        <li key={`${one.earlier} ${one.signInSeq}`} className="desk-row">
          <div className="desk-row-text">
            <p className="line-name oneline">
              {one.person.name === '' ? t('common.noName') : one.person.name}
            </p>
            <p className="soft oneline">
              {one.activityName} ·{' '}
              {t('desk.since', { date: shortDate(t, one.signedInMs), time: clockTime(one.signedInMs) })}
            </p>
          </div>
          {one.time === 'TRUSTED' ? null : <span className="tag tag-care">{t(`clock.${one.time}`)}</span>}
          {one.unclosed ? (
            <>
              <span className="tag tag-care">{t('desk.toClose')}</span>
              <Press onPress={() => setClosing(one)}>{t('desk.close')}</Press>
            </>
          ) : (
            <span className="tag tag-good">{t('desk.presentNow')}</span>
          )}
        </li>
      )}
    </Pager>
  );
}

const REASONS = ['FORGOT', 'LEFT_EARLY', 'SCANNER', 'POWER'] as const;
const STEP_MINUTES = 5;

function CloseForm(props: {
  readonly attendance: OpenAttendanceView;
  /** What is closed counts as hours and earns no points. */
  readonly honor: boolean;
  readonly onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { controller } = useApp();
  const { attendance, onClose } = props;
  const { signedInMs, plannedEndMs } = attendance;
  const [outAtMs, setOutAtMs] = useState(plannedEndMs);
  const [reason, setReason] = useState<(typeof REASONS)[number]>('FORGOT');
  const stepTo = (minutes: number): void =>
    setOutAtMs((at) => Math.min(plannedEndMs, Math.max(signedInMs, at + minutes * MINUTE_MS)));
  const time = clockTime(outAtMs);
  return (
    <DeskForm
      title={t('desk.closeTitle', { name: attendance.person.name })}
      confirm={t('desk.closeConfirm')}
      onClose={onClose}
      onConfirm={(requestId) =>
        controller.keeper.closeAttendance({
          requestId,
          signInSeq: attendance.signInSeq,
          earlier: attendance.earlier,
          outAtMs,
          // The record is in the language of the village, whatever the screen is in.
          reason: i18n.getFixedT(DEFAULT_LANGUAGE)(`desk.closeReason.${reason}`),
        })
      }
    >
      <p className="soft">
        {t('desk.closeLimits', { from: clockTime(signedInMs), to: clockTime(plannedEndMs) })}
        {props.honor ? `。${t('desk.closeHonor')}` : null}
      </p>
      <div className="time-steppers">
        <Stepper
          value={time.slice(0, 2)}
          lessLabel={t('desk.hourDown')}
          moreLabel={t('desk.hourUp')}
          canLess={outAtMs > signedInMs}
          canMore={outAtMs < plannedEndMs}
          onLess={() => stepTo(-60)}
          onMore={() => stepTo(60)}
        />
        <span className="figure time-colon">:</span>
        <Stepper
          value={time.slice(3)}
          lessLabel={t('desk.minutesDown')}
          moreLabel={t('desk.minutesUp')}
          canLess={outAtMs > signedInMs}
          canMore={outAtMs < plannedEndMs}
          onLess={() => stepTo(-STEP_MINUTES)}
          onMore={() => stepTo(STEP_MINUTES)}
        />
      </div>
      <Choices
        title={t('desk.reason')}
        options={REASONS.map((value) => ({ value, text: t(`desk.closeReason.${value}`) }))}
        chosen={reason}
        onChoose={setReason}
      />
    </DeskForm>
  );
}
