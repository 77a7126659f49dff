/**
 * Names of the pictures of goods that are shipped with the program (assets/goods). A county's goods may name any
 * of them; a name that is not here is drawn as a plain parcel.
 */
export const GOODS_PICTURES = [
  'rice',
  'flour',
  'oil',
  'salt',
  'soap',
  'towel',
  'tissues',
  'washing-liquid',
  'notebook',
  'umbrella',
  'noodles',
  'sugar',
  'soy-sauce',
  'vinegar',
  'toothpaste',
  'toothbrush',
  'basin',
  'gloves',
  'torch',
  'thermos',
] as const;
export type GoodsPicture = (typeof GOODS_PICTURES)[number];
