/** A card that was revoked once stays revoked, whatever list the office puts in place of the one before. */
import { describe, expect, it } from 'vitest';
import { putReference, referenceOf } from '../../../county/server/reference.ts';
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
    async function listed() {
      const served = await referenceOf(county().context, STATION);
      const reference = decodeReference(served?.body ?? new Uint8Array());
      if (!reference.ok) throw new Error(reference.error.detail);
      return reference.value.revocations;
    }

    it('stay on the list when a shorter one comes under a higher number', async () => {
      await give(1, [STOLEN]);
      await give(2, []);
      expect(await listed()).toEqual({ number: 2, cardNumbers: [STOLEN] });
      await give(3, [LOST]);
      expect(await listed()).toEqual({ number: 3, cardNumbers: [LOST, STOLEN] });
    });

    it('give the list another number where an old number comes with fewer cards', async () => {
      await give(5, [STOLEN, LOST]);
      const version = await give(5, [LOST]);
      const { number, cardNumbers } = await listed();
      expect(cardNumbers).toEqual([LOST, STOLEN]);
      // The same cards in another order are another list to a station that compares numbers.
      expect(number).toBe(6);
      expect(await give(5, [LOST])).toBe(version);
    });
  });
