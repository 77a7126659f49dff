/**
 * Up to ten stations and their county in memory, by the same code that runs in both, and lines that are down until
 * an act says otherwise. No vitest here.
 */
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import type { EntryKey, Holder, Sums } from '../../../domain/points/account.ts';
import { reversible } from '../../../domain/points/entries.ts';
import { decideClosings, decideOpenings, MOVE_ALL } from '../../../domain/points/escrow.ts';
import { foldLedgerWhole, holderOf, isLedgerEvent } from '../../../domain/points/fold.ts';
import { MemoryBook } from '../../../domain/points/memoryBook.ts';
import { spendableNow } from '../../../domain/points/pay.ts';
import { spendable } from '../../../domain/points/spending.ts';
import { DEFAULT_TERMS, type LedgerTerms } from '../../../domain/points/terms.ts';
import { closingsOf, grantsOf } from '../../../domain/points/transfer.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { ACCOUNTS, CountyInMemory, folded } from './county.ts';

export const CAP = 80;
const FIRST_DAY = 20_780;

type Exchange = JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'>;
const isExchange = (event: JournalEvent): event is Exchange =>
  event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED';

/** One incarnation's journal. */
interface Journal {
  readonly name: string;
  readonly events: JournalEvent[];
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

  /** Acts that it closed and that neither its backup nor the county remembers: nothing can close them whole again. */
  readonly forgotten = new Set<number>();
  private lostJournals: readonly Journal[] = [];

  constructor(world: World, id: number, settlement: LedgerTerms['settlement']) {
    this.world = world;
    this.id = id;
    this.journals = [this.newJournal()];
    const terms = { expiry: 'END_OF_NEXT_YEAR', expiryMonths: 12 } as const;
    this.record({ type: 'LEDGER_TERMS_SET', fromVersion: 0, settlement, ...terms });
  }
  private newJournal(): Journal {
    return { name: this.world.newName(), events: [] };
  }
  get journal(): Journal {
    return this.journals.at(-1) as Journal;
  }

