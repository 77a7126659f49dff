/** The county's commands about prices. */
import * as v from 'valibot';
import type { CountyOptions } from '../../county/server/county.ts';
import { confirmPrice, proposePrice, type PriceWish } from '../../county/server/roster/prices.ts';
import { actBy, say } from './askCounty.ts';

const changeSchema = v.object({ changeId: v.number() });

/** `--price`: proposes another price; a second person confirms it. */
export async function proposePriceBy(dir: string, options: CountyOptions, wish: PriceWish): Promise<void> {
  const { changeId } = await actBy(
    dir,
    options,
    ['/admin/prices', wish],
    (context) => proposePrice(context, wish),
    changeSchema,
  );
  say(`proposed as number ${changeId}; another person confirms it: --confirm-price ${changeId} --by NAME`);
}
/** `--confirm-price`. */
export async function confirmPriceBy(
  dir: string,
  options: CountyOptions,
  changeId: number,
  by: string,
): Promise<void> {
  await actBy(
    dir,
    options,
    ['/admin/prices/confirm', { changeId, by }],
    (context) => confirmPrice(context, changeId, by),
    changeSchema,
  );
  say(`confirmed: post it in the village now. The station is given the price on its day`);
}
