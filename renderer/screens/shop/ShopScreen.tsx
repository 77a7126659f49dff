/** The goods with picture, price and stock; a touch takes one. What is chosen and what it costs stands beside. */
import { useTranslation } from 'react-i18next';
import type { GoodsView, ShopView } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { basketPoints, quantityOf } from '../../app/state.ts';
import { usePortrait } from '../../components/usePortrait.ts';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { GoodsPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { ProblemLine } from '../../components/ProblemLine.tsx';
import { Elsewhere } from '../record/Elsewhere.tsx';
import { opening } from './shopText.ts';

const PER_PAGE = 8;
const PER_PAGE_PORTRAIT = 9;

export function ShopScreen() {
  const { t } = useTranslation();
  const { state } = useApp();
  const portrait = usePortrait();
  const { shop } = state;
  return (
    <Frame name="shop" title={t('shop.title')}>
      <section className="shop-goods">
        {shop !== null && !shop.hours.open ? <Closed shop={shop} /> : null}
        {shop === null ? <p>{t('common.loading')}</p> : null}
        <Pager
          items={shop?.goods ?? []}
          perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE}
          className="goods-grid"
        >
          {(goods) => <GoodsCard key={goods.id} goods={goods} />}
        </Pager>
      </section>
      <Panel />
    </Frame>
  );
}

function Closed({ shop }: { readonly shop: ShopView }) {
  const { t } = useTranslation();
  const { nextOpenMs } = shop.hours;
  return (
    <p className="care">
      <Icon name="clock" />
      <span className="strong">{t('shop.closedTitle')}</span>
      <span>{nextOpenMs === 0 ? t('shop.closedNoNext') : t('shop.closedNext', opening(t, nextOpenMs))}</span>
    </p>
  );
}

function GoodsCard({ goods }: { readonly goods: GoodsView }) {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const quantity = quantityOf(state.visit.basket, goods.id);
  const soldOut = goods.stock === 0;
  return (
    <li className="goods-card" data-chosen={quantity > 0} data-sold-out={soldOut}>
      <div className="goods-face">
        <GoodsPicture name={goods.picture} />
        <p className="goods-name oneline">{goods.name}</p>
        <p className="goods-unit soft oneline">{goods.unit}</p>
        <p className="goods-price figure">{t('shop.perPiece', { points: goods.unitPoints })}</p>
        {quantity > 0 ? null : (
          <p className="soft">{soldOut ? t('shop.soldOut') : t('shop.stockLeft', { pieces: goods.stock })}</p>
        )}
      </div>
      {/* The whole card is the key. */}
      <Press
        className="goods-take"
        label={t('shop.add', { goods: goods.name })}
        disabled={soldOut || quantity >= goods.stock}
        onPress={() => controller.visit.changeBasket(goods, 1)}
      />
      {quantity === 0 ? null : (
        <div className="goods-count">
          <Press
            icon="minus"
            label={t('shop.remove', { goods: goods.name })}
            onPress={() => controller.visit.changeBasket(goods, -1)}
          />
          <span className="figure">{quantity}</span>
          <Press
            icon="plus"
            label={t('shop.add', { goods: goods.name })}
            disabled={quantity >= goods.stock}
            onPress={() => controller.visit.changeBasket(goods, 1)}
          />
        </div>
      )}
    </li>
  );
}

/** Who exchanges, what is chosen and what will be left, and the one way on. */
function Panel() {
  const { t } = useTranslation();
  const { state, controller } = useApp();
  const { person, basket, switched } = state.visit;
  const total = basketPoints(basket);
  const pieces = basket.reduce((sum, line) => sum + line.quantity, 0);
  const left = person === null ? null : person.balance.availablePoints - total;
  return (
    <aside className="shop-panel">
      {person === null ? (
        <div className="shop-person">
          <p className="panel-name">{t('shop.ask')}</p>
          <p className="soft">{t('shop.browse')}</p>
        </div>
      ) : (
        <div className="shop-person">
          <p className="panel-name oneline">{t('shop.greet', { name: person.name })}</p>
          <PanelRow name={t('shop.youHave')} points={person.balance.availablePoints} />
          {person.awaitingCountyPoints === 0 ? null : (
            <p className="soft">{t('record.awaiting', { points: person.awaitingCountyPoints })}</p>
          )}
          {/* Whoever has something to spend here finds the way to bring more in the record. */}
          {person.balance.availablePoints === 0 ? <Elsewhere person={person} brief={pieces > 0} /> : null}
        </div>
      )}
      <div className="shop-sum">
        {pieces === 0 ? (
          <p className="lead">{t('shop.pickFirst')}</p>
        ) : (
          <>
            <PanelRow name={`${t('shop.chosen')} ${t('unit.pieces', { pieces })}`} points={total} />
            {left === null ? null : left >= 0 ? (
              <PanelRow name={t('shop.after')} points={left} />
            ) : (
              <p className="care">
                <Icon name="warning" />
                {t('shop.short', { points: -left })}
              </p>
            )}
          </>
        )}
        {switched && person !== null ? (
          <p className="care">
            <Icon name="info" />
            {t('shop.switched', { name: person.name })}
          </p>
        ) : null}
        <ProblemLine problem={state.problem} />
      </div>
      <Press
        look="main"
        className="panel-go"
        disabled={pieces === 0}
        onPress={() =>
          person === null ? controller.go({ kind: 'BY_HAND', next: 'SHOP' }) : controller.visit.confirm()
        }
      >
        {person === null ? t('shop.scanFirst') : t('shop.checkOut')}
      </Press>
    </aside>
  );
}

export function PanelRow({ name, points }: { readonly name: string; readonly points: number }) {
  const { t } = useTranslation();
  return (
    <p className="panel-row">
      <span className="soft">{name}</span>
      <span className="figure">{t('unit.pointsOf', { points })}</span>
    </p>
  );
}
