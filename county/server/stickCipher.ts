/** What domain/wire/stickFile wants passed in, from Node. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { ChunkCipher, DeriveKey } from '../../domain/wire/stickFile.ts';

const TAG_BYTES = 16;
const INFO = 'village-station stick 1';

/** AES-256-GCM. */
export const chunkCipher: ChunkCipher = {
  seal: (key, nonce, plain) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: (key, nonce, sealed) => {
    if (sealed.length < TAG_BYTES) return null;
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch {
      return null; // Not sealed with this key and nonce.
    }
  },
};

export const deriveKey: DeriveKey = (shared, head, readerKey) => {
  const salt = createHash('sha256').update(head).digest();
  const info = Buffer.concat([Buffer.from(INFO), readerKey]);
  return new Uint8Array(hkdfSync('sha256', shared, salt, info, 32));
};
