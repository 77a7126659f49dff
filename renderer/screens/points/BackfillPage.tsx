/** Recording hours that no scan did 补录: whose, of which activity, how long, why, and what proves it. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackfillPlanView } from '../../../electron/contract/backfillViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { BackKey } from '../../components/BackKey.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { Pager } from '../../components/Pager.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { DEFAULT_LANGUAGE } from '../../texts/i18n.ts';
import { DeskForm } from '../keeper/DeskForm.tsx';
import { HoursPage, type Hours, type Planned } from './BackfillHours.tsx';
import { PersonPicker, type PickedPerson } from './PersonPicker.tsx';
import { NO_REASON, Reasons } from './Reasons.tsx';
import { useAsked } from './useAsked.ts';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 6;

export function BackfillPage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const plan = useAsked(controller.keeper.points.backfillPlan);
  const [person, setPerson] = useState<PickedPerson | null>(null);
  /** Undefined before it is chosen; null for a service outside the plan. */
  const [activity, setActivity] = useState<Planned | null | undefined>(undefined);
  const [hours, setHours] = useState<Hours | null>(null);
  const [reason, setReason] = useState('');
  const pick = useCallback((picked: PickedPerson) => setPerson(picked), []);
  if (person === null) return <PersonPicker title={t('backfill.pick')} onPick={pick} onClose={onClose} />;
  if (plan === null) return <p>{t('common.loading')}</p>;
  if (activity === undefined)
    return <Activities plan={plan} person={person} onChoose={setActivity} onClose={() => setPerson(null)} />;
  if (hours === null)
    return (
      <HoursPage
        plan={plan}
        name={person.name}
        activity={activity}
        onNext={setHours}
        onClose={() => setActivity(undefined)}
      />
    );
  if (reason === '') return <WhyPage onNext={setReason} onClose={() => setHours(null)} />;
  const service = { volunteerId: person.volunteerId, activityId: activity?.activityId ?? 0, ...hours };
  return <ProofPage service={service} reason={reason} onBack={() => setReason('')} onClose={onClose} />;
}

function Activities(props: {
  readonly plan: BackfillPlanView;
  readonly person: PickedPerson;
  readonly onChoose: (activity: Planned | null) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  return (
    <>
      <h2>{t('backfill.which', { name: props.person.name })}</h2>
      <Pager
        items={props.plan.activities}
        perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
        className="desk-list"
        empty={t('backfill.none')}
      >
        {(activity) => (
          <li key={activity.activityId} className="desk-row">
            <div className="desk-row-text">
              <p className="line-name oneline">{activity.name}</p>
              <p className="soft oneline">
                {t('backfill.from', {
                  date: shortDate(t, activity.startMs),
                  from: clockTime(activity.startMs),
                  to: clockTime(activity.endMs),
                })}
              </p>
            </div>
            <Press onPress={() => props.onChoose(activity)}>{t('backfill.choose')}</Press>
          </li>
        )}
      </Pager>
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
        <Press onPress={() => props.onChoose(null)}>{t('backfill.other')}</Press>
      </div>
    </>
  );
}

function WhyPage(props: { readonly onNext: (reason: string) => void; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState(NO_REASON);
  return (
    <DeskForm
      title={t('backfill.why')}
      confirm={t('backfill.next')}
      ready={reason.text !== ''}
      onClose={props.onClose}
      onSaved={() => props.onNext(reason.text)}
      onConfirm={() => Promise.resolve(null)}
    >
      <Reasons list="backfillReason" value={reason} onChange={setReason} />
    </DeskForm>
  );
}

interface ProofProps {
  readonly service: Hours & { readonly volunteerId: number; readonly activityId: number };
  readonly reason: string;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

/** What proves it; a paper list by its number. */
function ProofPage({ service, reason, onBack, onClose }: ProofProps) {
  const { t, i18n } = useTranslation();
  const { controller } = useApp();
  const [proof, setProof] = useState(NO_REASON);
  const [number, setNumber] = useState('');
  const [asksNumber, setAsksNumber] = useState(false);
  const isSheet = proof.chosen === 'SHEET';
  if (asksNumber)
    return (
      <SheetNumber
        number={number}
        onChange={setNumber}
        onEnter={() => setAsksNumber(false)}
        onBack={() => {
          setNumber('');
          setAsksNumber(false);
        }}
      />
    );
  // The record is in the language of the village, whatever the screen is in.
  const sheet = i18n.getFixedT(DEFAULT_LANGUAGE)('backfill.sheet', { number });
  return (
    <DeskForm
      title={isSheet && number !== '' ? t('backfill.sheet', { number }) : t('backfill.proof')}
      confirm={t('backfill.confirm')}
      ready={isSheet ? number !== '' : proof.text !== ''}
      onClose={onBack}
      onSaved={onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.recordBackfill({
          ...{ requestId, ...service, reason },
          evidence: isSheet ? sheet : proof.text,
        })
      }
    >
      <Reasons
        list="backfillEvidence"
        title={t('backfill.proof')}
        value={proof}
        onChange={(value) => {
          setProof(value);
          setAsksNumber(value.chosen === 'SHEET');
        }}
      />
    </DeskForm>
  );
}

const LONGEST_NUMBER = 6;

function SheetNumber(props: {
  readonly number: string;
  readonly onChange: (number: string) => void;
  readonly onEnter: () => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="desk-pin">
      <section className="pin-words">
        <h2 className="sentence">{t('backfill.sheetTitle')}</h2>
        <p className="lead">{t('backfill.sheetWhy')}</p>
        <p className="sentence figure" aria-live="polite">
          {props.number}
        </p>
      </section>
      <section className="pin-pad">
        <NumberPad
          value={props.number}
          maxLength={LONGEST_NUMBER}
          minLength={1}
          disabled={false}
          onChange={props.onChange}
          onEnter={props.onEnter}
        />
      </section>
      <BackKey onPress={props.onBack} />
    </div>
  );
}
