/** A county process for tests: the parts of `npm run county -- --sample`, with a clock that the test sets. */
import { join } from 'node:path';
import { DEFAULT_GATE } from '../../county/server/gate.ts';
import { createCounty } from '../../county/server/county.ts';

export interface CountyStart {
  readonly dir: string;
  readonly port: number;
  readonly startMs: number;
  /** Lets one address ask as often as it likes. */
  readonly patient?: boolean;
  /** A PostgreSQL; absent: PGlite in `dir`. */
  readonly databaseUrl?: string;
}
export interface FromCounty {
  readonly kind: 'LISTENING';
  readonly url: string;
}

async function start({ dir, port, startMs, patient = false, databaseUrl }: CountyStart): Promise<void> {
  const born = performance.now();
  const county = await createCounty({
    database:
      databaseUrl === undefined
        ? { kind: 'pglite', dir: join(dir, 'db') }
        : { kind: 'postgres', url: databaseUrl },
    keyDir: dir,
    sample: true,
    nowMs: () => Math.round(startMs + performance.now() - born),
    ...(patient ? { gate: { ...DEFAULT_GATE, maxRefusedPerMinute: 1e9, maxSignedPerMinute: 1e9 } } : {}),
    onProblem: (line) => process.stderr.write(`county: ${line}\n`),
  });
  const url = await county.listen(port, '127.0.0.1');
  const close = async () => {
    await county.close();
    process.exit(0);
  };
  process.on('message', () => void close());
  // A test that has died must leave no county behind.
  process.on('disconnect', () => void close());
  process.send?.({ kind: 'LISTENING', url } satisfies FromCounty);
}

process.once('message', (message: CountyStart) => void start(message));