  /** Records a fact; throws LedgerError if it contradicts the accounts. */
  record(draft: EventDraft, actorId = 0): EntryKey {
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
      actorId,
    } as const;
    const event = { ...draft, ...header } as JournalEvent;
    if (isLedgerEvent(event)) foldLedgerWhole(this.book, event, name);
    events.push(event);
    return { incarnation: name, seq };
  }
  sums(account: Holder): Sums {
    return this.book.sums(account);
  }
  /** What the station lets somebody spend now. */
  allowed(who: Holder): number {
    if (this.awaitsReturn) return 0;
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
  spendable(who: Holder): number {
    return spendable(this.book.openLots(who), this.world.day);
  }
  reverse(who: Holder, { incarnation, seq }: EntryKey): void {
    const points = reversible(this.book.entry(who, { incarnation, seq }));
    if (points === 0) return;
    const entry = { ...who, ofIncarnation: incarnation, ofSeq: seq };
    this.record({ type: 'ENTRY_REVERSED', ...entry, points, reason: '', approvedBy: 2 });
  }
  /** Gives back an exchange of this station, or what of it still stands; says whether there was one. */
  undo(pick: number, most: number): boolean {
    const exchanges = this.journals.flatMap(({ name, events }) =>
      events.filter(isExchange).map((event) => ({ name, event })),
    );
    const found = exchanges.at(pick % Math.max(1, exchanges.length));
    if (found === undefined) return false;
    const { name, event } = found;
    const [share] = event.type === 'REDEEMED' ? [{ holder: 0, holderId: event.volunteerId }] : event.shares;
    const uses = this.book.usesOf(holderOf(share), { incarnation: name, seq: event.seq });
    const points = Math.min(
      most,
      uses.reduce((sum, use) => sum + use.points - use.restored, 0),
    );
    if (points === 0) return false;
    this.record({
      type: 'REDEMPTION_UNDONE',
      volunteerId: event.volunteerId,
      ofIncarnation: name,
      ofSeq: event.seq,
      kind: 'CANCELLED',
      lines: [],
      totalPoints: points,
      shares: [{ holder: share.holder, holderId: share.holderId, points }],
      reason: '',
    });
    return true;
  }
  expire(who: Holder): void {
    if (this.sums(who).available === 0) return;
    const { day } = this.world;
    const due = this.book.openLots(who).filter(({ expiryDay }) => expiryDay < day);
    const points = due.reduce((sum, { remaining }) => sum + remaining, 0);
    if (points > 0) this.record({ type: 'POINTS_EXPIRED', ...who, day, points });
  }

  /** The next step of an entry that is not available yet, or an objection to it, and its end (RULES.md B3). */
  step(who: Holder, { incarnation, seq }: EntryKey, object: boolean): void {
    const [lot] = this.book.entry(who, { incarnation, seq });
    const entry = { ...who, ofIncarnation: incarnation, ofSeq: seq };
    const { day } = this.world;
    if (lot === undefined || lot.state === 'OPEN' || lot.state === 'REVERSED') return;
    if (lot.state === 'HELD')
      this.record({
        type: 'OBJECTION_SETTLED',
        ...entry,
        outcome: object ? 'UPHELD' : 'DISMISSED',
        reason: '',
      });
    else if (object) this.record({ type: 'ENTRY_OBJECTED', ...entry, reason: '' });
    else if (lot.state === 'RECORDED') this.record({ type: 'ENTRY_CONFIRMED', ...entry }, 8);
    else if (lot.state === 'CONFIRMED')
      this.record({ type: 'ENTRY_APPROVED', ...entry, postedUntilDay: day + 3 }, 9);
    else if (day > lot.postedUntilDay) this.record({ type: 'ENTRY_POSTED', ...entry });
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
    if (!this.world.live.includes(this)) return;
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
    for (const { events } of this.lostJournals)
      for (const event of events)
        if (event.type === 'ALLOWANCE_CLOSED' && !this.book.isDone('CLOSED', event.actId))
          this.forgotten.add(event.actId);
    this.lostJournals = [];
  }
  keepBackup(): void {
    this.backup = this.journals.map(({ name, events }) => [name, events.length]);
  }
  /** The disk died: the station comes back as its backup has it, and writes a new journal. */
  restore(): void {
    if (this.backup.length === 0) return;
    const kept = new Map(this.backup);
    this.lostJournals = [...this.lostJournals, ...this.journals];
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
  readonly county = new CountyInMemory((volunteerId) => this.homeOf(volunteerId));
  /** Numbers that belong to one person, whether the county remembers it or not. */
  readonly samePerson: (readonly [number, number])[] = [];
  readonly stations: readonly StationInMemory[];
  readonly entries: { readonly stationId: number; readonly who: Holder; readonly key: EntryKey }[] = [];
  private names = 0;

  constructor(stations: number, settlement: LedgerTerms['settlement'] = 'immediate') {
    this.stations = Array.from({ length: stations }, (_, i) => new StationInMemory(this, i + 1, settlement));
  }
  /** Those that were not declared lost. */
  get live(): readonly StationInMemory[] {
    return this.stations.filter(({ id }) => !this.county.lost.has(id));
  }
  newName(): string {
    this.names += 1;
    return this.names.toString(16).padStart(16, '0');
  }
  station(n: number): StationInMemory {
    return this.stations[n % this.stations.length] as StationInMemory;
  }
  earn(n: number, who: Holder, points: number): void {
    const at = this.station(n);
    const credits = [{ day: this.day, minutes: points * 6, points }];
    const key = at.record(
      who.holder === 'PERSON'
        ? {
            ...{ type: 'SIGNED_OUT', signInSeq: 1, volunteerId: who.holderId, cardNumber: 1 },
            ...{ source: 'HID', actualMinutes: 0, credits },
          }
        : { type: 'POINTS_AWARDED', ...who, householdId: 7, awardId: 1, points, reason: '' },
    );
    this.entries.push({ stationId: at.id, who, key });
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
  private homeOf(volunteerId: number): number {
    const home = this.station(volunteerId);
    return (this.live.includes(home) ? home : this.live[0])?.id ?? 0;
  }
  /** Says whether it was done. */
  merge(volunteerId: number, intoId: number): boolean {
    const done = this.county.merge(volunteerId, intoId);
    if (done) this.samePerson.push([volunteerId, intoId]);
    return done;
  }
  move(from: number, to: number, who: Holder, points: number): void {
    const [source, target] = [this.station(from), this.station(to)];
    if (source !== target && this.live.includes(source) && this.live.includes(target))
      this.county.move(who, source.id, target.id, points % 3 === 0 ? MOVE_ALL : points);
  }
  /** Somebody declares a station lost, as long as there is another. */
  lose(n: number): void {
    const station = this.station(n);
    const other = this.live.find((one) => one !== station);
    if (other !== undefined && this.live.includes(station))
      this.county.declareLost(station.id, other.id, this.day);
  }
  /** Every line is up until there is nothing left to say. */
  settle(): void {
    for (let before = ''; before !== this.said();) {
      before = this.said();
      for (const station of this.live) {
        station.take();
        // As each station does in the morning: what has lapsed pays for nothing.
        for (const account of ACCOUNTS) station.expire(account);
        station.send(Infinity);
      }
    }
  }
  private said(): string {
    const states = [...this.county.transfers.values()].map(({ state }) => state);
    const journals = this.live.flatMap(({ id, journals: all }) =>
      all.map(({ name, events }) => `${events.length} ${this.county.has(id, name)}`),
    );
    return [...states, ...journals].join(' ');
  }
}
