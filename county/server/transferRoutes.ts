/**
 * Moves of points and lost stations, for the county's page and its administrator's commands. Answers are JSON.
 *   GET  /admin/transfers                      { transfers }
 *   POST /admin/transfers                      { holder, holderId, toHolderId?, fromStationId, toStationId, points | null, by,
 *                                                reason }
 *   GET  /admin/lost/ID?elseTo=ID              what declaring it lost would do and could cost
 *   POST /admin/lost/ID                        { elseTo, by, reason }: declares it lost, for good
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { HOLDERS } from '../../domain/points/account.ts';
import type { Result } from '../../domain/result.ts';
import { isAdmin } from './adminPairing.ts';
import type { CountyContext } from './context.ts';
import { ERROR_STATUS } from './errors.ts';
import { declareLost, previewLost } from './lost.ts';
import { listTransfers, makeTransfer, type TransferRefusal } from './transfers.ts';

const station = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const who = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const why = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(400));
const transferSchema = v.strictObject({
  holder: v.picklist(HOLDERS),
  holderId: station,
  toHolderId: v.optional(station),
  fromStationId: station,
  toStationId: station,
  points: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000))),
  by: who,
  reason: why,
});
const lostSchema = v.strictObject({ elseTo: station, by: who, reason: why });
const digits = v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number));

interface Refusal {
  readonly kind: TransferRefusal['kind'];
}

function bodyOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  } catch {
    return undefined; // Not JSON: the schema refuses it.
  }
}

export function addTransferRoutes(
  app: FastifyInstance,
  { context, adminToken }: { readonly context: CountyContext; readonly adminToken: string },
): void {
  const isAllowed = (request: FastifyRequest): boolean => isAdmin(request, adminToken);
  const refuse = (reply: FastifyReply, kind: keyof typeof ERROR_STATUS, detail: object = {}): FastifyReply =>
    reply.status(ERROR_STATUS[kind]).send({ error: { kind, ...detail } });
  const answer = (reply: FastifyReply, result: Result<object, Refusal>): FastifyReply =>
    result.ok ? reply.send(result.value) : refuse(reply, result.error.kind, result.error);

  app.get('/admin/transfers', async (request, reply) =>
    isAllowed(request) ? reply.send({ transfers: await listTransfers(context) }) : refuse(reply, 'NOT_FOUND'),
  );
  app.post('/admin/transfers', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const wanted = v.safeParse(transferSchema, bodyOf(request));
    if (!wanted.success) return refuse(reply, 'MALFORMED');
    return answer(reply, await makeTransfer(context, wanted.output));
  });
  app.get<{ Params: { stationId: string }; Querystring: { elseTo?: string } }>(
    '/admin/lost/:stationId',
    async (request, reply) => {
      if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
      const stationId = v.safeParse(digits, request.params.stationId);
      const elseTo = v.safeParse(digits, request.query.elseTo);
      if (!stationId.success || !elseTo.success) return refuse(reply, 'MALFORMED');
      return answer(reply, await previewLost(context, stationId.output, elseTo.output));
    },
  );
  app.post<{ Params: { stationId: string } }>('/admin/lost/:stationId', async (request, reply) => {
    if (!isAllowed(request)) return refuse(reply, 'NOT_FOUND');
    const stationId = v.safeParse(digits, request.params.stationId);
    const wanted = v.safeParse(lostSchema, bodyOf(request));
    if (!stationId.success || !wanted.success) return refuse(reply, 'MALFORMED');
    return answer(reply, await declareLost(context, { stationId: stationId.output, ...wanted.output }));
  });
}
