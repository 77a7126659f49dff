/**
 * The notice 公示 on A4 (RULES.md B16), never on the screen: whoever prints the page gets this and nothing else of
 * it. It is always in the language of the village, whatever the screen is in.
 */
import { useTranslation } from 'react-i18next';
import type { NoticeView } from '../../../electron/contract/pointsDeskViews.ts';
import { civilDate } from '../../../domain/time.ts';
import { clockTime, dayDate, fullDate } from '../../texts/format.ts';
import { DEFAULT_LANGUAGE } from '../../texts/i18n.ts';

interface Column {
  readonly title: string;
  readonly figure?: boolean;
}

function Table(props: {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly none: string;
}) {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.rows.length === 0 ? (
        <p>{props.none}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {props.columns.map(({ title, figure }) => (
                <th key={title} scope="col" className={figure === true ? 'sheet-figure' : ''}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.rows.map((cells, row) => (
              <tr key={row}>
                {props.columns.map(({ title, figure }, column) => (
                  <td key={title} className={figure === true ? 'sheet-figure' : ''}>
                    {cells[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function NoticeSheet({ notice }: { readonly notice: NoticeView }) {
  const { i18n } = useTranslation();
  const t = i18n.getFixedT(DEFAULT_LANGUAGE);
  const { villageName, townshipName, madeMs, posted, prices, redeemed, stock, monthDay } = notice;
  const month = t('notice.month', { month: civilDate(monthDay).month });
  const figure = (title: string): Column => ({ title, figure: true });
  return (
    <article className="sheet" lang={DEFAULT_LANGUAGE}>
      <h1>{t('notice.heading', { village: townshipName + villageName })}</h1>
      <p className="sheet-made">{t('notice.made', { date: fullDate(t, madeMs), time: clockTime(madeMs) })}</p>
      <Table
        title={t('notice.postedTitle')}
        columns={[
          { title: t('notice.name') },
          { title: t('notice.group') },
          { title: t('notice.number') },
          { title: t('notice.item') },
          figure(t('notice.points')),
          { title: t('notice.until') },
        ]}
        rows={posted.map(({ maskedName, group, volunteerId, kind, item, points, untilDay }) => [
          volunteerId === 0 ? t('notice.household', { name: maskedName }) : maskedName,
          group,
          volunteerId === 0 ? '' : String(volunteerId),
          item === '' ? t(`account.entry.${kind}`) : item,
          String(points),
          dayDate(t, untilDay),
        ])}
        none={t('notice.none')}
      />
      <p className="sheet-object">{t('notice.object')}</p>
      {prices.length > 0 && (
        <Table
          title={t('notice.pricesTitle')}
          columns={[
            { title: t('notice.goods') },
            figure(t('notice.nowPoints')),
            figure(t('notice.newPoints')),
            { title: t('notice.from') },
          ]}
          rows={prices.map(({ name, unit, nowPoints, unitPoints, fromDay }) => [
            `${name}（${unit}）`,
            String(nowPoints),
            String(unitPoints),
            dayDate(t, fromDay),
          ])}
          none={t('notice.none')}
        />
      )}
      <Table
        title={t('notice.redeemedTitle', { month })}
        columns={[
          { title: t('notice.name') },
          { title: t('notice.group') },
          { title: t('notice.goods') },
          figure(t('notice.quantity')),
          figure(t('notice.points')),
        ]}
        rows={redeemed.map(({ maskedName, group, goodsName, quantity, points }) => [
          maskedName,
          group,
          goodsName,
          t('unit.pieces', { pieces: quantity }),
          String(points),
        ])}
        none={t('notice.none')}
      />
      <Table
        title={t('notice.stockTitle')}
        columns={[{ title: t('notice.goods') }, figure(t('notice.left'))]}
        rows={stock.map(({ name, unit, quantity }) => [
          `${name}（${unit}）`,
          t('unit.pieces', { pieces: quantity }),
        ])}
        none={t('notice.none')}
      />
      <p className="sheet-sign">{t('notice.sign')}</p>
    </article>
  );
}
