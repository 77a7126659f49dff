/** Donated points for a volunteer: for whom, how many, from whom. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import { Press } from '../../components/Press.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { DeskForm } from '../keeper/DeskForm.tsx';
import { PersonPicker, type PickedPerson } from './PersonPicker.tsx';
import { NO_REASON, Reasons } from './Reasons.tsx';

const FIRST = 20;
const STEP = 10;
const MOST = 10_000;

export function GiftPage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [person, setPerson] = useState<PickedPerson | null>(null);
  const pick = useCallback((picked: PickedPerson) => setPerson(picked), []);
  if (person === null) return <PersonPicker title={t('points.pickTitle')} onPick={pick} onClose={onClose} />;
  return <GiftForm person={person} onBack={() => setPerson(null)} onClose={onClose} />;
}

function GiftForm(props: {
  readonly person: PickedPerson;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const { name, volunteerId } = props.person;
  const [points, setPoints] = useState(FIRST);
  const [reason, setReason] = useState(NO_REASON);
  const stepTo = (value: number): void => setPoints(Math.max(1, Math.min(MOST, value)));
  return (
    <DeskForm
      title={t('points.giftTitle', { name })}
      confirm={t('points.giftConfirm', { name, points })}
      ready={reason.text !== ''}
      onClose={props.onBack}
      onSaved={props.onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.giveGift({ requestId, volunteerId, points, reason: reason.text })
      }
    >
      <div className="quantity-steppers">
        <Press disabled={points <= 1} onPress={() => stepTo(points - STEP)}>
          {t('points.minusTen')}
        </Press>
        <Stepper
          value={t('unit.pointsOf', { points })}
          lessLabel={t('common.less')}
          moreLabel={t('common.more')}
          canLess={points > 1}
          canMore={points < MOST}
          onLess={() => stepTo(points - 1)}
          onMore={() => stepTo(points + 1)}
        />
        <Press disabled={points >= MOST} onPress={() => stepTo(points + STEP)}>
          {t('points.plusTen')}
        </Press>
      </div>
      <Reasons list="giftReason" value={reason} onChange={setReason} />
    </DeskForm>
  );
}
