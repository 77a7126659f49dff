/**
 * A name as the notice board shows it (RULES.md B16): 王秀英 becomes 王*英, 王英 becomes 王*. One star whatever the
 * length, so that a masked name masked again stays the same.
 */
export function maskedName(name: string): string {
  const letters = Array.from(name);
  const [first = '', ...rest] = letters;
  if (rest.length === 0) return letters.length === 0 ? '' : '*';
  return rest.length === 1 ? `${first}*` : `${first}*${letters.at(-1) ?? ''}`;
}
