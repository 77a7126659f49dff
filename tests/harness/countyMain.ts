/** A county process for tests: the parts of `npm run county -- --sample`, with a clock that the test sets. */
import { join } from 'node:path';
import { DEFAULT_GATE } from '../../county/server/gate.ts';
import { createCounty } from '../../county/server/county.ts';
import { pgliteIn } from './emptyDatabase.ts';

export interface CountyStart {
  readonly dir: string;
  readonly port: number;
  readonly startMs: number;
  /** Lets one address ask as often as it likes. */
  readonly patient?: boolean;
  /** A PostgreSQL; absent: PGlite in `dir`. */
  readonly databaseUrl?: string;
}
export type ToCounty = CountyStart | { readonly advanceMs: number } | { readonly close: true };
export type FromCounty = { readonly kind: 'LISTENING'; readonly url: string } | { readonly kind: 'ADVANCED' };

const say = (message: FromCounty) => process.send?.(message);

async function start({ dir, port, startMs, patient = false, databaseUrl }: CountyStart): Promise<void> {
  const born = performance.now();
  let movedMs = 0;
  const county = await createCounty({
    database:
      databaseUrl === undefined ? await pgliteIn(join(dir, 'db')) : { kind: 'postgres', url: databaseUrl },
    keyDir: dir,
    sample: true,
    nowMs: () => Math.round(startMs + movedMs + performance.now() - born),
    ...(patient
      ? { gate: { ...DEFAULT_GATE, maxRefusedPerMinute: 1e9, maxSignedPerMinute: 1e9, maxEventsPerDay: 1e9 } }
      : {}),
    onProblem: (line) => process.stderr.write(`county: ${line}\n`),
  });
  const url = await county.listen(port, '127.0.0.1');
  const close = async () => {
    await county.close();
    process.exit(0);
  };
  process.on('message', (message: ToCounty) => {
    if ('close' in message) void close();
    if (!('advanceMs' in message)) return;
    movedMs += message.advanceMs;
    say({ kind: 'ADVANCED' });
  });
  // A test that has died must leave no county behind.
  process.on('disconnect', () => void close());
  say({ kind: 'LISTENING', url });
}

process.once('message', (message: CountyStart) => void start(message));
