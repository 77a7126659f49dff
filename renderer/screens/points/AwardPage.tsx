/** An award by the catalogue: what for, for whom, why. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerDesk } from '../../../electron/contract/ledgerViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { DeskForm } from '../keeper/DeskForm.tsx';
import { PersonPicker, type PickedPerson } from './PersonPicker.tsx';
import { NO_REASON, Reasons } from './Reasons.tsx';

type Award = LedgerDesk['awards'][number];
const PER_PAGE = 6;

export function AwardPage({
  ledger,
  onClose,
}: {
  readonly ledger: LedgerDesk;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [award, setAward] = useState<Award | null>(null);
  const [person, setPerson] = useState<PickedPerson | null>(null);
  const pick = useCallback((picked: PickedPerson) => setPerson(picked), []);
  if (award === null) return <Catalogue awards={ledger.awards} onChoose={setAward} onClose={onClose} />;
  if (person === null)
    return (
      <PersonPicker
        title={t(award.to === 'HOUSEHOLD' ? 'points.pickHousehold' : 'points.pickTitle')}
        onPick={pick}
        onClose={() => setAward(null)}
      />
    );
  return <AwardForm award={award} person={person} onBack={() => setPerson(null)} onClose={onClose} />;
}

function Catalogue(props: {
  readonly awards: readonly Award[];
  readonly onChoose: (award: Award) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <h2>{t('points.awardTitle')}</h2>
      <Pager items={props.awards} perPage={PER_PAGE} className="points-menu">
        {(award) => (
          <li key={award.id}>
            <Press className="points-card" onPress={() => props.onChoose(award)}>
              <span className="points-card-text">
                <span className="line-name">{award.name}</span>
                <span className="soft">
                  {t(award.to === 'HOUSEHOLD' ? 'points.toHousehold' : 'points.toPerson')}
                </span>
              </span>
              <span className="figure points-card-points">
                {t('points.awardPoints', { points: award.points })}
              </span>
            </Press>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
      </div>
    </>
  );
}

function AwardForm(props: {
  readonly award: Award;
  readonly person: PickedPerson;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const { award, person } = props;
  const [reason, setReason] = useState(NO_REASON);
  const toHousehold = award.to === 'HOUSEHOLD';
  const holderId = toHousehold ? person.householdId : person.volunteerId;
  const name = toHousehold && person.householdName !== '' ? person.householdName : person.name;
  return (
    <DeskForm
      title={t('points.awardFor', { award: award.name, name })}
      confirm={t('points.awardConfirm', { name, points: award.points })}
      ready={reason.text !== '' && holderId !== 0}
      onClose={props.onBack}
      onSaved={props.onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.award({ requestId, awardId: award.id, holderId, reason: reason.text })
      }
    >
      {holderId === 0 ? (
        <p className="care">
          <Icon name="warning" />
          {t('points.noHousehold')}
        </p>
      ) : (
        <Reasons list="awardReason" value={reason} onChange={setReason} />
      )}
    </DeskForm>
  );
}
