/** What tests of the county begin with: one county for a file on a backend, emptied ahead of each test. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createCounty, type County } from '../../county/server/county.ts';
import { emptyCounty, type Backend } from './countyDatabase.ts';
import { Outpost } from './courier.ts';

/** To be called where tests are described; answers the county while one runs. Nothing is begun without the backend. */
export function countyOf(
  { available, start }: Backend,
  { sample }: { readonly sample: boolean } = { sample: false },
): () => County {
  let running: { readonly county: County; readonly stop: () => Promise<void> } | null = null;
  const county = (): County => {
    if (running === null) throw new Error('no county runs here');
    return running.county;
  };
  beforeAll(async () => {
    if (!available) return;
    const { database, stop } = await start();
    running = { county: await createCounty({ database, keyDir: null, sample }), stop };
  });
  afterAll(async () => {
    await running?.county.close();
    await running?.stop();
  });
  beforeEach(async () => {
    if (available) await emptyCounty(county());
  });
  return county;
}

/** The people and places of the stories about moves of points. */
export const WANG = 1;
export const HOME = 21;
export const AWAY = 22;

export interface Moves {
  readonly county: County;
  /** Where Wang lives. */
  readonly home: Outpost;
  readonly away: Outpost;
  /** What a person is told; the courier's awards follow no catalogue, which is not the matter here. */
  readonly alerts: () => Promise<readonly string[]>;
}

/** A county and two stations that know it, anew for each test; to be called where tests are described. */
export function movesOn(backend: Backend): () => Moves {
  const countyNow = countyOf(backend);
  let present: Moves | null = null;
  beforeEach(async () => {
    if (!backend.available) return;
    const county = countyNow();
    const home = new Outpost(county, HOME);
    const away = new Outpost(county, AWAY);
    await home.found('七里坪村', { [WANG]: HOME });
    await away.found('李家畈村', { [WANG]: HOME });
    await home.take();
    await away.take();
    const alerts = async () => {
      const told = county.context.db.selectFrom('alert').select('kind');
      return (await told.where('kind', '<>', 'RULE_DIFFERENCE').execute()).map(({ kind }) => kind);
    };
    present = { county, home, away, alerts };
  });
  afterEach(() => {
    present?.home.store.close();
    present?.away.store.close();
    present = null;
  });
  return () => {
    if (present === null) throw new Error('no stations are there');
    return present;
  };
}
