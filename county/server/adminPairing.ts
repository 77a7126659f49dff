/**
 * What the administrator does about stations' machines, over HTTP: for the county's page and for the commands that
 * find the county running. Answers are JSON; the token stands in a file that only the county's user can read.
 *   POST /admin/codes/ID    a code for a new machine:   { code, text, url, stationName, expiresMs, svg }
 *   POST /admin/replace/ID  the same for one that takes the place of the present machine
 *   POST /admin/revoke/ID   ends the station's keys:    { revoked }
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import qrcode from 'qrcode';
import type { Result } from '../../domain/result.ts';
import type { CountyContext } from './context.ts';
import { ERROR_STATUS } from './errors.ts';
import { makeCode, revokeStation, type PairingRefusal, type StationCode } from './pairing.ts';

interface Options {
  readonly context: CountyContext;
  readonly adminToken: string;
}
type Act = (stationId: number) => Promise<Result<unknown, PairingRefusal>>;

/** Whether a request shows the administrator's token; says nothing by how long it takes. */
export function isAdmin(request: FastifyRequest, adminToken: string): boolean {
  const expected = Buffer.from(`Bearer ${adminToken}`);
  const given = Buffer.from(request.headers.authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A code with its QR as a picture that needs no other file. */
export interface ShownCode extends StationCode {
  readonly svg: string;
}
export async function withPicture(code: StationCode): Promise<ShownCode> {
  const svg = await qrcode.toString(code.text, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  return { ...code, svg };
}

export function addPairing(app: FastifyInstance, { context, adminToken }: Options): void {
  const add = (path: string, act: Act): void => {
    app.post<{ Params: { stationId: string } }>(`/admin/${path}/:stationId`, async (request, reply) => {
      const refuse = (kind: PairingRefusal['kind'] | 'NOT_FOUND') =>
        reply.status(ERROR_STATUS[kind]).send({ error: { kind } });
      if (!isAdmin(request, adminToken)) return refuse('NOT_FOUND');
      const stationId = Number(request.params.stationId);
      if (!Number.isSafeInteger(stationId) || stationId < 1) return refuse('UNKNOWN_STATION');
      const result = await act(stationId);
      return result.ok ? reply.send(result.value) : refuse(result.error.kind);
    });
  };
  const code = async (stationId: number, replaces: boolean): Promise<Result<ShownCode, PairingRefusal>> => {
    const made = await makeCode(context, stationId, { replaces });
    return made.ok ? { ok: true, value: await withPicture(made.value) } : made;
  };
  add('codes', (stationId) => code(stationId, false));
  add('replace', (stationId) => code(stationId, true));
  add('revoke', async (stationId) => {
    const revoked = await revokeStation(context, stationId);
    return revoked.ok ? { ok: true, value: { revoked: revoked.value } } : revoked;
  });
}
