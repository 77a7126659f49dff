/**
 * The inbox of exceptions over HTTP, for the county's page. Personal data is in it: only the administrator sees it.
 *   GET  /admin/exceptions            those that nobody has settled;  ?settled=1: the newest that somebody has;
 *                                     ?station=ID, ?kind=K: only those;  ?from=N: after the newest N
 *   POST /admin/exceptions/settle-all { kind, stationId or null, how, by, note, untilMs }  ->  { settled }
 *   POST /admin/exceptions/settle     { stationId, alertId, how, which, by, note }  ->  { state }
 *   GET  /admin/aside?from=N          what was laid aside and waits for a decision, decoded
 *   POST /admin/aside/decide          { stationId, incarnation, firstSeq, headHash, how, by, note }  ->  { state }
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { CountyContext } from '../context.ts';
import { ERROR_STATUS, type CountyErrorKind } from '../errors.ts';
import { listExceptions } from '../exceptions/inbox.ts';
import { settleException } from '../exceptions/settle.ts';
import { settleMany } from '../exceptions/settleMany.ts';
import { decideAside, listAside } from '../review.ts';
import { jsonOf } from './sessions.ts';

const by = v.pipe(v.string(), v.maxLength(60));
const note = v.pipe(v.string(), v.maxLength(400));
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const settlementSchema = v.object({
  stationId: id,
  alertId: id,
  how: v.string(),
  which: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  by,
  note,
});
const manySchema = v.object({
  kind: v.string(),
  stationId: v.nullable(id),
  how: v.string(),
  untilMs: v.pipe(v.number(), v.safeInteger()),
  by,
  note,
});
const decisionSchema = v.object({
  stationId: id,
  incarnation: v.string(),
  firstSeq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  headHash: v.string(),
  how: v.string(),
  by,
  note,
});

export function addExceptions(
  app: FastifyInstance,
  context: CountyContext,
  isAllowed: (request: FastifyRequest) => boolean,
): void {
  const refuse = (reply: FastifyReply, kind: CountyErrorKind) =>
    reply.status(ERROR_STATUS[kind]).send({ error: { kind } });
  interface Asked {
    readonly settled?: string;
    readonly station?: string;
    readonly kind?: string;
    readonly from?: string;
  }
  app.get<{ Querystring: Asked }>('/admin/exceptions', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const { settled, station, kind, from = '0' } = request.query;
    const stationId = station === undefined ? undefined : Number(station);
    if (![stationId ?? 0, Number(from)].every((number) => Number.isSafeInteger(number) && number >= 0))
      return refuse(reply, 'MALFORMED');
    return reply.send(
      await listExceptions(context, { settled: settled === '1', stationId, kind, from: Number(from) }),
    );
  });
  app.post('/admin/exceptions/settle-all', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const many = jsonOf(manySchema, request);
    const settled = many && (await settleMany(context, many));
    return settled?.ok === true ? reply.send(settled.value) : refuse(reply, 'MALFORMED');
  });
  app.post('/admin/exceptions/settle', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const settlement = jsonOf(settlementSchema, request);
    if (settlement === undefined) return refuse(reply, 'MALFORMED');
    const settled = await settleException(context, settlement);
    return settled.ok ? reply.send(settled.value) : refuse(reply, settled.error.kind);
  });
  app.get<{ Querystring: { from?: string } }>('/admin/aside', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const from = Number(request.query.from ?? 0);
    if (!Number.isSafeInteger(from) || from < 0) return refuse(reply, 'MALFORMED');
    return reply.send(await listAside(context, from));
  });
  app.post('/admin/aside/decide', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const decision = jsonOf(decisionSchema, request);
    if (decision === undefined) return refuse(reply, 'MALFORMED');
    const decided = await decideAside(context, decision);
    return decided.ok ? reply.send(decided.value) : refuse(reply, decided.error.kind);
  });
}
