/** Which of the county's commands about villages, prices, people, cards and rules is asked for. */
import type { CountyOptions } from '../../county/server/county.ts';
import { dayOf } from '../../domain/reference/villageFile.ts';
import { UsageError, wholeNumber, type ScriptArguments } from './cli.ts';
import { needed } from './countyOptions.ts';
import { erasePersonBy, mergePeopleBy, revokeCardsBy } from './rosterPeople.ts';
import { confirmPriceBy, proposePriceBy } from './rosterPrices.ts';
import { bringRules } from './rosterRules.ts';
import { bringVillages, exportVillage } from './rosterVillages.ts';

/** Acts that name who does them; false: none of these was asked for. */
async function byPeople(dir: string, options: CountyOptions, args: ScriptArguments): Promise<boolean> {
  const number = (name: string, value: string): number =>
    wholeNumber(name, value, 1, Number.MAX_SAFE_INTEGER);
  const person = args.text('erase-person');
  if (person !== undefined) {
    const [by, reason] = [needed(args, 'by', 'erase-person'), needed(args, 'reason', 'erase-person')];
    await erasePersonBy(dir, options, { volunteerId: number('erase-person', person), by, reason });
    return true;
  }
  const second = args.text('merge-person');
  if (second !== undefined) {
    await mergePeopleBy(dir, options, {
      volunteerId: number('merge-person', second),
      intoId: number('into', needed(args, 'into', 'merge-person')),
      by: needed(args, 'by', 'merge-person'),
      reason: needed(args, 'reason', 'merge-person'),
    });
    return true;
  }
  const change = args.text('confirm-price');
  if (change !== undefined) {
    await confirmPriceBy(dir, options, number('confirm-price', change), needed(args, 'by', 'confirm-price'));
    return true;
  }
  const station = args.text('price');
  if (station === undefined) return false;
  const fromDay = dayOf(needed(args, 'from', 'price'));
  if (fromDay === undefined) throw new UsageError('--from must be a day such as 2026-12-01.');
  await proposePriceBy(dir, options, {
    stationId: number('price', station),
    goodsId: number('goods', needed(args, 'goods', 'price')),
    unitPoints: wholeNumber('points', needed(args, 'points', 'price'), 1, 1_000_000),
    fromDay,
    by: needed(args, 'by', 'price'),
    reason: needed(args, 'reason', 'price'),
  });
  return true;
}

/** Villages, cards and rules; null: none of these was asked for. */
export async function roster(
  dir: string,
  options: CountyOptions,
  args: ScriptArguments,
): Promise<number | null> {
  const reference = args.text('reference');
  if (reference !== undefined) return bringVillages(dir, options, reference);
  const station = args.text('export-reference');
  if (station !== undefined) {
    const stationId = wholeNumber('export-reference', station, 1, Number.MAX_SAFE_INTEGER);
    await exportVillage(dir, options, stationId, needed(args, 'to', 'export-reference'));
    return 0;
  }
  const cards = args.list('revoke-card');
  if (cards.length > 0) {
    await revokeCardsBy(dir, options, cards);
    return 0;
  }
  if (await byPeople(dir, options, args)) return 0;
  const file = args.text('rules');
  if (file === undefined) return null;
  const [by, reason] = [needed(args, 'by', 'rules'), needed(args, 'reason', 'rules')];
  return bringRules(dir, options, { file, by, reason });
}
