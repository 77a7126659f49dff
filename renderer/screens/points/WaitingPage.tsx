/** Entries on their way to their owners: checked, approved, posted; or stopped by an objection. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackfillView } from '../../../electron/contract/backfillViews.ts';
import type { LedgerDesk, WaitingEntryView } from '../../../electron/contract/ledgerViews.ts';
import { useApp } from '../../app/AppContext.ts';
import { refOf, type Step } from '../../app/pointsActions.ts';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { Choices, DeskForm } from '../keeper/DeskForm.tsx';
import { BackfillEntryPage, WaitingBackfills } from './BackfillEntryPage.tsx';
import { causeText, stateText } from './pointsText.ts';
import { NO_REASON, Reasons, type ReasonList } from './Reasons.tsx';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 6;

type Filter = 'OPEN' | 'POSTED' | 'BACKFILL';

export function WaitingPage({
  ledger,
  onClose,
}: {
  readonly ledger: LedgerDesk;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const [filter, setFilter] = useState<Filter>('OPEN');
  const [chosen, setChosen] = useState<WaitingEntryView | null>(null);
  const [backfill, setBackfill] = useState<BackfillView | null>(null);
  const [several, setSeveral] = useState<readonly WaitingEntryView[]>([]);
  if (chosen !== null)
    return <EntryPage entry={chosen} mayApprove={ledger.mayApprove} onClose={() => setChosen(null)} />;
  if (backfill !== null) return <BackfillEntryPage backfill={backfill} onClose={() => setBackfill(null)} />;
  if (several.length > 0) return <SeveralPage entries={several} onClose={() => setSeveral([])} />;
  const toCheck = ledger.waiting.filter(({ state }) => state === 'RECORDED').slice(0, AT_ONCE);
  const shown = ledger.waiting.filter(({ state }) => (state === 'APPROVED') === (filter === 'POSTED'));
  return (
    <>
      <Choices
        title={t('points.waiting')}
        options={(['OPEN', 'BACKFILL', 'POSTED'] as const).map((value) => ({
          value,
          text: t(`points.filter.${value}`),
        }))}
        chosen={filter}
        onChoose={setFilter}
      />
      {filter === 'BACKFILL' ? (
        <WaitingBackfills
          backfills={ledger.backfills}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          onChoose={setBackfill}
        />
      ) : (
        <Pager
          key={filter}
          items={shown}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          className="desk-list"
          empty={t('points.waitingNone')}
        >
          {(entry) => (
            <li key={`${entry.holder} ${entry.incarnation} ${entry.seq}`} className="desk-row">
              <div className="desk-row-text">
                <p className="line-name oneline">
                  {entry.name === '' ? t('common.noName') : entry.name}{' '}
                  <span className="figure">{t('unit.pointsOf', { points: entry.points })}</span>
                </p>
                <p className="soft oneline">
                  {causeText(t, entry.cause)} · {shortDate(t, entry.atMs)}
                </p>
              </div>
              <span className={entry.state === 'HELD' ? 'tag tag-care' : 'tag'}>{stateText(t, entry)}</span>
              <Press onPress={() => setChosen(entry)}>{t('points.open')}</Press>
            </li>
          )}
        </Pager>
      )}
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        {filter !== 'OPEN' || toCheck.length < 2 ? null : (
          <Press onPress={() => setSeveral(toCheck)}>{t('points.several')}</Press>
        )}
      </div>
    </>
  );
}

/** What a keeper can read through before they say that all of it is true. */
const AT_ONCE = 6;

