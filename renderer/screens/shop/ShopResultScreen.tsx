/** The exchange is recorded: what was taken, what it cost, what is left, where to get it. */
import { useTranslation } from 'react-i18next';
import { useApp } from '../../app/AppContext.ts';
import type { Redeemed } from '../../app/state.ts';
import { Figure } from '../../components/Figure.tsx';
import { Frame } from '../../components/Frame.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Pager } from '../../components/Pager.tsx';
import { GoodsPicture } from '../../components/Picture.tsx';
import { Press } from '../../components/Press.tsx';
import { usePortrait } from '../../components/usePortrait.ts';

const PER_PAGE = 3;
const PER_PAGE_PORTRAIT = 4;

export function ShopResultScreen({ redeemed }: { readonly redeemed: Redeemed }) {
  const { t } = useTranslation();
  const portrait = usePortrait();
  const { state, controller } = useApp();
  return (
    <Frame name="sign-result" tone="green">
      <section className="result-head" role="alert">
        <span className="result-sign">
          <Icon name="tick" />
        </span>
        <div className="result-words">
          <p className="result-name oneline">{redeemed.person.name}</p>
          <h1 className="result-line">{t('shop.done')}</h1>
          <p className="result-next">{t('shop.doneNext')}</p>
        </div>
      </section>
      <section className="result-sheet result-goods">
        <Pager items={redeemed.lines} perPage={portrait ? PER_PAGE_PORTRAIT : PER_PAGE} className="line-list">
          {(line) => (
            <li key={line.goodsId} className="line">
              <GoodsPicture
                name={state.shop?.goods.find((goods) => goods.id === line.goodsId)?.picture ?? ''}
              />
              <p className="line-text line-name oneline">{line.name}</p>
              <p className="figure">{t('unit.pieces', { pieces: line.quantity })}</p>
            </li>
          )}
        </Pager>
        <dl className="result-figures">
          <Figure name={t('shop.used')} value={t('unit.pointsOf', { points: redeemed.totalPoints })} />
          <Figure
            name={t('shop.remaining')}
            value={t('unit.pointsOf', { points: redeemed.remainingPoints })}
            big
          />
        </dl>
      </section>
      <div className="result-leave">
        <Press className="result-fine" onPress={controller.goHome}>
          {t('common.fine')}
        </Press>
      </div>
    </Frame>
  );
}
