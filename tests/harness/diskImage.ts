/**
 * A folder as it is on the image of a whole disk: on one file system a copy is another folder, which a station notices
 * (db/place.ts), while an image that is put back is the very folder again.
 */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function imageOf(dir: string, to: string): void {
  cpSync(dir, to, { recursive: true });
  const file = join(to, 'last-start.json');
  if (!existsSync(file)) return;
  const mark = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  writeFileSync(file, JSON.stringify({ ...mark, place: undefined }));
}
