/** Undoing an exchange: which, what happened, which goods come back, why. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LedgerDesk } from '../../../electron/contract/ledgerViews.ts';
import type { ExchangeView } from '../../../electron/contract/pointsDeskViews.ts';
import type { GoodsView } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Pager } from '../../components/Pager.tsx';
import { GoodsPicture } from '../../components/Picture.tsx';
import { BackKey } from '../../components/BackKey.tsx';
import { Press } from '../../components/Press.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { clockTime, shortDate } from '../../texts/format.ts';
import { Choices, DeskForm } from '../keeper/DeskForm.tsx';
import { PersonPicker, type PickedPerson } from './PersonPicker.tsx';
import { NO_REASON, Reasons } from './Reasons.tsx';
import { useAsked } from './useAsked.ts';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 6;
const LINES_PER_PAGE = 3;
const LINES_PER_PAGE_PORTRAIT = 6;

interface UndoProps {
  readonly ledger: LedgerDesk;
  readonly goods: readonly GoodsView[];
  readonly onClose: () => void;
}

export function UndoPage({ ledger, goods, onClose }: UndoProps) {
  const { t } = useTranslation();
  const [searching, setSearching] = useState(false);
  const [person, setPerson] = useState<PickedPerson | null>(null);
  const [chosen, setChosen] = useState<ExchangeView | null>(null);
  const pick = useCallback((picked: PickedPerson) => {
    setPerson(picked);
    setSearching(false);
  }, []);
  if (searching)
    return <PersonPicker title={t('points.pickWho')} onPick={pick} onClose={() => setSearching(false)} />;
  if (chosen === null)
    return (
      <Exchanges person={person} onChoose={setChosen} onSearch={() => setSearching(true)} onClose={onClose} />
    );
  return (
    <UndoForm
      exchange={chosen}
      goods={goods}
      faultyReturnDays={ledger.faultyReturnDays}
      onBack={() => setChosen(null)}
      onClose={onClose}
    />
  );
}

function Exchanges(props: {
  readonly person: PickedPerson | null;
  readonly onChoose: (exchange: ExchangeView) => void;
  readonly onSearch: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const { person } = props;
  const volunteerId = person?.volunteerId ?? null;
  const { exchanges: ask } = controller.keeper.points;
  const exchanges = useAsked(useCallback(() => ask(volunteerId), [ask, volunteerId]));
  return (
    <>
      <h2>{person === null ? t('points.undoWhich') : t('points.undoOf', { name: person.name })}</h2>
      {exchanges === null ? (
        <p>{t('common.loading')}</p>
      ) : (
        <Pager
          items={exchanges}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          className="desk-list"
          empty={t(person === null ? 'points.undoNone' : 'points.undoNoneOf')}
        >
          {(exchange) => (
            <li key={`${exchange.incarnation} ${exchange.seq}`} className="desk-row">
              <div className="desk-row-text">
                <p className="line-name oneline">
                  {exchange.person.name === '' ? t('common.noName') : exchange.person.name}{' '}
                  <span className="soft">
                    {person === null ? '' : shortDate(t, exchange.atMs)} {clockTime(exchange.atMs)}
                  </span>
                </p>
                <p className="soft oneline">
                  {exchange.lines
                    .map(({ name, quantity }) => t('points.undoLine', { goods: name, quantity }))
                    .join('、')}
                </p>
              </div>
              <span className="figure">{t('unit.pointsOf', { points: exchange.points })}</span>
              <Press onPress={() => props.onChoose(exchange)}>{t('points.undo')}</Press>
            </li>
          )}
        </Pager>
      )}
      <div className="desk-form-keys">
        <BackKey onPress={props.onClose} />
        <Press icon="card" onPress={props.onSearch}>
          {t('points.undoByCard')}
        </Press>
      </div>
    </>
  );
}

type Kind = 'CANCELLED' | 'FAULTY';

function UndoForm(props: {
  readonly exchange: ExchangeView;
  readonly goods: readonly GoodsView[];
  readonly faultyReturnDays: number;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { controller } = useApp();
  const { exchange } = props;
  const [kind, setKind] = useState<Kind>(exchange.cancellable ? 'CANCELLED' : 'FAULTY');
  const [reason, setReason] = useState(NO_REASON);
  /** Which goods come back is chosen first. */
  const [chosen, setChosen] = useState(false);
  const [back, setBack] = useState<ReadonlyMap<number, number>>(
    () => new Map(exchange.lines.map(({ goodsId, quantity }) => [goodsId, quantity])),
  );
  const quantityOf = (goodsId: number): number => back.get(goodsId) ?? 0;
  const lines = exchange.lines.flatMap(({ goodsId }) =>
    quantityOf(goodsId) > 0 ? { goodsId, quantity: quantityOf(goodsId) } : [],
  );
  const points = exchange.lines.reduce(
    (sum, { goodsId, unitPoints }) => sum + quantityOf(goodsId) * unitPoints,
    0,
  );
  const name = exchange.person.name === '' ? t('common.noName') : exchange.person.name;
  if (!chosen)
    return (
      <div className="desk-form">
        <h2>{t('points.undoGoods', { name })}</h2>
        <Pager
          items={exchange.lines}
          perPage={portrait ? LINES_PER_PAGE_PORTRAIT : LINES_PER_PAGE}
          className="undo-lines"
        >
          {({ goodsId, name, unit, quantity }) => (
            <li key={goodsId} className="undo-line">
              <GoodsPicture name={props.goods.find(({ id }) => id === goodsId)?.picture ?? ''} />
              <span className="line-name oneline">
                {name} <span className="soft">{unit}</span>
              </span>
              <Stepper
                value={t('unit.pieces', { pieces: quantityOf(goodsId) })}
                lessLabel={t('shop.remove', { goods: name })}
                moreLabel={t('shop.add', { goods: name })}
                canLess={quantityOf(goodsId) > 0}
                canMore={quantityOf(goodsId) < quantity}
                onLess={() => setBack((map) => new Map(map).set(goodsId, quantityOf(goodsId) - 1))}
                onMore={() => setBack((map) => new Map(map).set(goodsId, quantityOf(goodsId) + 1))}
              />
            </li>
          )}
        </Pager>
        <div className="desk-form-keys">
          <BackKey onPress={props.onBack} />
          <Press look="main" disabled={lines.length === 0} onPress={() => setChosen(true)}>
            {t('points.undoNext', { points })}
          </Press>
        </div>
      </div>
    );
  return (
    <DeskForm
      title={t('points.undoTitle', {
        name,
        time: `${shortDate(t, exchange.atMs)} ${clockTime(exchange.atMs)}`,
      })}
      confirm={t('points.undoConfirm', { points })}
      ready={reason.text !== ''}
      onClose={() => setChosen(false)}
      onSaved={props.onClose}
      onConfirm={(requestId) =>
        controller.keeper.points.undo({
          requestId,
          incarnation: exchange.incarnation,
          seq: exchange.seq,
          kind,
          lines,
          reason: reason.text,
        })
      }
    >
      {exchange.cancellable ? (
        <Choices
          title={t('points.undoWhy')}
          options={(['CANCELLED', 'FAULTY'] as const).map((value) => ({
            value,
            text: t(`points.undoKind.${value}`),
          }))}
          chosen={kind}
          onChoose={(value) => {
            setKind(value);
            setReason(NO_REASON);
          }}
        />
      ) : (
        <p className="soft">{t('points.undoLate', { days: props.faultyReturnDays })}</p>
      )}
      <Reasons
        list={kind === 'CANCELLED' ? 'cancelReason' : 'faultyReason'}
        value={reason}
        onChange={setReason}
      />
    </DeskForm>
  );
}
