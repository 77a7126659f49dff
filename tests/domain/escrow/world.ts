/**
 * Up to ten stations and their county in memory, by the same code that runs in both, and lines that are down until
 * an act says otherwise. No vitest here.
 */
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import { LedgerError, type EntryKey, type Holder, type Sums } from '../../../domain/points/account.ts';
import { reversible } from '../../../domain/points/entries.ts';
import { decideClosings, decideOpenings, MOVE_ALL } from '../../../domain/points/escrow.ts';
import { foldLedger, foldLedgerWhole, isLedgerEvent } from '../../../domain/points/fold.ts';
import { MemoryBook } from '../../../domain/points/memoryBook.ts';
import { spendableNow } from '../../../domain/points/pay.ts';
import { spendable } from '../../../domain/points/spending.ts';
import { DEFAULT_TERMS } from '../../../domain/points/terms.ts';
import {
  afterClosed,
  afterOpened,
  closingsOf,
  grantsOf,
  transfersAnswering,
  transfersFor,
  type Transfer,
} from '../../../domain/points/transfer.ts';
import { DAY_MS } from '../../../domain/time.ts';

export const CAP = 80;
export const person = (holderId: number): Holder => ({ holder: 'PERSON', holderId });
const FIRST_DAY = 20_780;

/** One incarnation's journal. */
interface Journal {
  readonly name: string;
  readonly events: JournalEvent[];
}

/** Folds journals one after the other into a book of their own. */
export function folded(
  journals: readonly { readonly name: string; readonly events: readonly JournalEvent[] }[],
): MemoryBook {
  const book = new MemoryBook();
  for (const { name, events } of journals)
    for (const event of events) if (isLedgerEvent(event)) foldLedger(book, event, name);
  return book;
}

/** What the county holds of a station. */
interface Held {
  readonly journals: Map<string, JournalEvent[]>;
  book: MemoryBook;
}

export class CountyInMemory {
  held = new Map<number, Held>();
  /** By act and target. */
  transfers = new Map<string, Transfer>();
  contradictions = 0;
  ungranted = 0;
  private lastId = 0;
  /** What a backup of the county holds. */
  private backup: { held: [number, [string, JournalEvent[]][]][]; transfers: [string, Transfer][] } | null =
    null;

  of(stationId: number): Held {
    const known = this.held.get(stationId) ?? {
      journals: new Map<string, JournalEvent[]>(),
      book: new MemoryBook(),
    };
    this.held.set(stationId, known);
    return known;
  }
  has(stationId: number, name: string): number {
    return this.held.get(stationId)?.journals.get(name)?.length ?? 0;
  }
  /** Never given again, also after a restore: in the county it is random. */
  newId(): number {
    this.lastId += 1;
    return this.lastId;
  }
  private put(transfer: Transfer): void {
    this.transfers.set(`${transfer.id} ${transfer.toStationId}`, transfer);
  }
  move(holder: Holder, fromStationId: number, toStationId: number, wantedPoints: number): void {
    const made = { ...holder, fromStationId, toStationId, wantedPoints, lots: [], closedPoints: 0 };
    this.put({ ...made, id: this.newId(), state: 'CLOSING' });
  }
  /** Takes a batch from the first event on; what is there already changes nothing. */
  take(stationId: number, name: string, events: readonly JournalEvent[]): void {
    const { journals, book } = this.of(stationId);
    const known = journals.get(name) ?? [];
    journals.set(name, known);
    for (const event of events.slice(known.length)) {
      known.push(event);
      if (isLedgerEvent(event)) {
        try {
          foldLedgerWhole(book, event, name);
        } catch (error) {
          if (!(error instanceof LedgerError)) throw error;
          this.contradictions += 1;
          continue;
        }
      }
      this.follow(stationId, event);
    }
  }
  private follow(stationId: number, event: JournalEvent): void {
    const all = [...this.transfers.values()];
    if (event.type === 'ALLOWANCE_REQUESTED') {
      const { volunteerId, homeStationId } = event;
      const underWay = all.filter(({ state }) => state !== 'OPENED');
      const wishOf = (account: Holder, home: number) => {
        const sources = [...this.held].map(([id, { book }]) => ({
          stationId: id,
          available: book.sums(account).available,
        }));
        const wish = { ...account, homeStationId: home, toStationId: stationId };
        const makes = account.holder === 'PERSON' ? transfersAnswering : transfersFor;
        for (const made of makes(wish, sources, underWay, () => this.newId())) this.put(made);
      };
      wishOf(person(volunteerId), homeStationId);
      wishOf({ holder: 'GIFT', holderId: volunteerId }, 0);
    }
    if (event.type === 'ALLOWANCE_CLOSED') {
      const known = all.find(({ id, fromStationId }) => id === event.actId && fromStationId === stationId);
      const after = afterClosed(known, stationId, event);
      if (after !== null) this.put(after);
    }
    if (event.type === 'ALLOWANCE_OPENED') {
      const known = this.transfers.get(`${event.actId} ${stationId}`);
      if (known?.state !== 'CLOSED' && known?.state !== 'OPENED') this.ungranted += 1;
      const after = afterOpened(known, stationId, event);
      if (after !== null) this.put(after);
    }
  }
  keepBackup(): void {
    this.backup = {
      held: [...this.held].map(([id, { journals }]) => [
        id,
        [...journals].map(([name, events]) => [name, [...events]]),
      ]),
      transfers: [...this.transfers],
    };
  }
  /** The county comes back as its backup has it; numbers of acts go on. */
  restore(): void {
    if (this.backup === null) return;
    this.transfers = new Map(this.backup.transfers);
    this.held = new Map(
      this.backup.held.map(([id, journals]) => {
        const copy = journals.map(([name, events]) => ({ name, events: [...events] }));
        return [
          id,
          { journals: new Map(copy.map(({ name, events }) => [name, events])), book: folded(copy) },
        ];
      }),
    );
  }
}

