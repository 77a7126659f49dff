/** Serves the built renderer as app://station/, which has an origin and a policy where file:// has neither. */
import { readStaticFile, securityHeaders } from './staticFiles.ts';
import { isOwnUrl } from './lockdown.ts';

const headers = securityHeaders(null);

/** Makes the answer to one request for app://. Anything but a file of `rendererDir` is 404. */
export async function answerAppRequest(rendererDir: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' || !isOwnUrl(request.url)) return new Response(null, { status: 404, headers });
  const file = await readStaticFile(rendererDir, new URL(request.url).pathname);
  if (file === null) return new Response(null, { status: 404, headers });
  return new Response(new Uint8Array(file.bytes), { headers: { ...headers, 'content-type': file.type } });
}
