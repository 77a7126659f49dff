/** A machine that speaks the wire by hand: signed asks and batches of any journal, straight into a county's routes. */
import type { County } from '../../county/server/county.ts';
import type { JournalRun } from '../../domain/journal/run.ts';
import { encodeBatch } from '../../domain/wire/batch.ts';
import { sealMessage, type MessageKind } from '../../domain/wire/envelope.ts';
import { encodeAsk, encodeEnrol } from '../../domain/wire/messages.ts';
import { WIRE } from '../../domain/wire/version.ts';
import type { makeKeys } from './wire.ts';

export function wireStation(
  now: () => { readonly county: County; readonly keys: ReturnType<typeof makeKeys> },
  AT: { readonly stationId: number; readonly incarnation: string },
  NONCE: Uint8Array,
) {
  const seal = (kind: MessageKind, body: Uint8Array, signer = AT.stationId) =>
    sealMessage({ kind, nonce: NONCE, signer, body }, now().keys.seal, { packed: false, stored: body });

  async function post(path: string, payload: Uint8Array, remoteAddress = '127.0.0.1') {
    const answer = await now().county.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      payload: Buffer.from(payload),
      headers: { 'content-type': 'application/octet-stream' },
      remoteAddress,
    });
    return { status: answer.statusCode, bytes: new Uint8Array(answer.rawPayload), text: answer.payload };
  }
  const enrol = () =>
    post(
      'enrol',
      seal(
        'ENROL',
        encodeEnrol({
          publicKey: now().keys.publicKey,
          proof: null,
          replyKey: new Uint8Array(32),
          appVersion: 't',
        }),
      ),
    );
  const ask = (
    incarnation = AT.incarnation,
    running = incarnation,
    { recorded = 900, wallMs = Date.now() } = {},
  ) =>
    post(
      'ask',
      seal(
        'ASK',
        encodeAsk({
          incarnation,
          running,
          recorded,
          referenceVersion: 0,
          wallMs,
          appVersion: 't',
          wire: WIRE,
          revocationNumber: 0,
        }),
      ),
    );
  const send = (run: JournalRun) => post('batch', seal('BATCH', encodeBatch(run)));
  return { seal, post, enrol, ask, send };
}
