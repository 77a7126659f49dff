/**
 * A card that was revoked once stays revoked, whatever list the office puts in place of the one before. The list is
 * the county's, numbered; who has it up to a number is told of what comes after.
 */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { putReference, referenceOf, referenceVersionOf } from '../../../county/server/reference.ts';
import { leaveListBehind, newsSince } from '../../../county/server/revocations.ts';
import { revokeCards } from '../../../county/server/roster/revokeCards.ts';
import { decodeReference } from '../../../domain/wire/referenceBody.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { sampleReference, STATION } from '../../db/support.ts';

const STOLEN = 4711;
const LOST = 4712;

for (const backend of BACKENDS)
  describe.skipIf(!backend.available)(`revoked cards on ${backend.name}`, () => {
    const county = countyOf(backend);
    const give = (number: number, cardNumbers: readonly number[]) =>
      putReference(
        county().context,
        sampleReference({ grants: [], revocations: { number, cardNumbers: [...cardNumbers] } }),
      );
    const speak = (version: number) =>
      sql`UPDATE station SET wire_spoken = ${version}`.execute(county().context.db);
    const since = (number: number) => newsSince(county().context.db, STATION, number);
    async function listed() {
      const served = await referenceOf(county().context, STATION);
      const reference = decodeReference(served?.body ?? new Uint8Array());
      if (!reference.ok) throw new Error(reference.error.detail);
      return reference.value.revocations;
    }

    it('stay on the list when a shorter one comes, and the list has another number with each', async () => {
      const version = await give(1, [STOLEN]);
      expect(await give(2, [])).toBe(version);
      expect(await listed()).toEqual({ number: 1, cardNumbers: [STOLEN] });
      expect(await give(3, [LOST])).toBe(version + 1);
      expect(await listed()).toEqual({ number: 2, cardNumbers: [STOLEN, LOST] });
    });

    it('give no other version to a station that is told of them otherwise, until it is set back', async () => {
      const version = await give(1, []);
      await speak(2);
      expect(await revokeCards(county().context, [STOLEN])).toEqual({
        ...{ revoked: [STOLEN], already: [], stations: 1 },
      });
      expect(await referenceVersionOf(county().context, STATION)).toBe(version);
      expect(await listed()).toEqual({ number: 0, cardNumbers: [] });
      expect(await since(0)).toEqual({ since: 0, number: 1, left: 0, cardNumbers: [STOLEN] });
      expect(await since(1)).toEqual({ since: 1, number: 1, left: 0, cardNumbers: [] });
      await speak(1);
      await revokeCards(county().context, [LOST]);
      expect(await referenceVersionOf(county().context, STATION)).toBe(version + 1);
      expect(await listed()).toEqual({ number: 2, cardNumbers: [STOLEN, LOST] });
    });

    it('come in parts where there are thousands, each once', async () => {
      await give(1, []);
      const all = Array.from({ length: 1300 }, (_, i) => 999_999_999 - i);
      await revokeCards(county().context, all.slice(0, 700));
      await revokeCards(county().context, all);
      const told: number[] = [];
      const left: number[] = [];
      for (let number = 0, more = 1; more > 0;) {
        const news = await since(number);
        told.push(...news.cardNumbers);
        left.push(news.left);
        ({ number, left: more } = news);
      }
      expect(left).toEqual([700, 100, 0]);
      expect(told).toHaveLength(1300);
      expect(new Set(told)).toEqual(new Set(all));
    });

    it('are told again whole to whoever knows more than a county that lost its tail', async () => {
      await give(1, [STOLEN]);
      expect(await since(7)).toEqual({ since: 7, number: 8, left: 0, cardNumbers: [STOLEN] });
      expect(await since(8)).toEqual({ since: 8, number: 8, left: 0, cardNumbers: [] });
      // The same after a restore, where a station is not known to have more.
      await county()
        .context.db.transaction()
        .execute((tx) => leaveListBehind(tx, null));
      expect(await since(8)).toMatchObject({ number: 1009, cardNumbers: [STOLEN] });
    });
  });
