/** The last look before points are spent: who, what, how much, what is left. */
import { useTranslation } from 'react-i18next';
import type { BasketLine, RedemptionRefusal } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { basketPoints } from '../../app/state.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { GoodsPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { usePortrait } from '../../components/usePortrait.ts';
import { refusalNext, refusalWhat } from './shopText.ts';

const PER_PAGE = 4;
const PER_PAGE_PORTRAIT = 6;

export function ConfirmScreen({ requestId }: { readonly requestId: string }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { state, controller } = useApp();
  const { person, basket, quote } = state.visit;
  if (person === null) return null;
  const total = basketPoints(basket);
  return (
    <Frame name="shop-confirm" title={t('shop.title')}>
      <section className="confirm-lines">
        <h2 className="sentence oneline">{t('shop.confirmTitle', { name: person.name })}</h2>
        <Pager items={basket} perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE} className="line-list">
          {(line) => <Line key={line.goodsId} line={line} />}
        </Pager>
      </section>
      <aside className="confirm-panel">
        <dl className="confirm-figures">
          <Figure
            name={t('shop.youHave')}
            value={t('unit.pointsOf', { points: person.balance.availablePoints })}
          />
          <Figure big name={t('shop.total')} value={t('unit.pointsOf', { points: total })} />
          {quote?.kind === 'FINE' ? (
            <Figure name={t('shop.after')} value={t('unit.pointsOf', { points: quote.remainingPoints })} />
          ) : null}
        </dl>
        {quote?.kind === 'REFUSED' ? <Refused reason={quote.reason} /> : null}
        <ProblemLine problem={state.problem} />
        {quote?.kind === 'REFUSED' ? (
          <Press look="main" className="panel-go" onPress={controller.goBack}>
            {t('shop.change')}
          </Press>
        ) : (
          <>
            {quote?.needsKeeper === true ? <p className="soft">{t('shop.needsKeeper')}</p> : null}
            <Press
              look="main"
              className="panel-go"
              disabled={state.pending || quote === null}
              onPress={() =>
                quote?.needsKeeper === true
                  ? controller.go({ kind: 'SHOP_PIN', requestId })
                  : void controller.visit.redeem(requestId, '')
              }
            >
              {t('shop.confirm')}
            </Press>
          </>
        )}
      </aside>
    </Frame>
  );
}

function Line({ line }: { readonly line: BasketLine }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const goods = state.shop?.goods.find((one) => one.id === line.goodsId);
  if (goods === undefined) return null;
  return (
    <li className="line">
      <GoodsPicture name={goods.picture} />
      <div className="line-text">
        <p className="line-name oneline">{goods.name}</p>
        <p className="soft oneline">{goods.unit}</p>
      </div>
      <Stepper
        value={String(line.quantity)}
        lessLabel={t('shop.remove', { goods: goods.name })}
        moreLabel={t('shop.add', { goods: goods.name })}
        canLess={!state.pending}
        canMore={!state.pending && line.quantity < goods.stock}
        onLess={() => controller.visit.changeBasket(goods, -1)}
        onMore={() => controller.visit.changeBasket(goods, 1)}
      />
      <p className="line-points figure">{t('unit.pointsOf', { points: line.quantity * line.unitPoints })}</p>
    </li>
  );
}

function Refused({ reason }: { readonly reason: RedemptionRefusal }) {
  const { t } = useTranslation();
  const { state } = useApp();
  return (
    <div className="refused" role="alert">
      <p className="refused-what">
        <Icon name="cross" />
        {refusalWhat(t, reason, state.shop?.goods ?? [])}
      </p>
      <p>{refusalNext(t, reason)}</p>
    </div>
  );
}