export class StationInMemory {
  readonly id: number;
  private readonly world: World;
  /** The last one is being written. */
  journals: Journal[];
  book = new MemoryBook();
  /** Came back from a backup and has not heard from the county: nothing is spent until it has. */
  awaitsReturn = false;
  /** How many events a backup of it holds, by journal. */
  private backup: readonly (readonly [string, number])[] = [];

  constructor(world: World, id: number) {
    this.world = world;
    this.id = id;
    this.journals = [this.newJournal()];
  }
  private newJournal(): Journal {
    return { name: this.world.newName(), events: [] };
  }
  get journal(): Journal {
    return this.journals.at(-1) as Journal;
  }

  /** Records a fact; throws LedgerError if it contradicts the accounts. */
  record(draft: EventDraft): EntryKey {
    const { name, events } = this.journal;
    const seq = events.length + 1;
    const { day } = this.world;
    const header = {
      seq,
      atMs: day * DAY_MS + seq,
      boot: 1,
      monoMs: seq,
      trust: 0,
      rulesVersion: 0,
      actorId: 0,
    } as const;
    const event = { ...draft, ...header } as JournalEvent;
    if (isLedgerEvent(event)) foldLedgerWhole(this.book, event, name);
    events.push(event);
    return { incarnation: name, seq };
  }
  sums(volunteerId: number): Sums {
    return this.book.sums(person(volunteerId));
  }
  /** What the station lets somebody spend now. */
  allowed(volunteerId: number): number {
    if (this.awaitsReturn) return 0;
    const who = person(volunteerId);
    const fresh = this.book.lotsOf(who).filter((lot) => {
      if (this.isAllowance(lot)) return false;
      return lot.seq > this.world.county.has(this.id, lot.incarnation);
    });
    return spendableNow(this.book.openLots(who), fresh, CAP, this.world.day);
  }
  private isAllowance({ incarnation, seq }: EntryKey): boolean {
    const journal = this.journals.find(({ name }) => name === incarnation);
    return journal?.events[seq - 1]?.type === 'ALLOWANCE_OPENED';
  }
  spendable(volunteerId: number): number {
    return spendable(this.book.openLots(person(volunteerId)), this.world.day);
  }
  reverse(volunteerId: number, { incarnation, seq }: EntryKey): void {
    const who = person(volunteerId);
    const points = reversible(this.book.entry(who, { incarnation, seq }));
    if (points === 0) return;
    const entry = { ...who, ofIncarnation: incarnation, ofSeq: seq };
    this.record({ type: 'ENTRY_REVERSED', ...entry, points, reason: '', approvedBy: 2 });
  }
  expire(volunteerId: number): void {
    const who = person(volunteerId);
    const { day } = this.world;
    const due = this.book.openLots(who).filter(({ expiryDay }) => expiryDay < day);
    const points = due.reduce((sum, { remaining }) => sum + remaining, 0);
    if (points > 0) this.record({ type: 'POINTS_EXPIRED', ...who, day, points });
  }

