/** Bundles of sticks by HTTP, for whoever runs the county: the page's upload and the command beside a running county. */
import type { FastifyInstance } from 'fastify';
import { MAX_STICK_FILE_BYTES } from '../../domain/wire/limits.ts';
import { isAdmin } from './adminPairing.ts';
import type { CountyContext } from './context.ts';
import { ERROR_STATUS } from './errors.ts';
import type { BundleErrorKind, ImportReport } from './stick.ts';
import { importFile } from './stickPairing.ts';

/** What an upload is answered with; the bytes of the answer in Base64. */
export type StickUploadAnswer =
  | { readonly kind: 'NOT_TAKEN'; readonly reason: BundleErrorKind; readonly answer: UploadedAnswer | null }
  | ({ readonly kind: 'TAKEN'; readonly answer: UploadedAnswer | null } & Omit<ImportReport, 'answer'>);
export interface UploadedAnswer {
  readonly name: string;
  readonly base64: string;
}

function uploaded(answer: ImportReport['answer']): UploadedAnswer | null {
  return answer && { name: answer.name, base64: Buffer.from(answer.bytes).toString('base64') };
}

async function take(context: CountyContext, file: Uint8Array): Promise<StickUploadAnswer> {
  const report = await importFile(context, file);
  if (!report.ok)
    return { kind: 'NOT_TAKEN', reason: report.error.kind, answer: uploaded(report.error.answer) };
  const { answer, ...told } = report.value;
  return { kind: 'TAKEN', ...told, answer: uploaded(answer) };
}

/** Adds the upload: the token is asked for before a byte of the file is read. */
export function addStickUpload(
  app: FastifyInstance,
  { context, adminToken }: { readonly context: CountyContext; readonly adminToken: string },
): void {
  app.post(
    '/admin/stick',
    {
      bodyLimit: MAX_STICK_FILE_BYTES,
      onRequest: async (request, reply) => {
        if (!isAdmin(request, adminToken))
          await reply.status(ERROR_STATUS.NOT_FOUND).send({ error: { kind: 'NOT_FOUND' } });
      },
    },
    async (request, reply) =>
      reply.send(await take(context, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))),
  );
}
