/**
 * Whatever arrives on the WebSocket, at whatever method, is answered by an error of a known kind (or honestly);
 * nothing is recorded that no person did, and the station answers the next one.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract } from '../../electron/contract/contract.ts';
import { fc } from '../harness/property.ts';
import { beginScene, type Scene } from '../harness/scene.ts';
import { readStation } from '../harness/station.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await beginScene();
});
afterAll(() => scene.end());

const RUNS = 10_000;
/** So many messages travel together, as from a client that does not wait. */
const AT_ONCE = 32;
const methods = Object.keys(contract);

const journalLength = () =>
  readStation<{ readonly n: number }>(scene.dir, 'SELECT count(*) AS n FROM journal')[0]?.n ?? 0;

/** Inputs that have the right names and the wrong values, which go deeper than noise does. */
const field = fc.oneof(
  fc.uuid(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(null, true, -1, 0, 1.5, Number.MAX_VALUE, '', 'WEDGE', 'HID', '0000', '__proto__'),
  fc.array(fc.dictionary(fc.constantFrom('goodsId', 'quantity', 'unitPoints', 'x'), fc.integer()), {
    maxLength: 4,
  }),
  fc.jsonValue({ maxDepth: 2 }),
);
const input = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(
      ...['requestId', 'scanId', 'activityId', 'signInSeq', 'personToken', 'keeperToken', 'lines', 'pin'],
      ...['text', 'source', 'digits', 'goodsId', 'quantity', 'reason', 'note', 'name', '__proto__'],
    ),
    field,
  ),
  // Right in form; only what it names does not exist.
  fc.record({ requestId: fc.uuid(), scanId: fc.string({ maxLength: 64 }), activityId: fc.nat() }),
  fc.record({
    requestId: fc.uuid(),
    personToken: fc.string({ maxLength: 64 }),
    lines: fc.constant([]),
    pin: fc.constant(''),
  }),
  fc.record({ text: fc.string({ maxLength: 200 }), source: fc.constantFrom('WEDGE', 'CAMERA') }),
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...methods) },
  { weight: 1, arbitrary: fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', '') },
  { weight: 1, arbitrary: fc.string() },
);

const KNOWN = new Set(['BAD_REQUEST']);

test('any method with any input: a known answer, nothing recorded', async () => {
  const before = journalLength();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(method, input), { minLength: AT_ONCE, maxLength: AT_ONCE }),
      async (calls) => {
        const answers = await Promise.all(
          calls.map(([name, value]) => scene.client.call(name as never, value as never)),
        );
        for (const answer of answers) if (!answer.ok) expect(KNOWN).toContain(answer.error.kind);
      },
    ),
    { numRuns: Math.ceil(RUNS / AT_ONCE) },
  );
  expect(journalLength()).toBe(before);
  expect(await scene.client.call('getHome', {})).toMatchObject({ ok: true });
});

test('any text: answered as no request, and the connection stays', async () => {
  const before = journalLength();
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
    // Cut in the middle, as by a client that died.
    fc.tuple(fc.json(), fc.nat(80)).map(([json, at]) => json.slice(0, at)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (sent) => {
      expect(await scene.client.sendRaw(sent)).toMatchObject({
        result: { ok: false, error: { kind: 'BAD_REQUEST' } },
      });
    }),
    { numRuns: RUNS },
  );
  expect(journalLength()).toBe(before);
  expect(await scene.client.call('getHome', {})).toMatchObject({ ok: true });
});
