/** Goods that come in or leave other than by an exchange. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoodsView, KeeperDesk } from '../../../electron/contract/views.ts';
import { useApp } from '../../app/AppContext.ts';
import { Pager } from '../../components/Pager.tsx';
import { GoodsPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { Stepper } from '../../components/Stepper.tsx';
import { Choices, DeskForm } from './DeskForm.tsx';

const PER_PAGE = 6;

export function StockTab({ desk }: { readonly desk: KeeperDesk }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<GoodsView | null>(null);
  if (chosen !== null) return <StockForm goods={chosen} onClose={() => setChosen(null)} />;
  return (
    <Pager items={desk.goods} perPage={PER_PAGE} className="stock-grid">
      {(goods) => (
        <li key={goods.id}>
          <Press className="stock-card" onPress={() => setChosen(goods)}>
            <GoodsPicture name={goods.picture} />
            <span className="stock-text">
              <span className="line-name oneline">{goods.name}</span>
              <span className="soft oneline">{goods.unit}</span>
              <span className="figure">
                {goods.stock === 0 ? t('shop.soldOut') : t('unit.pieces', { pieces: goods.stock })}
              </span>
            </span>
          </Press>
        </li>
      )}
    </Pager>
  );
}

const INCOMING = ['DONATION', 'PURCHASE', 'TRANSFER', 'COUNT'] as const;
const OUTGOING = ['LOSS', 'EXPIRED', 'AID', 'TRANSFER', 'COUNT'] as const;
type Reason = (typeof INCOMING)[number] | (typeof OUTGOING)[number];
type Direction = 'IN' | 'OUT';

function StockForm({ goods, onClose }: { readonly goods: GoodsView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { controller } = useApp();
  const [direction, setDirection] = useState<Direction>('IN');
  const [reason, setReason] = useState<Reason>('DONATION');
  const [quantity, setQuantity] = useState(1);
  const most = direction === 'IN' ? 9999 : Math.max(1, Math.min(9999, goods.stock));
  const change = direction === 'IN' ? quantity : -quantity;
  const stepTo = (pieces: number): void => setQuantity(Math.max(1, Math.min(most, pieces)));
  const choose = (value: Direction): void => {
    setDirection(value);
    setReason(value === 'IN' ? 'DONATION' : 'LOSS');
    setQuantity(1);
  };
  const directionText = t(direction === 'IN' ? 'desk.stockIn' : 'desk.stockOut');
  return (
    <DeskForm
      title={t('desk.stockTitle', { goods: goods.name, stock: goods.stock })}
      confirm={t('desk.stockConfirm', { direction: directionText, quantity })}
      ready={goods.stock + change >= 0}
      onClose={onClose}
      onConfirm={(requestId) =>
        controller.keeper.moveStock({ requestId, goodsId: goods.id, quantity: change, reason, note: '' })
      }
    >
      <Choices
        title={t('desk.quantity')}
        options={[
          { value: 'IN' as const, text: t('desk.stockIn') },
          { value: 'OUT' as const, text: t('desk.stockOut') },
        ]}
        chosen={direction}
        onChoose={choose}
      />
      <div className="quantity-steppers">
        <Press label={t('desk.minusTen')} disabled={quantity <= 1} onPress={() => stepTo(quantity - 10)}>
          {t('desk.minusTen')}
        </Press>
        <Stepper
          value={t('unit.pieces', { pieces: quantity })}
          lessLabel={t('common.less')}
          moreLabel={t('common.more')}
          canLess={quantity > 1}
          canMore={quantity < most}
          onLess={() => stepTo(quantity - 1)}
          onMore={() => stepTo(quantity + 1)}
        />
        <Press label={t('desk.plusTen')} disabled={quantity >= most} onPress={() => stepTo(quantity + 10)}>
          {t('desk.plusTen')}
        </Press>
        <p className="soft">{t('desk.stockAfter', { stock: goods.stock + change })}</p>
      </div>
      <Choices
        title={t('desk.reason')}
        options={(direction === 'IN' ? INCOMING : OUTGOING).map((value) => ({
          value,
          text: t(`desk.stockReason.${value}`),
        }))}
        chosen={reason}
        onChoose={(value) => setReason(value)}
      />
    </DeskForm>
  );
}
