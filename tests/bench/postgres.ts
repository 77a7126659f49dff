/** A PostgreSQL that forces its writes to disk, for figures that are to mean something. */
import { BACKENDS } from '../harness/countyDatabase.ts';

export interface RunningPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a cluster of its own, or takes a database on the server of DATABASE_URL. Throws where neither is there. */
export async function durablePostgres(): Promise<RunningPostgres> {
  const postgres = BACKENDS.find(({ name }) => name === 'PostgreSQL');
  if (postgres?.available !== true)
    throw new Error('no PostgreSQL: apt-get install postgresql, or set DATABASE_URL');
  const started = await postgres.start({ durable: true });
  if (started.database.kind !== 'postgres') throw new Error('this is no PostgreSQL');
  return { url: started.database.url, stop: started.stop };
}
