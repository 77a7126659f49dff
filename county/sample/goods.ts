/**
 * The sample love supermarket: the demo price list of RULES.md B2 (10 points stand for about 1 yuan) and ten more
 * goods in its spirit. Prices of a real county are unknown.
 */
import type { GoodsPicture } from '../../domain/reference/goodsPictures.ts';
import type { Goods } from '../../domain/reference/reference.ts';

export interface SampleGoods {
  readonly goods: Goods;
  /** Pieces the shop opens with; 0: sold out from the beginning, to show how that looks. */
  readonly openingQuantity: number;
}

type Row = readonly [
  name: string,
  unit: string,
  picture: GoodsPicture,
  unitPoints: number,
  openingQuantity: number,
  kind?: 'staple' | 'scarce',
];

const ROWS: readonly Row[] = [
  ['大米', '5 公斤/袋', 'rice', 280, 40, 'staple'],
  ['面粉', '2.5 公斤/袋', 'flour', 150, 40, 'staple'],
  ['食用油', '1.8 升/瓶', 'oil', 250, 30, 'staple'],
  ['食盐', '400 克/袋', 'salt', 25, 60],
  ['香皂', '125 克/块', 'soap', 30, 60],
  ['毛巾', '条', 'towel', 60, 50],
  ['抽纸', '6 包/提', 'tissues', 80, 40],
  ['洗衣液', '2 公斤/瓶', 'washing-liquid', 150, 24],
  ['笔记本', '本', 'notebook', 20, 80],
  ['雨伞', '把', 'umbrella', 180, 12],
  ['挂面', '900 克/把', 'noodles', 70, 40],
  ['白糖', '400 克/袋', 'sugar', 50, 30],
  ['酱油', '800 毫升/瓶', 'soy-sauce', 90, 24],
  ['香醋', '500 毫升/瓶', 'vinegar', 60, 24],
  ['牙膏', '120 克/支', 'toothpaste', 60, 40],
  ['牙刷', '2 支/盒', 'toothbrush', 40, 40],
  ['脸盆', '个', 'basin', 100, 16],
  ['劳保手套', '12 双/包', 'gloves', 110, 20],
  ['手电筒', '支', 'torch', 140, 2, 'scarce'],
  ['保温壶', '2 升/个', 'thermos', 290, 0, 'scarce'],
];

/** The 20 goods with their opening stock; ids from 1 in the order of the list. */
export function sampleGoods(): readonly SampleGoods[] {
  return ROWS.map(([name, unit, picture, unitPoints, openingQuantity, kind], i) => ({
    goods: {
      id: i + 1,
      name,
      unit,
      picture,
      unitPoints,
      staple: kind === 'staple',
      scarce: kind === 'scarce',
      onSale: true,
    },
    openingQuantity,
  }));
}
