/**
 * Villages, rules and cards over HTTP, for the county's page and for commands that find the county running. Only the
 * administrator may; answers are JSON, and what is wrong in a file is told in both languages.
 *   POST /admin/villages              a village's file as it is     { VillagePut } or { error: { kind, problems } }
 *   GET  /admin/villages/ID           the file as the county holds it
 *   GET  /admin/villages              { villages }: each with its edition
 *   POST /admin/revoked-cards         { cardNumbers }
 *   GET  /admin/rules                 in force, defaults, history
 *   POST /admin/rules                 { rules, by, reason, ofVersion | null }
 *   GET  /admin/prices                { changes }
 *   POST /admin/prices                PriceWish: proposes another price
 *   POST /admin/prices/confirm        { changeId, by }
 *   POST /admin/erase                 { volunteerId, by, reason }
 *   GET  /admin/merge?volunteerId=&intoId=   what each of two registrations of one person has
 *   POST /admin/merge                 { volunteerId, intoId, by, reason }: merges the first into the second, for good
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import * as v from 'valibot';
import { MAX_REFERENCE_BODY_BYTES } from '../../../domain/wire/limits.ts';
import { ok, type Result } from '../../../domain/result.ts';
import { worthWords } from '../../../domain/shop/worth.ts';
import { isAdmin } from '../adminPairing.ts';
import { jsonOf } from '../admin/sessions.ts';
import type { CountyContext } from '../context.ts';
import { ERROR_STATUS, type CountyErrorKind } from '../errors.ts';
import { Turns } from '../turns.ts';
import { erasePerson } from './erase.ts';
import { mergePeople, previewMerge, toldMerge } from './merge.ts';
import { confirmPrice, listPrices, proposePrice } from './prices.ts';
import { revokeCards } from './revokeCards.ts';
import { changeRules, showRules } from './rules.ts';
import { putVillage, villageFileOf, villageText } from './villages.ts';

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const who = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const why = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(400));
const cardsSchema = v.strictObject({ cardNumbers: v.pipe(v.array(positive), v.maxLength(10_000)) });
const rulesSchema = v.strictObject({
  rules: v.unknown(),
  by: who,
  reason: why,
  ofVersion: v.nullable(positive),
});

const priceSchema = v.strictObject({
  stationId: positive,
  goodsId: positive,
  unitPoints: v.pipe(positive, v.maxValue(1_000_000)),
  fromDay: positive,
  by: who,
  reason: why,
});
const confirmSchema = v.strictObject({ changeId: positive, by: who });
const mergeSchema = v.strictObject({ volunteerId: positive, intoId: positive, by: who, reason: why });
const digits = v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number));
const mergeQuery = v.object({ volunteerId: digits, intoId: digits });
const eraseSchema = v.strictObject({ volunteerId: positive, by: who, reason: why });

export interface VillageOverview {
  readonly stationId: number;
  readonly name: string;
  readonly townshipName: string;
  readonly version: number;
  /** When it changed last, for whatever reason. */
  readonly changedMs: number;
  readonly people: number;
  readonly cards: number;
}

export async function listVillages({ db }: CountyContext): Promise<readonly VillageOverview[]> {
  const { rows } = await sql<VillageOverview>`
    SELECT s.station_id AS "stationId", s.name, s.township_name AS "townshipName",
      coalesce(r.version, 0)::bigint AS version, coalesce(r.made_ms, 0)::bigint AS "changedMs",
      (SELECT count(*) FROM register_person p WHERE p.station_id = s.station_id) AS people,
      (SELECT count(*) FROM register_card c WHERE c.station_id = s.station_id) AS cards
    FROM station s LEFT JOIN reference_version r ON r.station_id = s.station_id
    ORDER BY s.station_id`.execute(db);
  return rows;
}

export function addRosterRoutes(
  app: FastifyInstance,
  { context, adminToken }: { readonly context: CountyContext; readonly adminToken: string },
): void {
  // A village's file is read, compared and put in place in steps: one at a time.
  const turns = new Turns(1);
  const refuse = (reply: FastifyReply, error: { readonly kind: CountyErrorKind }): FastifyReply =>
    reply.status(ERROR_STATUS[error.kind]).send({ error });
  // The token is asked for before a byte of a file is read.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!isAdmin(request, adminToken)) await refuse(reply, { kind: 'NOT_FOUND' });
  };
  app.post('/admin/villages', { bodyLimit: MAX_REFERENCE_BODY_BYTES, onRequest }, async (request, reply) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const put = await turns.run(() => putVillage(context, bytes));
    return put.ok
      ? reply.send({ ...put.value, told: worthWords(put.value.worth) })
      : refuse(reply, put.error);
  });
  app.get('/admin/villages', { onRequest }, async (_request, reply) =>
    reply.send({ villages: await listVillages(context) }),
  );
  app.get<{ Params: { stationId: string } }>(
    '/admin/villages/:stationId',
    { onRequest },
    async (request, reply) => {
      const stationId = Number(request.params.stationId);
      const file = Number.isSafeInteger(stationId) ? await villageFileOf(context, stationId) : undefined;
      if (file === undefined) return refuse(reply, { kind: 'UNKNOWN_STATION' });
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="village-${stationId}.json"`)
        .send(villageText(file));
    },
  );
  /** An act whose wish is JSON. */
  const add = <T>(
    path: string,
    schema: v.GenericSchema<unknown, T>,
    act: (wanted: T) => Promise<Result<object, { readonly kind: CountyErrorKind }>>,
  ): void => {
    app.post(path, { bodyLimit: 1 << 20, onRequest }, async (request, reply) => {
      const wanted = jsonOf(schema, request);
      if (wanted === undefined) return refuse(reply, { kind: 'MALFORMED' });
      const done = await act(wanted);
      return done.ok ? reply.send(done.value) : refuse(reply, done.error);
    });
  };
  app.get('/admin/prices', { onRequest }, async (_request, reply) =>
    reply.send({ changes: await listPrices(context) }),
  );
  add('/admin/prices', priceSchema, (wish) => proposePrice(context, wish));
  add('/admin/prices/confirm', confirmSchema, ({ changeId, by }) => confirmPrice(context, changeId, by));
  add('/admin/erase', eraseSchema, (wish) => erasePerson(context, wish));
  add('/admin/merge', mergeSchema, (wish) => mergePeople(context, wish).then(toldMerge));
  app.get('/admin/merge', { onRequest }, async (request, reply) => {
    const wish = v.safeParse(mergeQuery, request.query);
    if (!wish.success) return refuse(reply, { kind: 'MALFORMED' });
    const seen = toldMerge(await previewMerge(context, wish.output));
    return seen.ok ? reply.send(seen.value) : refuse(reply, seen.error);
  });
  add('/admin/revoked-cards', cardsSchema, async ({ cardNumbers }) =>
    ok(await revokeCards(context, cardNumbers)),
  );
  add('/admin/rules', rulesSchema, (wish) => changeRules(context, wish));
  app.get('/admin/rules', { onRequest }, async (_request, reply) => {
    const shown = await showRules(context);
    return reply.send({ ...shown, told: worthWords(shown.worth) });
  });
}