/** Several entries of an activity, looked through together; each becomes a fact of its own. */
function SeveralPage(props: { readonly entries: readonly WaitingEntryView[]; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const [told, setTold] = useState('');
  const { entries, onClose } = props;
  const count = entries.length;
  const confirmAll = async (): Promise<void> => {
    const { done, refused } = await controller.keeper.points.confirmAll(entries);
    if (done === count) onClose();
    else setTold(t('points.severalDone', { done, refused }));
  };
  return (
    <div className="desk-form">
      <h2>{t('points.severalTitle', { count })}</h2>
      <ul className="several">
        {entries.map((entry) => (
          <li key={`${entry.holder} ${entry.incarnation} ${entry.seq}`}>
            <p className="line-name oneline">
              {entry.name === '' ? t('common.noName') : entry.name}{' '}
              <span className="figure">{t('unit.pointsOf', { points: entry.points })}</span>
            </p>
            <p className="soft oneline">
              {causeText(t, entry.cause)} · {shortDate(t, entry.atMs)}
            </p>
          </li>
        ))}
      </ul>
      {told === '' ? null : (
        <p className="care" role="alert">
          <Icon name="info" />
          {told}
        </p>
      )}
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
        <Press look="main" disabled={state.pending || told !== ''} onPress={() => void confirmAll()}>
          {t('points.severalConfirm', { count })}
        </Press>
      </div>
    </div>
  );
}

/** Steps that ask why, with their ready reasons. */
const WHY: Readonly<Partial<Record<Step, ReasonList>>> = {
  OBJECT: 'objectReason',
  UPHOLD: 'upholdReason',
  DISMISS: 'dismissReason',
};
const TITLE = {
  OBJECT: 'points.objectTitle',
  UPHOLD: 'points.upholdTitle',
  DISMISS: 'points.dismissTitle',
} as const;

interface EntryProps {
  readonly entry: WaitingEntryView;
  readonly mayApprove: boolean;
  readonly onClose: () => void;
}

/** The steps that can be taken now; the first is the one that is meant. */
function stepsOf({ state }: WaitingEntryView, mayApprove: boolean): readonly Step[] {
  switch (state) {
    case 'RECORDED':
      return ['CONFIRM', 'OBJECT'];
    case 'CONFIRMED':
      return mayApprove ? ['APPROVE', 'OBJECT'] : ['OBJECT'];
    case 'APPROVED':
      return ['OBJECT'];
    case 'HELD':
      return mayApprove ? ['DISMISS', 'UPHOLD'] : [];
  }
}

function EntryPage({ entry, mayApprove, onClose }: EntryProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step | null>(null);
  const title = t('points.entryTitle', {
    name: entry.name === '' ? t('common.noName') : entry.name,
    item: causeText(t, entry.cause),
    points: entry.points,
  });
  if (step !== null)
    return (
      <StepForm entry={entry} step={step} title={title} onBack={() => setStep(null)} onClose={onClose} />
    );
  const steps = stepsOf(entry, mayApprove);
  const waitsForHead = !mayApprove && (entry.state === 'CONFIRMED' || entry.state === 'HELD');
  return (
    <div className="desk-form">
      <h2>{title}</h2>
      <div className="desk-form-fields">
        <p className="lead">{t(`points.stepWhy.${entry.state}`)}</p>
        <p className="soft">
          {t('points.recordedOn', { date: `${shortDate(t, entry.atMs)} ${clockTime(entry.atMs)}` })}{' '}
          {entry.cause.reason === '' ? null : t('points.reasonGiven', { reason: entry.cause.reason })}
        </p>
        {waitsForHead ? (
          <p className="care">
            <Icon name="info" />
            {t('points.needsHead')}
          </p>
        ) : null}
        {steps.map((one, place) => (
          <Press
            key={one}
            className="points-step"
            look={place === 0 && one !== 'OBJECT' ? 'main' : 'plain'}
            onPress={() => setStep(one)}
          >
            {t(`points.step.${one}`)}
          </Press>
        ))}
      </div>
      <div className="desk-form-keys">
        <BackKey onPress={onClose} />
      </div>
    </div>
  );
}

function StepForm(props: {
  readonly entry: WaitingEntryView;
  readonly step: Step;
  readonly title: string;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const { entry, step } = props;
  const [reason, setReason] = useState(NO_REASON);
  const list = WHY[step];
  return (
    <DeskForm
      title={props.title}
      confirm={t(`points.stepConfirm.${step}`)}
      ready={list === undefined || reason.text !== ''}
      onClose={props.onBack}
      onSaved={props.onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.step({ requestId, entry: refOf(entry), step, reason: reason.text })
      }
    >
      {list === undefined ? (
        <p className="lead">{t(`points.stepWhy.${entry.state}`)}</p>
      ) : (
        <Reasons
          list={list}
          {...(step in TITLE ? { title: t(TITLE[step as keyof typeof TITLE]) } : {})}
          value={reason}
          onChange={setReason}
        />
      )}
    </DeskForm>
  );
}
