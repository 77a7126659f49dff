/**
 * The story of Wang, who visits her daughter in another village and wants rice there.
 *
 * At the other station her card is read, and she is told in which village her points are and that they can be brought
 * here. She touches the button. Her own village has no line that day: she may spend at home what is still there, and
 * somebody there does. Then the lines come up, and break: in the middle of her village's word that it has closed her
 * points, whose answer is lost, so that it is said twice; in the middle of the reference data that open them at the
 * other station; in that station's word that it has. When all has been said, her points are there once, her gifts
 * beside them, her village exchanges nothing for her any more and says where her points are, and she has her rice.
 *
 * The second story is of points that the county has not heard of: a few may be spent, the others wait for its word.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { County } from '../../county/server/county.ts';
import { putReference } from '../../county/server/reference.ts';
import { listTransfers } from '../../county/server/transfers.ts';
import { formatCardNumber } from '../../domain/cards/cardNumber.ts';
import { verifyFolder } from '../../db/verify.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import type { PersonView } from '../../electron/contract/views.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { cheapGoods } from '../harness/acts.ts';
import { emptyCounty, listeningCounty } from '../harness/countyDatabase.ts';
import { startCuttingProxy, type CuttingProxy, type Passing } from '../harness/cuttingProxy.ts';
import { localWorld, openLocal, type LocalStation } from '../harness/local.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';

const HOME = 1;
const AWAY = 2;
const WANG = 1;
const village = testVillage();
const LI = 2;
/** Three of them cost more than may be spent before the county has heard, and less than an award. */
const goods = { ...cheapGoods(village), unitPoints: 30 };
const { rules } = village.reference;
const homeReference: Reference = {
  ...village.reference,
  goods: village.reference.goods.map((one) => (one.id === goods.id ? goods : one)),
  rules: { ...rules, ledger: { ...rules.ledger, gifts: { enabled: true, perHundredEarned: 100 } } },
  grants: [
    { id: 1, holder: 'PERSON', holderId: WANG, points: 300 },
    { id: 2, holder: 'GIFT', holderId: WANG, points: 40 },
  ],
};
const awayReference: Reference = {
  ...homeReference,
  station: { ...homeReference.station, id: AWAY, name: '石桥村新时代文明实践站' },
  volunteers: homeReference.volunteers.map((one) => ({ ...one, householdId: 0 })),
  households: [],
  grants: [],
};

/** Both clocks of everybody, moved on together: the same card within seconds would be a repeat. */
let aheadMs = 0;
const born = localWorld();
const world = {
  ...born,
  clock: {
    ...born.clock,
    nowMs: () => born.clock.nowMs() + aheadMs,
    monoMs: () => born.clock.monoMs() + aheadMs,
  },
};

/** A station with its own line, which is down or breaks where the test says. */
class Village {
  readonly dir = mkdtempSync(join(tmpdir(), 'follow-'));
  readonly stationId: number;
  private proxy: CuttingProxy | null = null;
  private opened: LocalStation | null = null;
  /** Asked at each request and answer: after how many bytes the line breaks. */
  cutAt: (passing: Passing) => number | null = () => null;

