import { expect, it } from 'vitest';
import { partOf } from '../../../county/server/rest.ts';

const answer = Uint8Array.from({ length: 5000 }, (_, at) => at % 251);
const etag = partOf(answer, {}).headers['etag'] ?? '';

it('gives the rest of the very same bytes', () => {
  const { status, headers, bytes } = partOf(answer, { range: 'bytes=4990-', 'if-range': etag });
  expect(status).toBe(206);
  expect(headers['content-range']).toBe('bytes 4990-4999/5000');
  expect(bytes).toEqual(answer.subarray(4990));
});

it.each([
  ['bytes=5000-', etag],
  ['bytes=0-', etag],
  ['bytes=-5', etag],
  ['bytes=10-20', etag],
  ['bytes=10-,20-', etag],
  ['bytes=99999999999999999999-', etag],
  ['bytes=10-', '"another"'],
  ['bytes=10-', undefined],
])('gives the whole for %s of %s', (range, ifRange) => {
  const part = partOf(answer, { range, ...(ifRange === undefined ? {} : { 'if-range': ifRange }) });
  expect(part).toMatchObject({ status: 200, bytes: answer });
});
