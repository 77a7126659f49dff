/**
 * The story of a county where lines are down for weeks: people earn and spend at up to ten stations, have their
 * points brought after them, disks die, the county itself comes back from a backup. Whatever happens in whatever
 * order, no point is made or lost, nobody spends what is not there, and when everybody has met again the county and
 * each station say the same.
 */
import { expect, it } from 'vitest';
import { LedgerError, type Sums } from '../../../domain/points/account.ts';
import { fc } from '../../harness/property.ts';
import { CAP, folded, person, World } from './world.ts';

const VOLUNTEERS = [1, 2, 3] as const;
const DOES = [
  'EARN',
  'EARN',
  'EARN',
  'SPEND',
  'SPEND',
  'SPEND',
  'OVERSPEND',
  'REVERSE',
  'WAIT',
  'ASK',
  'ASK',
  'MOVE',
  'SEND',
  'SEND',
  'TAKE',
  'TAKE',
  'SEND_AGAIN',
  'BACKUP',
  'RESTORE',
] as const;
const act = fc.record({
  does: fc.constantFrom(...DOES),
  at: fc.nat({ max: 9 }),
  to: fc.nat({ max: 9 }),
  who: fc.constantFrom(...VOLUNTEERS),
  points: fc.integer({ min: 1, max: 200 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Of everybody's points, by what stands written at the stations. */
const everywhere = (world: World, who: number, of: (sums: Sums) => number): number =>
  world.stations.reduce((sum, station) => sum + of(station.sums(who)), 0);

function spend(world: World, { at, who, points }: Act, beyond: boolean): void {
  const station = world.station(at);
  const wanted = beyond ? station.spendable(who) + points : Math.min(points, station.allowed(who));
  const redeem = (): unknown =>
    station.record({
      type: 'REDEEMED',
      volunteerId: who,
      cardNumber: 1,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [],
      totalPoints: wanted,
    });
  if (beyond) {
    const before = station.sums(who);
    expect(redeem).toThrow(LedgerError);
    expect(station.sums(who)).toEqual(before);
  } else if (wanted > 0) redeem();
}

/** `disks`: it is stations that come back from backups; else it is the county. */
function run(world: World, todo: Act, disks: boolean): void {
  const { does, at, to, who, points } = todo;
  const station = world.station(at);
  switch (does) {
    case 'EARN':
      world.earn(at, who, points);
      return;
    case 'SPEND':
    case 'OVERSPEND':
      spend(world, todo, does === 'OVERSPEND');
      return;
    case 'REVERSE': {
      if (station.awaitsReturn) return;
      const mine = world.entries.filter(
        ({ stationId, key }) => stationId === station.id && station.book.entry(person(who), key).length > 0,
      );
      const entry = mine[points % Math.max(1, mine.length)];
      if (entry !== undefined) station.reverse(who, entry.key);
      return;
    }
    case 'WAIT':
      world.day += points * 2;
      for (const other of world.stations)
        if (!other.awaitsReturn) for (const volunteer of VOLUNTEERS) other.expire(volunteer);
      return;
    case 'ASK':
      world.ask(at, who);
      return;
    case 'MOVE':
      world.move(at, to, who, points);
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
      if (disks) station.keepBackup();
      else world.county.keepBackup();
      return;
    case 'RESTORE':
      if (disks) station.restore();
      else world.county.restore();
  }
}

/** What must hold at any moment, lines up or down. */
function checkAlways(world: World): void {
  for (const who of VOLUNTEERS) {
    const [issued, spent] = [
      everywhere(world, who, (sums) => sums.issued),
      everywhere(world, who, (sums) => sums.spent),
    ];
    if (spent > issued && world.stations.every(({ awaitsReturn }) => !awaitsReturn))
      throw new Error(`${spent} spent of ${issued}`);
  }
}

/** What must hold when everybody has met. */
function checkSettled(world: World, disks: boolean): void {
  expect(world.county.contradictions).toBe(0);
  // A county that came back from a backup hears of openings before it hears again of the closings.
  if (disks) expect(world.county.ungranted).toBe(0);
  for (const { state } of world.county.transfers.values()) expect(state).toBe('OPENED');
  for (const who of VOLUNTEERS) {
    const of = (pick: (sums: Sums) => number): number => everywhere(world, who, pick);
    expect(of(({ closed }) => closed)).toBe(of(({ opened }) => opened));
    expect(of((s) => s.available + s.pending + s.held + s.spent + s.expired + s.reversed - s.arrears)).toBe(
      of(({ issued }) => issued),
    );
    expect(of(({ spent }) => spent)).toBeLessThanOrEqual(of(({ issued }) => issued));
  }
  for (const station of world.stations) {
    const refolded = folded(station.journals);
    const county = world.county.of(station.id).book;
    for (const who of VOLUNTEERS)
      for (const book of [refolded, county]) {
        expect(book.sums(person(who))).toEqual(station.sums(who));
        const byKey = (lots: readonly { incarnation: string; seq: number; part: number }[]) =>
          lots.toSorted(
            (a, b) => a.incarnation.localeCompare(b.incarnation) || a.seq - b.seq || a.part - b.part,
          );
        expect(byKey(book.lotsOf(person(who)))).toEqual(byKey(station.book.lotsOf(person(who))));
      }
  }
}

it('10,000 histories over up to ten stations: nothing is made, lost or spent twice', () => {
  fc.assert(
    fc.property(
      fc.array(act, { minLength: 10, maxLength: 40 }),
      fc.integer({ min: 2, max: 10 }),
      fc.boolean(),
      (acts, stations, disks) => {
        const world = new World(stations);
        for (const todo of acts) {
          run(world, todo, disks);
          checkAlways(world);
        }
        world.settle();
        checkSettled(world, disks);
      },
    ),
    { numRuns: 10_000 },
  );
});

it('a station alone spends no more than the cap of what the county does not know', () => {
  const world = new World(2);
  world.earn(0, 1, 300);
  expect(world.station(0).allowed(1)).toBe(CAP);
  world.station(0).send(Infinity);
  expect(world.station(0).allowed(1)).toBe(300);
});
