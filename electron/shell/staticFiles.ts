/** The built renderer as files, the same for app:// under Electron and http:// under Chromium. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ogg': 'audio/ogg',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

/**
 * What the page may load: its own files, nothing written into the page, nothing from anywhere else (STACK.md 1).
 * `connect` is added where the page speaks over a WebSocket, whose scheme 'self' does not cover in every browser.
 */
export function contentSecurityPolicy(connect: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self'",
    `connect-src 'self'${connect === null ? '' : ` ${connect}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The headers every file goes out with. */
export function securityHeaders(connect: string | null): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  };
}

export interface StaticFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Named by its content's hash: may be kept for good. */
  readonly immutable: boolean;
}

/**
 * Reads the file a URL path names, `/` being index.html; null if there is none. A path that leads out of the
 * folder, by `..`, by an encoded separator or by a symbolic link, names none.
 */
export async function readStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const name = fileName(urlPath);
  if (name === null) return null;
  const type = TYPES[extname(name).toLowerCase()];
  if (type === undefined) return null;
  try {
    const base = await realpath(root);
    const path = await realpath(join(base, name));
    if (!path.startsWith(base + sep)) return null;
    return { type, bytes: await readFile(path), immutable: name.startsWith('assets/') };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function fileName(urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null; // A lone % names no file.
  }
  if (path === '/' || path === '') return 'index.html';
  const parts = path.replace(/^\//, '').split('/');
  const plain = parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
  return plain ? parts.join('/') : null;
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG';
}
