/**
 * The inbox of exceptions over HTTP, for the county's page. Personal data is in it: only the administrator sees it.
 *   GET  /admin/exceptions            those that nobody has settled;  ?settled=1: the newest that somebody has
 *   POST /admin/exceptions/settle     { stationId, alertId, how, which, by, note }  ->  { state }
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { CountyContext } from '../context.ts';
import { ERROR_STATUS, type CountyErrorKind } from '../errors.ts';
import { listExceptions } from '../exceptions/inbox.ts';
import { settleException } from '../exceptions/settle.ts';
import { jsonOf } from './sessions.ts';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const settlementSchema = v.object({
  stationId: id,
  alertId: id,
  how: v.string(),
  which: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  by: v.pipe(v.string(), v.maxLength(60)),
  note: v.pipe(v.string(), v.maxLength(400)),
});

export function addExceptions(
  app: FastifyInstance,
  context: CountyContext,
  isAllowed: (request: FastifyRequest) => boolean,
): void {
  const refuse = (reply: FastifyReply, kind: CountyErrorKind) =>
    reply.status(ERROR_STATUS[kind]).send({ error: { kind } });
  app.get<{ Querystring: { settled?: string } }>('/admin/exceptions', async (request, reply) =>
    isAllowed(request)
      ? reply.send(await listExceptions(context, { settled: request.query.settled === '1' }))
      : refuse(reply, 'NOT_FOUND'),
  );
  app.post('/admin/exceptions/settle', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const settlement = jsonOf(settlementSchema, request);
    if (settlement === undefined) return refuse(reply, 'MALFORMED');
    const settled = await settleException(context, settlement);
    return settled.ok ? reply.send(settled.value) : refuse(reply, settled.error.kind);
  });
}