  /** Sends at most so many facts of the journals that the county lacks. */
  send(most: number): void {
    let left = most;
    for (const { name, events } of this.journals) {
      const had = this.world.county.has(this.id, name);
      const upTo = Math.min(events.length, had + left);
      left -= upTo - had;
      this.world.county.take(this.id, name, events.slice(0, upTo));
    }
  }
  /** Gets back what the county has and a backup has not, then the newest reference data. */
  take(): void {
    this.takeBack();
    const transfers = [...this.world.county.transfers.values()];
    const { day } = this.world;
    for (const draft of decideOpenings(this.book, grantsOf(transfers, this.id), DEFAULT_TERMS, day))
      this.record(draft);
    for (const draft of decideClosings(this.book, closingsOf(transfers, this.id), day)) this.record(draft);
  }
  private takeBack(): void {
    if (!this.awaitsReturn) return;
    this.awaitsReturn = false;
    for (const [name, events] of this.world.county.of(this.id).journals) {
      const mine = this.journals.find((journal) => journal.name === name);
      // One that the backup does not know at all comes back before the running one.
      if (mine === undefined) this.journals.splice(-1, 0, { name, events: [...events] });
      else mine.events.push(...events.slice(mine.events.length));
    }
    this.book = folded(this.journals);
  }
  keepBackup(): void {
    this.backup = this.journals.map(({ name, events }) => [name, events.length]);
  }
  /** The disk died: the station comes back as its backup has it, and writes a new journal. */
  restore(): void {
    if (this.backup.length === 0) return;
    const kept = new Map(this.backup);
    this.journals = [
      ...this.journals
        .filter(({ name }) => kept.has(name))
        .map(({ name, events }) => ({ name, events: events.slice(0, kept.get(name)) })),
      this.newJournal(),
    ];
    this.book = folded(this.journals);
    this.awaitsReturn = true;
  }
}

export class World {
  day = FIRST_DAY;
  readonly county = new CountyInMemory();
  readonly stations: readonly StationInMemory[];
  readonly entries: { readonly stationId: number; readonly volunteerId: number; readonly key: EntryKey }[] =
    [];
  private names = 0;

  constructor(stations: number) {
    this.stations = Array.from({ length: stations }, (_, i) => new StationInMemory(this, i + 1));
  }
  newName(): string {
    this.names += 1;
    return this.names.toString(16).padStart(16, '0');
  }
  station(n: number): StationInMemory {
    return this.stations[n % this.stations.length] as StationInMemory;
  }
  earn(n: number, volunteerId: number, points: number): void {
    const at = this.station(n);
    const key = at.record({
      type: 'SIGNED_OUT',
      signInSeq: 1,
      volunteerId,
      cardNumber: 1,
      source: 'HID',
      actualMinutes: 0,
      credits: [{ day: this.day, minutes: points * 6, points }],
    });
    this.entries.push({ stationId: at.id, volunteerId, key });
  }
  ask(n: number, volunteerId: number): void {
    this.station(n).record({
      type: 'ALLOWANCE_REQUESTED',
      volunteerId,
      cardNumber: 1,
      homeStationId: this.station(volunteerId).id,
      householdId: 0,
    });
  }
  move(from: number, to: number, volunteerId: number, points: number): void {
    const [source, target] = [this.station(from), this.station(to)];
    if (source !== target)
      this.county.move(person(volunteerId), source.id, target.id, points % 3 === 0 ? MOVE_ALL : points);
  }
  /** Every line is up until there is nothing left to say. */
  settle(): void {
    for (let before = ''; before !== this.said();) {
      before = this.said();
      for (const station of this.stations) {
        station.take();
        station.send(Infinity);
      }
    }
  }
  private said(): string {
    const states = [...this.county.transfers.values()].map(({ state }) => state);
    const journals = this.stations.flatMap(({ id, journals: all }) =>
      all.map(({ name, events }) => `${events.length} ${this.county.has(id, name)}`),
    );
    return [...states, ...journals].join(' ');
  }
}
