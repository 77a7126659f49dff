/** The county's commands about people and their cards. */
import * as v from 'valibot';
import type { CountyOptions } from '../../county/server/county.ts';
import { erasePerson } from '../../county/server/roster/erase.ts';
import { mergePeople, toldMerge, type MergeWish } from '../../county/server/roster/merge.ts';
import { revokeCards } from '../../county/server/roster/revokeCards.ts';
import { formatCardNumber, parseCardNumber } from '../../domain/cards/cardNumber.ts';
import { actBy, askOrDo, bodyOf, say, told } from './askCounty.ts';
import { UsageError } from './cli.ts';

const revokedSchema = v.object({
  revoked: v.array(v.number()),
  already: v.array(v.number()),
  stations: v.number(),
});

/** `--revoke-card`: by the ten digits printed on each card. */
export async function revokeCardsBy(
  dir: string,
  options: CountyOptions,
  printed: readonly string[],
): Promise<void> {
  const cardNumbers = printed.map((digits) => {
    const card = parseCardNumber(digits);
    if (card.ok) return card.value;
    throw new UsageError(
      card.error.kind === 'CHECK_DIGIT'
        ? `"${digits}" is not a card's number: one of its digits is wrong. No card was revoked.`
        : `"${digits}" is not a card's number: ten digits are printed on it. No card was revoked.`,
    );
  });
  const done = await askOrDo(
    dir,
    options,
    ['/admin/revoked-cards', bodyOf({ cardNumbers })],
    (context) => revokeCards(context, cardNumbers),
    revokedSchema,
  );
  if (!done.ok) throw new UsageError(`Refused: ${done.error.why}`);
  for (const card of done.value.revoked) say(`card ${formatCardNumber(card)} is revoked`);
  for (const card of done.value.already) say(`card ${formatCardNumber(card)} was revoked before`);
  say(`told to ${done.value.stations} stations when they call next`);
}

/** `--erase-person`. */
export async function erasePersonBy(
  dir: string,
  options: CountyOptions,
  wish: { readonly volunteerId: number; readonly by: string; readonly reason: string },
): Promise<void> {
  const { stations } = await actBy(
    dir,
    options,
    ['/admin/erase', wish],
    (context) => erasePerson(context, wish),
    v.object({ volunteerId: v.number(), stations: v.array(v.number()) }),
  );
  say(
    `erased from the data of station ${stations.join(', ')}; their records keep the number ${wish.volunteerId}`,
  );
  say('Backups made before still hold the name: destroy them when they are no longer needed.');
}

const registrationSchema = v.object({
  volunteerId: v.number(),
  name: v.string(),
  homeStationId: v.number(),
  points: v.array(
    v.object({
      stationId: v.number(),
      available: v.number(),
      waiting: v.number(),
      owed: v.number(),
      gifts: v.number(),
    }),
  ),
});

/** `--merge-person`. */
export async function mergePeopleBy(
  dir: string,
  options: CountyOptions,
  wish: MergeWish & { readonly by: string; readonly reason: string },
): Promise<void> {
  const done = await askOrDo(
    dir,
    options,
    ['/admin/merge', bodyOf(wish)],
    async (context) => told(toldMerge(await mergePeople(context, wish))),
    v.object({ duplicate: registrationSchema, kept: registrationSchema }),
  );
  if (!done.ok) {
    const words = done.error.problems.map(({ zh, en }) => `${zh}。 ${en}.`);
    throw new UsageError(words.length > 0 ? words.join('\n') : `Refused: ${done.error.why}`);
  }
  const { duplicate, kept } = done.value;
  say(
    `${duplicate.volunteerId} ${duplicate.name} is ${kept.volunteerId} ${kept.name} of station ${kept.homeStationId} now`,
  );
  for (const { stationId, available, waiting, owed, gifts } of duplicate.points)
    say(
      `station ${stationId}: ${available} points and ${gifts} of gifts go there, ${waiting} more when they are posted; ${owed} are owed`,
    );
  say('They move when the stations call next. Take the number and its cards off the village file.');
}
