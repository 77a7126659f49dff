/** Which addresses of a county may be spoken to, and how one that was typed by hand is read. */
import { err, ok, type Result } from '../../../domain/result.ts';

export interface BadAddress {
  /** NO_ADDRESS: not an address at all. PLAIN_HTTP: everybody on the way could read and change what is said. */
  readonly kind: 'NO_ADDRESS' | 'PLAIN_HTTP';
}

/** Whether a host name is this very machine, by whatever way it is written. */
export function isLoopback(hostname: string): boolean {
  return ['127.0.0.1', '[::1]', '::1', 'localhost'].includes(hostname);
}

/**
 * The address of a county: https, or plain http on this machine only. An address without a scheme is taken for
 * https, and for http on this machine. Nothing but scheme, host, port and path may stand in it.
 */
export function countyAddress(text: string): Result<string, BadAddress> {
  const typed = text.trim();
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  if (url === null) return err({ kind: 'NO_ADDRESS' });
  const extra = [url.username, url.password, url.search, url.hash].join('');
  if (extra !== '') return err({ kind: 'NO_ADDRESS' });
  const local = isLoopback(url.hostname);
  if (local && !typed.includes('://')) url.protocol = 'http:';
  if (url.protocol === 'http:' && !local) return err({ kind: 'PLAIN_HTTP' });
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return err({ kind: 'NO_ADDRESS' });
  return ok(url.href);
}

function parse(text: string): URL | null {
  try {
    const url = new URL(text);
    return url.hostname === '' ? null : url;
  } catch {
    return null; // What was typed is no address.
  }
}
