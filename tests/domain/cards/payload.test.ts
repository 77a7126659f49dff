import { base32nopad } from '@scure/base';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { CARD_TEXT_LENGTH, decodeCard, encodeCard, type CardPayload } from '../../../domain/cards/payload.ts';
import { fc } from '../../harness/property.ts';
import { anyPayload, encode, issuer, sha256 } from './support.ts';

const sample: CardPayload = { cardNumber: 124_821, volunteerId: 223, generation: 1, issuerId: 1 };
const decode = (text: string) => decodeCard(text, { sha256 });
const kindOf = (text: string) => {
  const result = decode(text);
  return result.ok ? 'OK' : result.error.kind;
};
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

describe('the text of a card', () => {
  it('comes back as it went in, for every payload', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const decoded = decode(encode(payload));
        expect(decoded).toMatchObject({ ok: true, value: { payload } });
      }),
      { numRuns: 10_000 },
    );
  });

  it('is the same from one release to the next, or printed cards would stop working', () => {
    const text = encode(sample);
    expect(text.slice(0, 24)).toBe('VC1AAA6PFIAAAAABXYAAEAAD');
    expect(text).toHaveLength(CARD_TEXT_LENGTH);
  });

  it('fits QR version 8 at level M without byte mode, and a wedge in 160 characters', () => {
    const largest = {
      cardNumber: 999_999_999,
      volunteerId: 2 ** 40 - 1,
      generation: 65_535,
      issuerId: 65_535,
    };
    for (const payload of [sample, largest]) {
      const text = encode(payload);
      expect(text.length).toBeLessThanOrEqual(160);
      const qr = QRCode.create(text, { errorCorrectionLevel: 'M' });
      expect(qr.version).toBeLessThanOrEqual(8);
      // Runs of digits may be packed tighter still; what must not be needed is the byte mode.
      expect(qr.segments.map((segment) => segment.mode.id)).not.toContain('Byte');
    }
  });

  it('is read whatever the case and the white space around it', () => {
    const text = encode(sample);
    expect(kindOf(` \t${text.toLowerCase()}\r\n`)).toBe('OK');
  });

  it('refuses to be made of a payload outside its ranges', () => {
    const wrong = [
      { cardNumber: 0 },
      { cardNumber: 1_000_000_000 },
      { volunteerId: 0 },
      { volunteerId: 2 ** 40 },
      { generation: 0 },
      { issuerId: 65_536 },
      { issuerId: 1.5 },
    ];
    for (const part of wrong) expect(() => encode({ ...sample, ...part })).toThrow(RangeError);
    expect(() => encodeCard(sample, { sha256, sign: () => new Uint8Array(63) })).toThrow(RangeError);
  });
});

describe('what is not the text of a card', () => {
  it('is called by a known kind, whatever the characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        expect(['NOT_OURS', 'DAMAGED']).toContain(kindOf(text));
        expect(kindOf(`VC1${text}`)).toBe('DAMAGED');
      }),
      { numRuns: 10_000 },
    );
  });

  it('is DAMAGED for any bytes in the right clothes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 100 }), (bytes) => {
        expect(kindOf(`VC1${base32nopad.encode(bytes)}`)).toBe('DAMAGED');
      }),
      { numRuns: 10_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 81, maxLength: 81 }), (bytes) => {
        expect(kindOf(`VC1${base32nopad.encode(bytes)}`)).toBe('DAMAGED');
      }),
      { numRuns: 10_000 },
    );
  });

  it('is never accepted after one character changed, was lost, doubled or swapped with its neighbour', () => {
    const text = encode(sample);
    for (let i = 0; i < text.length; i++) {
      const before = text.slice(0, i);
      const char = text.charAt(i);
      const after = text.slice(i + 1);
      const expected = i < 3 ? 'NOT_OURS' : 'DAMAGED';
      for (const other of `${ALPHABET} =ſıＡ`)
        if (other !== char && !(i === 0 && other === ' '))
          expect([expected, 'DAMAGED']).toContain(kindOf(before + other + after));
      expect(kindOf(before + char.toLowerCase() + after)).toBe('OK');
      expect(kindOf(before + after)).not.toBe('OK');
      expect(kindOf(before + char + char + after)).not.toBe('OK');
      const next = after.charAt(0);
      if (next !== char && next !== '') expect(kindOf(before + next + char + after.slice(1))).not.toBe('OK');
    }
  });

  it('is never accepted after any single change, for cards of every kind', () => {
    fc.assert(
      fc.property(
        anyPayload,
        fc.nat(CARD_TEXT_LENGTH - 1),
        fc.constantFrom(...Array.from(ALPHABET)),
        (payload, i, other) => {
          const text = encode(payload);
          fc.pre(text.charAt(i) !== other);
          expect(kindOf(text.slice(0, i) + other + text.slice(i + 1))).toBe(i < 3 ? 'NOT_OURS' : 'DAMAGED');
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('is DAMAGED where the bits left over are not zero, so that a card has one text only', () => {
    const text = encode(sample);
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(text.slice(-1));
    expect(last % 4).toBe(0);
    for (const bits of [1, 2, 3]) {
      const other = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(last + bits);
      expect(kindOf(text.slice(0, -1) + other)).toBe('DAMAGED');
    }
  });

  it('is DAMAGED when its check is right but a field is outside its range', () => {
    const bytes = base32nopad.decode(encode(sample).slice(3));
    bytes.fill(0, 0, 4);
    bytes.set(sha256('VC1', bytes.subarray(0, 77)).subarray(0, 4), 77);
    expect(kindOf(`VC1${base32nopad.encode(bytes)}`)).toBe('DAMAGED');
  });

  it('is NOT_OURS for other codes and later versions', () => {
    for (const text of ['', 'https://example.com/vc1', '6901234567892', 'VC2AAAA', 'VC'])
      expect(kindOf(text)).toBe('NOT_OURS');
  });
});

it('signs the prefix with the fields', () => {
  let signed = new Uint8Array();
  encodeCard(sample, {
    sha256,
    sign: (message) => {
      signed = new Uint8Array(message);
      return issuer.sign(message);
    },
  });
  expect(Buffer.from(signed).toString('latin1').slice(0, 3)).toBe('VC1');
  expect(signed).toHaveLength(16);
  const decoded = decode(encode(sample));
  expect(decoded.ok && decoded.value.signedBytes).toEqual(signed);
});
