/** How a command of the administrator asks the county that runs on its folder. */
import * as http from 'node:http';
import * as https from 'node:https';
import { json } from 'node:stream/consumers';
import type { RunningCounty } from './lock.ts';

const SILENCE_MS = 30_000;
/** A large bundle of a stick is at work for a while before anything is answered. */
const SILENCE_AFTER_UPLOAD_MS = 600_000;

/**
 * Asks a running county with its token; answers its response, to be read by the caller. Rejects if nobody answers.
 * The address is this machine's own, so the certificate is not asked for more than plain http on loopback would be.
 */
export function openRunning(
  running: RunningCounty,
  method: 'GET' | 'POST',
  path: string,
  upload?: Uint8Array,
): Promise<http.IncomingMessage> {
  const url = new URL(path, running.address);
  const { request } = url.protocol === 'https:' ? https : http;
  const headers = {
    authorization: `Bearer ${running.adminToken}`,
    ...(upload && { 'content-type': 'application/octet-stream', 'content-length': upload.length }),
  };
  return new Promise((done, reject) => {
    const options = {
      method,
      headers,
      rejectUnauthorized: false,
      timeout: upload ? SILENCE_AFTER_UPLOAD_MS : SILENCE_MS,
    };
    const sent = request(url, options, done);
    sent.on('timeout', () => sent.destroy(new Error('the running county does not answer')));
    sent.on('error', reject);
    sent.end(upload);
  });
}

/** POSTs to a path such as `/admin/codes/17`; answers what the county said as JSON. */
export async function askRunning(running: RunningCounty, path: string): Promise<unknown> {
  return json(await openRunning(running, 'POST', path));
}
