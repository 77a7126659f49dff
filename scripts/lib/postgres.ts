/** Debian's PostgreSQL server, for the tests of the county that PGlite alone would not prove. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './tools.ts';

export const POSTGRES_HINT = 'sudo apt-get install -y postgresql';

const DEBIAN = '/usr/lib/postgresql';

/** The folder of the newest server's programs, or undefined: a client's package alone has no server in it. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

/** What of the machine decides; given by tests. */
export interface PostgresHost {
  /** Whether there is a server: Debian's, or the one that DATABASE_URL names. */
  readonly hasServer: () => boolean;
  /** Whether packages may be installed without asking: root on a system with apt. */
  readonly mayInstall: () => boolean;
  /** Installs by apt; resolves to its exit code. */
  readonly install: () => Promise<number>;
  readonly say: (line: string) => void;
}

const THIS_MACHINE: PostgresHost = {
  hasServer: () => (process.env['DATABASE_URL'] ?? '') !== '' || findPostgres() !== undefined,
  mayInstall: () =>
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'),
  async install() {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runProgram('apt-get', ['update', '-qq'], { env });
    return runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], { env });
  },
  say: (line) => void process.stdout.write(`${line}\n`),
};

/**
 * Sees to it that the tests find a PostgreSQL; resolves to whether they do. Installs Debian's where this is root's
 * machine and none is there. Where there is none the same tests run on PGlite alone, and that is said.
 */
export async function wantPostgres(host: PostgresHost = THIS_MACHINE): Promise<boolean> {
  if (host.hasServer()) return true;
  if (host.mayInstall()) {
    host.say('Installing PostgreSQL for the tests of the county.');
    await host.install();
    if (host.hasServer()) return true;
  }
  host.say(
    `No PostgreSQL here: the county is tested on PGlite alone, its tests on PostgreSQL are skipped. For both: ${POSTGRES_HINT}`,
  );
  return false;
}
