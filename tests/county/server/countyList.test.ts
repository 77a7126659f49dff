/**
 * What a village is told of the others comes out of one list of the county: the delta that is made of the changes of
 * that list leads exactly to where a comparison of the wholes does.
 */
import { expect, it } from 'vitest';
import { composeDelta, composeOwn, composeSnapshot } from '../../../county/server/roster/compose.ts';
import { CountyList } from '../../../county/server/roster/countyList.ts';
import { sha256 } from '../../../county/server/codecs.ts';
import { contentHash, contentOf } from '../../../domain/reference/content.ts';
import { deltaBetween } from '../../../domain/reference/delta.ts';
import type { Reference } from '../../../domain/reference/reference.ts';
import { decodeDelta, decodeReference } from '../../../domain/wire/referenceBody.ts';
import { fc } from '../../harness/property.ts';
import { sampleReference, STATION } from '../../db/support.ts';

const OTHER = STATION + 1;
const MANY = 300;

/** Where a person stands and what they are called; null: nowhere. */
const person = fc.option(
  fc.record({
    home: fc.constantFrom(STATION, OTHER),
    name: fc.constantFrom('王*英', '李*'),
    generation: fc.integer({ min: 1, max: 2 }),
    // Also in this village's register although the county's list has them elsewhere, as after a loss.
    isHereToo: fc.boolean(),
  }),
);
const county = fc.array(person, { minLength: 6, maxLength: 6 });
type County = typeof county extends fc.Arbitrary<infer T> ? T : never;

/** Many who never change, so that a delta is worth its while. */
const others = Array.from({ length: MANY }, (_, i) => 1000 + i);

function stateOf(people: County, version: number) {
  const rows = people.flatMap((one, i) => (one === null ? [] : [{ ...one, id: 2 * i + 900 }]));
  const list = new CountyList(
    JSON.stringify({
      people: [
        ...rows.map(({ id, home, name }) => [id, home, name]),
        ...others.map((id) => [id, OTHER, '陈*']),
      ],
      cards: [
        ...rows.map(({ id, generation }) => [id, id, generation, 1]),
        ...others.map((id) => [id, id, 1, 1]),
      ],
      issuers: [{ id: 9, name: '另一处', publicKey: 'cd'.repeat(32) }],
    }),
  );
  const { madeAtMs, grants, ...parts } = sampleReference();
  const own = rows.filter(({ home, isHereToo }) => home === STATION || isHereToo);
  const [one] = parts.volunteers;
  if (one === undefined) throw new Error('no sample');
  const volunteers = own.map(({ id, home, name }) => ({ ...one, id, name, homeStationId: home }));
  const cards = own.map(({ id, generation }) => ({
    ...{ cardNumber: id, volunteerId: id, generation, issuerId: 1 },
  }));
  const text = composeOwn({
    stationId: STATION,
    parts: JSON.stringify({ ...parts, volunteers, cards }),
    lists: JSON.stringify({ version, madeAtMs, grants, stations: [], closings: [], acts: [] }),
    coming: '[]',
    registered: JSON.stringify(own.map(({ id }) => id)),
  });
  const whole = decodeReference(composeSnapshot(text, list));
  if (!whole.ok) throw new Error(whole.error.detail);
  return { own: text, list, whole: whole.value };
}
const sorted = ({ keyed, whole }: ReturnType<typeof deltaBetween>) => ({
  whole,
  keyed: Object.fromEntries(
    Object.entries(keyed).map(([part, { puts, removes }]) => [
      part,
      { puts, removes: removes.toSorted((a, b) => a - b) },
    ]),
  ),
});
const hashOf = (reference: Reference) => {
  const { station, rules, revocations } = reference;
  const small = { station, rules, revocationNumber: revocations.number };
  return Buffer.from(contentHash(sha256, contentOf(reference), small)).toString('hex');
};

it('the delta out of the changes of the list is that between the wholes, with the hash of the whole', () => {
  fc.assert(
    fc.property(county, county, (first, second) => {
      const [before, after] = [stateOf(first, 1), stateOf(second, 2)];
      const body = composeDelta(before.own, before.list, after.own, after.list);
      const delta = body && decodeDelta(body);
      if (delta?.ok !== true) throw new Error('no delta');
      const { fromVersion, version, contentHash: hash, keyed, whole } = delta.value;
      expect([fromVersion, version, hash]).toEqual([1, 2, hashOf(after.whole)]);
      expect({ keyed, whole }).toEqual(sorted(deltaBetween(before.whole, after.whole)));
    }),
    { numRuns: 30 },
  );
});

it('what is hardly shorter than the whole is none', () => {
  const before = stateOf([], 1);
  const after = stateOf([], 2);
  const empty = new CountyList('{"people":[],"cards":[],"issuers":[]}');
  expect(composeDelta(before.own, empty, after.own, after.list)).toBeNull();
  expect(composeDelta(before.own, before.list, after.own, after.list)).not.toBeNull();
});
