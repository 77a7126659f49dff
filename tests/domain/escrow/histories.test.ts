/**
 * The story of a county where lines are down for weeks: people earn and spend at up to ten stations, entries are
 * confirmed, approved, objected to and posted, points are brought after people and households, whoever was registered
 * twice is merged, disks die, stations are
 * declared lost and speak again, the county itself comes back from a backup. Whatever happens in whatever order, no
 * point is made or lost, nobody spends what is not there, and when everybody has met again the county and each station
 * say the same.
 */
import { expect, it } from 'vitest';
import { HOLDERS, LedgerError, type Holder, type Lot, type Sums } from '../../../domain/points/account.ts';
import type { MemoryBook } from '../../../domain/points/memoryBook.ts';
import { fc } from '../../harness/property.ts';
import { ACCOUNTS, folded, nameOf, person } from './county.ts';
import { CAP, World, type StationInMemory } from './world.ts';

/**
 * Whose disks die: those of stations, the county's, or all. Stations are lost where the county remembers. Where both
 * die, both may forget the same fact, and no sum can be drawn.
 */
type Disks = 'STATIONS' | 'COUNTY' | 'BOTH';
const DOES = [
  ...[
    'EARN',
    'EARN',
    'EARN',
    'SPEND',
    'SPEND',
    'SPEND',
    'OVERSPEND',
    'REVERSE',
    'UNDO',
    'UNDO',
    'WAIT',
    'ASK',
    'ASK',
    'MOVE',
  ],
  ...[
    'SEND',
    'SEND',
    'TAKE',
    'TAKE',
    'SEND_AGAIN',
    'BACKUP',
    'RESTORE',
    'STEP',
    'STEP',
    'STEP',
    'LOSE',
    'MERGE',
  ],
] as const;
const act = fc.record({
  does: fc.constantFrom(...DOES),
  at: fc.nat({ max: 9 }),
  to: fc.nat({ max: 9 }),
  who: fc.constantFrom(...ACCOUNTS),
  points: fc.integer({ min: 1, max: 200 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Accounts of one owner: each by itself, but for those of numbers that were found to be one person. */
function owners(
  kinds: readonly Holder[],
  same: Iterable<readonly [number, number]>,
): readonly (readonly Holder[])[] {
  const owner = new Map<number, number>();
  for (const [one, other] of same) {
    const [from, to] = [owner.get(one) ?? one, owner.get(other) ?? other];
    for (const id of [one, from, ...[...owner].filter(([, at]) => at === from).map(([id]) => id)])
      owner.set(id, to);
  }
  const nameOfOwner = ({ holder, holderId }: Holder): string =>
    `${holder} ${holder === 'HOUSEHOLD' ? holderId : (owner.get(holderId) ?? holderId)}`;
  return [...Map.groupBy(kinds, nameOfOwner).values()];
}

/** Of an account's points, by what stands written; of a lost station by what the county has of it. */
function everywhere(world: World, who: Holder, of: (sums: Sums) => number): number {
  const { county, live } = world;
  const lost = [...county.lost].reduce((sum, id) => sum + of(county.of(id).book.sums(who)), 0);
  return live.reduce((sum, station) => sum + of(station.sums(who)), lost);
}

/** A station and an account there that can spend: the ones that were asked for, or else the next that have points. */
function purseOf(
  world: World,
  { at, who }: Act,
): { readonly station: StationInMemory; readonly who: Holder } {
  const first = { station: world.station(at), who };
  if (first.station.allowed(who) > 0) return first;
  const all = world.live.flatMap((station) => ACCOUNTS.map((account) => ({ station, who: account })));
  const from = (at * ACCOUNTS.length) % Math.max(1, all.length);
  return [...all.slice(from), ...all.slice(0, from)].find((one) => one.station.allowed(one.who) > 0) ?? first;
}

function spend(world: World, todo: Act, beyond: boolean): void {
  const { points } = todo;
  const { station, who } = beyond ? { station: world.station(todo.at), who: todo.who } : purseOf(world, todo);
  const wanted = beyond ? station.spendable(who) + points : Math.min(points, station.allowed(who));
  const redeemed = {
    ...({ volunteerId: 1, cardNumber: 1, source: 'HID', confirmedBy: 'CARD', lines: [] } as const),
    totalPoints: wanted,
  };
  const shares = [{ holder: HOLDERS.indexOf(who.holder), holderId: who.holderId, points: wanted }];
  const redeem = (): unknown =>
    station.record(
      who.holder === 'PERSON'
        ? { type: 'REDEEMED', ...redeemed, volunteerId: who.holderId }
        : { type: 'REDEEMED_SHARED', ...redeemed, shares },
    );
  if (beyond) {
    const before = station.sums(who);
    expect(redeem).toThrow(LedgerError);
    expect(station.sums(who)).toEqual(before);
  } else if (wanted > 0) redeem();
}

/** How many exchanges were given back and people merged, so that it is seen that some were. */
let undone = 0;
let merged = 0;

function run(world: World, todo: Act, disks: Disks): void {
  const { does, at, to, who, points } = todo;
  const station = world.station(at);
  const mine = () =>
    world.entries.filter(
      (entry) => entry.stationId === station.id && station.book.entry(entry.who, entry.key).length > 0,
    );
  switch (does) {
    case 'EARN':
      world.earn(at, who, points);
      return;
    case 'SPEND':
    case 'OVERSPEND':
      spend(world, todo, does === 'OVERSPEND');
      return;
    case 'REVERSE': {
      // What is still to come back may hold that very step.
      if (station.awaitsReturn) return;
      const entry = mine().at(points % Math.max(1, mine().length));
      if (entry !== undefined) station.reverse(entry.who, entry.key);
      return;
    }
    case 'UNDO':
      // Where anybody has exchanged anything: one station after the other is looked at.
      if (
        world.live.some((_, i) => {
          const other = world.live[(at + i) % world.live.length];
          return other?.awaitsReturn === false && other.undo(to, points);
        })
      )
        undone += 1;
      return;
    case 'STEP': {
      if (station.awaitsReturn) return;
      const waiting = mine().filter(({ who: whose, key }) =>
        station.book.entry(whose, key).some(({ state }) => state !== 'OPEN' && state !== 'REVERSED'),
      );
      const entry = waiting.at(points % Math.max(1, waiting.length));
      if (entry !== undefined) station.step(entry.who, entry.key, to === 0);
      return;
    }
    case 'WAIT':
      world.day += points * 2;
      for (const other of world.stations)
        if (!other.awaitsReturn) for (const account of ACCOUNTS) other.expire(account);
      return;
    case 'ASK':
      world.ask(at, who.holder === 'PERSON' ? who.holderId : 1);
      return;
    case 'MOVE':
      world.move(at, to, who, points);
      return;
    case 'MERGE':
      if (world.merge(1 + (at % 3), 1 + (to % 3))) merged += 1;
      return;
    case 'LOSE':
      if (disks === 'STATIONS' && points > 100) world.lose(at);
      return;
    case 'SEND':
      station.send(points % 7);
      return;
    case 'SEND_AGAIN':
      station.journals.forEach(({ name, events }) => {
        world.county.take(station.id, name, events.slice(0, world.county.has(station.id, name)));
      });
      return;
    case 'TAKE':
      station.take();
      return;
    case 'BACKUP':
      if (disks === 'STATIONS' || (disks === 'BOTH' && to > 3)) station.keepBackup();
      else world.county.keepBackup();
      return;
    case 'RESTORE':
      if (disks === 'STATIONS' || (disks === 'BOTH' && to > 3)) station.restore();
      else world.county.restore();
  }
}

/** What must hold at any moment, lines up or down. What both sides forgot is no proof of anything. */
function checkAlways(world: World, disks: Disks): void {
  if (disks === 'BOTH' || world.stations.some(({ awaitsReturn }) => awaitsReturn)) return;
  for (const all of owners(ACCOUNTS, world.samePerson)) {
    const of = (pick: (sums: Sums) => number) =>
      all.reduce((sum, who) => sum + everywhere(world, who, pick), 0);
    const [issued, spent] = [of((sums) => sums.issued), of((sums) => sums.spent)];
    if (spent > issued && world.county.lost.size === 0) throw new Error(`${spent} spent of ${issued}`);
  }
}

/** What was closed of each act, or opened, by the journals of the stations that are there. */
function byAct(world: World, type: 'ALLOWANCE_CLOSED' | 'ALLOWANCE_OPENED'): ReadonlyMap<number, number> {
  const acts = new Map<number, number>();
  for (const { journals } of world.live) {
    const own = new Set<number>();
    for (const event of journals.flatMap(({ events }) => events)) {
      // The same side of an act twice at one station, after a restore, is one.
      if (event.type !== type || own.has(event.actId)) continue;
      own.add(event.actId);
      acts.set(event.actId, (acts.get(event.actId) ?? 0) + event.points);
    }
  }
  return acts;
}

/** That every act opened what it closed; where both sides forgot a closing, that they did not make it more. */
function checkActs(world: World): void {
  const closed = byAct(world, 'ALLOWANCE_CLOSED');
  const opened = byAct(world, 'ALLOWANCE_OPENED');
  const forgotten = new Set(world.stations.flatMap((station) => [...station.forgotten]));
  for (const id of new Set([...closed.keys(), ...opened.keys()])) {
    const [out, back] = [closed.get(id) ?? 0, opened.get(id) ?? 0];
    if (forgotten.has(id) ? out > back : out !== back)
      throw new Error(`act ${id} closed ${out} and opened ${back}`);
  }
}

/** All accounts of a book, so that two can be compared. */
function textOf(book: MemoryBook): string {
  const place = ({ incarnation, seq, part }: Lot): string => `${incarnation} ${seq} ${part}`;
  return JSON.stringify(
    ACCOUNTS.map((who) => [
      book.sums(who),
      book.lotsOf(who).toSorted((a, b) => (place(a) < place(b) ? -1 : 1)),
    ]),
  );
}

/** That whoever ended has nothing to spend anywhere, and that nobody owes who could pay somewhere. */
function checkOwners({ county, live }: World): void {
  for (const all of owners(ACCOUNTS, county.merged)) {
    const sums = all.flatMap((who) => live.map((station) => ({ who, ...station.sums(who) })));
    for (const { who, available } of sums)
      if (available > 0 && who.holder !== 'HOUSEHOLD' && county.merged.has(who.holderId))
        throw new Error(`${available} points are still in the name of ${nameOf(who)}`);
    const total = (of: 'arrears' | 'available') => sums.reduce((sum, one) => sum + one[of], 0);
    if (total('arrears') > 0 && total('available') > 0)
      throw new Error(`${nameOf(sums[0]?.who ?? person(0))} owes and could pay: ${JSON.stringify(sums)}`);
  }
}

/** What must hold when everybody has met. */
function checkSettled(world: World, disks: Disks): void {
  const { county, live } = world;
  expect(county.contradictions).toBe(0);
  // A county that came back from a backup hears of openings before it hears again of the closings.
  if (disks === 'STATIONS') expect(county.ungranted).toBe(0);
  for (const { state } of county.transfers.values()) expect(state).toBe('OPENED');
  if (county.lost.size === 0) checkActs(world);
  if (disks !== 'BOTH')
    for (const all of owners(ACCOUNTS, world.samePerson)) {
      const of = (pick: (sums: Sums) => number) =>
        all.reduce((sum, who) => sum + everywhere(world, who, pick), 0);
      // What the lost stations had was opened elsewhere, and stands in their accounts as it stood.
      const taken = all.reduce((sum, who) => sum + (county.taken.get(nameOf(who)) ?? 0), 0);
      expect(of(({ closed }) => closed) + taken).toBe(of(({ opened }) => opened));
      const left = of((s) => s.available + s.pending + s.held + s.expired + s.reversed - s.arrears) - taken;
      expect(left + of(({ spent }) => spent)).toBe(of(({ issued }) => issued));
      expect(of(({ spent }) => spent)).toBeLessThanOrEqual(of(({ issued }) => issued));
    }
  if (disks !== 'BOTH') checkOwners(world);
  for (const station of live) {
    const mine = textOf(station.book);
    for (const book of [folded(station.journals), county.of(station.id).book])
      if (textOf(book) !== mine) throw new Error(`${textOf(book)} is not ${mine}`);
  }
}

function tell(numRuns: number, disks: readonly Disks[]): void {
  fc.assert(
    fc.property(
      fc.array(act, { minLength: 10, maxLength: 40 }),
      fc.integer({ min: 2, max: 10 }),
      fc.constantFrom(...disks),
      fc.constantFrom('immediate', 'posted'),
      (acts, stations, dying, settlement) => {
        const world = new World(stations, settlement);
        for (const todo of acts) {
          run(world, todo, dying);
          checkAlways(world, dying);
        }
        world.settle();
        checkSettled(world, dying);
      },
    ),
    { numRuns },
  );
}

it('10,000 histories over up to ten stations: nothing is made, lost or spent twice', () => {
  undone = 0;
  merged = 0;
  tell(10_000, ['STATIONS', 'COUNTY']);
  expect(undone).toBeGreaterThan(1_000);
  expect(merged).toBeGreaterThan(1_000);
});

it('3,000 more where the disks of both sides die: what is remembered is the same everywhere', () => {
  tell(3_000, ['BOTH']);
});

it('a station alone spends no more than the cap of what the county does not know', () => {
  const world = new World(2);
  world.earn(0, person(1), 300);
  expect(world.station(0).allowed(person(1))).toBe(CAP);
  world.station(0).send(Infinity);
  expect(world.station(0).allowed(person(1))).toBe(300);
});