  constructor(stationId: number) {
    this.stationId = stationId;
  }
  async open(countyUrl: string): Promise<void> {
    this.proxy = await startCuttingProxy(Number(new URL(countyUrl).port), (passing) => this.cutAt(passing));
    this.opened = openLocal(this.dir, village, {
      countyUrl: `http://127.0.0.1:${this.proxy.port}`,
      world,
      settings: { stationId: this.stationId },
      host: {
        syncPauses: { soonMs: 20, idleMs: 3_600_000, firstBackoffMs: 20, maxBackoffMs: 100 },
      },
    });
    await this.heard();
  }
  get station(): LocalStation {
    if (this.opened === null) throw new Error('not open');
    return this.opened;
  }
  down(): void {
    this.cutAt = ({ where }) => (where === 'REQUEST' ? 1 : null);
  }
  /** Breaks the line once, in the middle of the nth such answer; afterwards it is well. Says how many came. */
  breakOnce(path: string, nth = 1): () => number {
    let met = 0;
    this.cutAt = (passing) => {
      if (passing.path !== path || passing.where !== 'ANSWER') return null;
      met += 1;
      return met === nth ? Math.floor(passing.length / 2) : null;
    };
    return () => met;
  }
  /** Until the county has all of it, and it has all that the county has for it. */
  async heard(): Promise<void> {
    await expect
      .poll(
        async () => {
          await this.station.ask('syncNow', {});
          const { sync } = await this.station.status();
          const { rows } = await sql<{ version: number }>`SELECT version FROM reference_version
            WHERE station_id = ${this.stationId}`.execute(county.context.db);
          return [
            sync.state,
            sync.recorded - sync.reachedCounty,
            sync.referenceVersion - (rows[0]?.version ?? 0),
          ];
        },
        { timeout: 20_000, interval: 50 },
      )
      .toEqual(['IDLE', 0, 0]);
  }
  person(volunteerId = WANG): Promise<PersonView> {
    aheadMs += 4_000;
    return this.station.open(volunteerId);
  }
  async buy(quantity = 1, volunteerId = WANG): Promise<unknown> {
    const { personToken } = await this.person(volunteerId);
    const lines = [{ goodsId: goods.id, quantity, unitPoints: goods.unitPoints }];
    return this.station.ask('redeem', { requestId: randomUUID(), personToken, lines, pin: '' });
  }
  sums(): readonly unknown[] {
    return readStation(
      this.dir,
      `SELECT holder, available, opened, closed, spent FROM account WHERE holder_id = ${WANG} AND holder <> 1
       ORDER BY holder`,
    );
  }
  async close(): Promise<void> {
    if (this.opened === null) return;
    await this.opened.close();
    await this.proxy?.close();
    expect(verifyFolder(this.dir, realWorld().sha256).finding).toBeNull();
    rmSync(this.dir, { recursive: true });
  }
}

let county: County;
let url: string;
let home: Village;
let away: Village;
beforeAll(async () => {
  ({ county, url } = await listeningCounty({ nowMs: () => Math.round(world.clock.nowMs()) }));
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  await putReference(county.context, homeReference);
  await putReference(county.context, awayReference);
  home = new Village(HOME);
  away = new Village(AWAY);
  await home.open(url);
});
afterEach(async () => {
  await home.close();
  await away.close();
});

/** What the county holds of her, by station and account. */
async function atCounty(stationId: number): Promise<readonly unknown[]> {
  const { rows } = await sql`SELECT holder, available, opened, closed, spent FROM ledger_account
    WHERE holder_id = ${WANG} AND holder <> 1 AND station_id = ${stationId} ORDER BY holder`.execute(
    county.context.db,
  );
  return rows;
}

