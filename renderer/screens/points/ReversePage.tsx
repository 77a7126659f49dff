/** Taking an entry back 冲正: whose, which, why, and the PIN of a second person. */
import { useCallback, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { PersonEntryView } from '../../../electron/contract/pointsDeskViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { refOf } from '../../app/pointsActions.ts';
import { Pager } from '../../components/Pager.tsx';
import { PinPad } from '../../components/PinPad.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { duration, shortDate } from '../../texts/format.ts';
import { DeskForm } from '../keeper/DeskForm.tsx';
import { deskProblemText } from '../keeper/deskText.ts';
import { PersonPicker, type PickedPerson } from './PersonPicker.tsx';
import { causeText } from './pointsText.ts';
import { NO_REASON, Reasons, type ReasonState } from './Reasons.tsx';
import { useAsked } from './useAsked.ts';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 6;

export function ReversePage({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [person, setPerson] = useState<PickedPerson | null>(null);
  const [entry, setEntry] = useState<PersonEntryView | null>(null);
  const pick = useCallback((picked: PickedPerson) => setPerson(picked), []);
  if (person === null) return <PersonPicker title={t('points.pickWho')} onPick={pick} onClose={onClose} />;
  if (entry === null) return <Entries person={person} onChoose={setEntry} onClose={() => setPerson(null)} />;
  return <ReverseForm person={person} entry={entry} onBack={() => setEntry(null)} onClose={onClose} />;
}

function Entries(props: {
  readonly person: PickedPerson;
  readonly onChoose: (entry: PersonEntryView) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const { volunteerId, name } = props.person;
  const { entries: ask } = controller.keeper.points;
  const entries = useAsked(useCallback(() => ask(volunteerId), [ask, volunteerId]));
  return (
    <>
      <h2>{t('points.reverseWhich', { name })}</h2>
      {entries === null ? (
        <p>{t('common.loading')}</p>
      ) : (
        <Pager
          items={entries}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          className="desk-list"
          empty={t('points.reverseNone')}
        >
          {(entry) => (
            <li key={`${entry.holder} ${entry.incarnation} ${entry.seq}`} className="desk-row">
              <div className="desk-row-text">
                <p className="line-name oneline">{causeText(t, entry.cause)}</p>
                <p className="soft oneline">
                  {shortDate(t, entry.atMs)}
                  {entry.holder === 'HOUSEHOLD' ? ` · ${t('account.household')}` : ''}
                  {entry.cause.reason === '' ? '' : ` · ${entry.cause.reason}`}
                </p>
              </div>
              <span className="figure">
                {entry.points === 0
                  ? duration(t, entry.reversibleMinutes)
                  : t('unit.pointsOf', { points: entry.points })}
              </span>
              {entry.reversiblePoints === 0 && entry.reversibleMinutes === 0 ? (
                <span className="tag tag-care">{t('points.reverseTaken')}</span>
              ) : (
                <Press onPress={() => props.onChoose(entry)}>{t('points.reverse')}</Press>
              )}
            </li>
          )}
        </Pager>
      )}
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
      </div>
    </>
  );
}

/** What would be taken back: points, hours, or both. */
function amountOf(t: TFunction, { reversiblePoints, reversibleMinutes }: PersonEntryView): string {
  const points = t('unit.pointsOf', { points: reversiblePoints });
  if (reversibleMinutes === 0) return points;
  const hours = duration(t, reversibleMinutes);
  return reversiblePoints === 0 ? hours : t('points.reverseBoth', { points, hours });
}

function ReverseForm(props: {
  readonly person: PickedPerson;
  readonly entry: PersonEntryView;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { entry, person } = props;
  const [reason, setReason] = useState(NO_REASON);
  const [asksPin, setAsksPin] = useState(false);
  if (asksPin)
    return (
      <SecondPerson {...props} reason={reason} onBack={() => setAsksPin(false)} onClose={props.onClose} />
    );
  return (
    <DeskForm
      title={t('points.reverseTitle', {
        name: person.name,
        item: causeText(t, entry.cause),
        amount: amountOf(t, entry),
      })}
      confirm={t('points.reverseConfirm')}
      ready={reason.text !== ''}
      onClose={props.onBack}
      onSaved={() => setAsksPin(true)}
      onConfirm={() => Promise.resolve(null)}
    >
      <Reasons list="reverseReason" value={reason} onChange={setReason} />
    </DeskForm>
  );
}

function SecondPerson(props: {
  readonly person: PickedPerson;
  readonly entry: PersonEntryView;
  readonly reason: ReasonState;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const { entry, reason } = props;
  // The same for every try of this form: a second try of what was recorded is the same fact.
  const [requestId] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (secondPin: string): Promise<void> => {
    const form = { requestId, entry: refOf(entry), reason: reason.text, secondPin };
    const answer = await controller.keeper.points.reverse(form);
    if (answer === null) props.onClose();
    else setProblem(deskProblemText(t, answer));
  };
  return (
    <div className="desk-pin">
      <PinPad
        title={t('points.reversePin')}
        why={t('points.reversePinWhy', { name: props.person.name, amount: amountOf(t, entry) })}
        problem={problem}
        onChange={() => setProblem(null)}
        onPin={(pin) => void send(pin)}
      />
      <BackKey onPress={props.onBack} />
    </div>
  );
}
