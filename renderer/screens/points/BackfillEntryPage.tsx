/** Hours that no scan recorded and that wait: approved by the PIN of a second person, or rejected with a reason. */
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackfillView } from '../../../electron/contract/backfillViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { BackKey } from '../../components/BackKey.tsx';
import { Pager } from '../../components/Pager.tsx';
import { PinPad } from '../../components/PinPad.tsx';
import { Press } from '../../components/Press.tsx';
import { duration, shortDate } from '../../texts/format.ts';
import { DeskForm } from '../keeper/DeskForm.tsx';
import { deskProblemText } from '../keeper/deskText.ts';
import { activityText, whenText } from './backfillText.ts';
import { NO_REASON, Reasons } from './Reasons.tsx';

export function WaitingBackfills(props: {
  readonly backfills: readonly BackfillView[];
  readonly perPage: number;
  readonly onChoose: (backfill: BackfillView) => void;
}) {
  const { t } = useTranslation();
  return (
    <Pager
      items={props.backfills}
      perPage={props.perPage}
      className="desk-list"
      empty={t('points.waitingNone')}
    >
      {(one) => (
        <li key={`${one.incarnation} ${one.seq}`} className="desk-row">
          <div className="desk-row-text">
            <p className="line-name oneline">
              {one.name === '' ? t('common.noName') : one.name} <span>{activityText(t, one)}</span>
            </p>
            <p className="soft oneline">{whenText(t, one)}</p>
          </div>
          <Press onPress={() => props.onChoose(one)}>{t('points.open')}</Press>
        </li>
      )}
    </Pager>
  );
}

interface EntryProps {
  readonly backfill: BackfillView;
  readonly onClose: () => void;
}

export function BackfillEntryPage({ backfill, onClose }: EntryProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<'APPROVE' | 'REJECT' | null>(null);
  const onBack = (): void => setStep(null);
  if (step === 'APPROVE') return <ApproveForm backfill={backfill} onBack={onBack} onClose={onClose} />;
  if (step === 'REJECT') return <RejectForm backfill={backfill} onBack={onBack} onClose={onClose} />;
  const { reason, evidence, recordedByName, atMs } = backfill;
  return (
    <div className="desk-form">
      <h2>{titleOf(t, backfill)}</h2>
      <div className="desk-form-fields">
        <p className="lead">{whenText(t, backfill)}</p>
        <p className="lead">{t('backfill.grounds', { reason, evidence })}</p>
        <p className="soft">
          {t('backfill.by', { keeper: recordedByName, date: shortDate(t, atMs) })} {t('backfill.approveWhy')}
        </p>
        <Press className="points-step" look="main" onPress={() => setStep('APPROVE')}>
          {t('backfill.approve')}
        </Press>
        <Press className="points-step" onPress={() => setStep('REJECT')}>
          {t('backfill.reject')}
        </Press>
      </div>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
      </div>
    </div>
  );
}

function titleOf(t: TFunction, backfill: BackfillView): string {
  return t('backfill.title', {
    name: backfill.name === '' ? t('common.noName') : backfill.name,
    item: activityText(t, backfill),
    length: duration(t, backfill.minutes),
  });
}

interface StepProps extends EntryProps {
  readonly onBack: () => void;
}

function RejectForm({ backfill, onBack, onClose }: StepProps) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const [reason, setReason] = useState(NO_REASON);
  const { incarnation, seq } = backfill;
  return (
    <DeskForm
      title={titleOf(t, backfill)}
      confirm={t('backfill.rejectConfirm')}
      ready={reason.text !== ''}
      onClose={onBack}
      onSaved={onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.rejectBackfill({ requestId, incarnation, seq, reason: reason.text })
      }
    >
      <Reasons
        list="backfillRejectReason"
        title={t('backfill.rejectTitle')}
        value={reason}
        onChange={setReason}
      />
    </DeskForm>
  );
}

function ApproveForm({ backfill, onBack, onClose }: StepProps) {
  const { t } = useTranslation();
  const { controller } = useApp();
  // The same for every try of this form: a second try of what was recorded is the same fact.
  const [requestId] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string | null>(null);
  const { incarnation, seq, name, minutes } = backfill;
  const send = async (secondPin: string): Promise<void> => {
    const form = { requestId, incarnation, seq, secondPin };
    const answer = await controller.keeper.points.approveBackfill(form);
    if (answer === null) onClose();
    else setProblem(deskProblemText(t, answer));
  };
  return (
    <div className="desk-pin">
      <PinPad
        title={t('backfill.pin')}
        why={t('backfill.pinWhy', { name, length: duration(t, minutes) })}
        problem={problem}
        onChange={() => setProblem(null)}
        onPin={(pin) => void send(pin)}
      />
      <BackKey onPress={onBack} />
    </div>
  );
}