test('the points follow her once, over lines that break in the middle', { timeout: 60_000 }, async () => {
  await away.open(url);
  expect((await home.person()).elsewhere).toBeNull();
  const seen = await away.person();
  expect(seen.elsewhere).toEqual({ stationName: homeReference.station.name, requestedMs: 0 });
  expect(seen.balance.availablePoints).toBe(0);
  expect(await away.buy()).toMatchObject({ reason: { kind: 'NO_ALLOWANCE_HERE', homeStationId: HOME } });

  // A number typed by hand is not enough, and a second touch is not a second wish.
  home.down();
  const card = village.reference.cards.find(({ volunteerId }) => volunteerId === WANG);
  const digits = formatCardNumber(card?.cardNumber ?? 0);
  aheadMs += 4_000;
  const typed = await away.station.ask('openPerson', {
    scanId: (await away.station.ask('submitCardNumber', { digits })).scanId,
  });
  if (typed.kind !== 'OPENED') throw new Error(typed.reason.kind);
  const { personToken } = typed.person;
  expect(await away.station.ask('requestAllowance', { requestId: randomUUID(), personToken })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'CARD_NEEDED' },
  });
  const asking = { requestId: randomUUID(), personToken: (await away.person()).personToken };
  const asked = await away.station.ask('requestAllowance', asking);
  expect(asked).toMatchObject({ kind: 'REQUESTED' });
  expect(await away.station.ask('requestAllowance', asking)).toEqual(asked);
  expect(await away.station.ask('requestAllowance', { ...asking, requestId: randomUUID() })).toEqual({
    kind: 'REFUSED',
    reason: { kind: 'UNDER_WAY' },
  });
  await away.heard();
  expect((await away.person()).elsewhere).toMatchObject({
    requestedMs: asked.kind === 'REQUESTED' && asked.atMs,
  });
  expect(
    (await listTransfers(county.context)).map(({ holder, state }) => `${holder} ${state}`).sort(),
  ).toEqual(['GIFT CLOSING', 'PERSON CLOSING']);

  // At home nobody knows of it yet: what is there may be spent there.
  expect(await home.buy()).toMatchObject({ kind: 'REDEEMED' });
  const spentAtHome = goods.unitPoints;
  // The first batch says what was spent, the second what was closed: that one comes twice.
  const batches = home.breakOnce('/v1/batch', 2);
  await home.heard();
  expect(batches()).toBeGreaterThan(2);
  expect(await home.buy()).toMatchObject({ kind: 'REFUSED' });
  expect((await home.person()).elsewhere).toMatchObject({ stationName: awayReference.station.name });

  const references = away.breakOnce('/v1/reference');
  await away.station.ask('syncNow', {});
  await expect.poll(references, { timeout: 20_000 }).toBeGreaterThan(1);
  const words = away.breakOnce('/v1/batch');
  await away.heard();
  // Opened may have been said before the line broke here: then the exchange below is what is said twice.
  const arrived = await away.person();
  expect(arrived.elsewhere).toMatchObject({ requestedMs: 0 });
  expect(await away.buy()).toMatchObject({ kind: 'REDEEMED' });
  await away.heard();
  expect(words()).toBeGreaterThan(1);
  await home.heard();

  expect((await listTransfers(county.context)).map(({ state }) => state)).toEqual(['OPENED', 'OPENED']);
  const total = (sums: readonly unknown[], of: 'available' | 'opened' | 'closed' | 'spent'): number =>
    (sums as readonly Record<typeof of, number>[]).reduce((sum, row) => sum + row[of], 0);
  expect(total(home.sums(), 'spent')).toBe(spentAtHome);
  expect(total(home.sums(), 'closed')).toBe(340 - spentAtHome);
  expect(total(away.sums(), 'opened')).toBe(340 - spentAtHome);
  expect(total(away.sums(), 'available')).toBe(340 - spentAtHome - goods.unitPoints);
  expect(home.sums()).toEqual(await atCounty(HOME));
  expect(away.sums()).toEqual(await atCounty(AWAY));
  const { rows: events } = await sql`SELECT station_id, count(*)::int AS n, max(seq)::int AS last FROM event
    GROUP BY station_id HAVING count(*) <> max(seq)`.execute(county.context.db);
  expect(events).toEqual([]);
  expect(await county.context.db.selectFrom('alert').select('kind').execute()).toEqual([]);
});

test(
  'what the county has not heard of can be spent up to the cap, and then waits',
  { timeout: 60_000 },
  async () => {
    const keeperToken = await home.station.unlock();
    home.down();
    const award = { keeperToken, awardId: 3, holderId: LI, reason: '调解邻里纠纷' };
    expect(await home.station.ask('award', { ...award, requestId: randomUUID() })).toMatchObject({
      kind: 'DONE',
    });
    const cap = rules.ledger.unconfirmedSpendPoints;
    const opened = await home.person(LI);
    expect([opened.balance.availablePoints, opened.awaitingCountyPoints]).toEqual([100, 100 - cap]);
    expect(await home.buy(3, LI)).toMatchObject({
      reason: { kind: 'AWAITING_COUNTY', available: cap, awaiting: 100 - cap },
    });
    expect(await home.buy(1, LI)).toMatchObject({ kind: 'REDEEMED' });
    // What was spent counts against the cap: the rest of the award waits as before.
    expect((await home.person(LI)).awaitingCountyPoints).toBe(100 - cap);
    home.cutAt = () => null;
    await home.heard();
    expect((await home.person(LI)).awaitingCountyPoints).toBe(0);
    expect(await home.buy(2, LI)).toMatchObject({ kind: 'REDEEMED' });
  },
);
