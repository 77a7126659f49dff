/** The county in memory, by the code that runs in the real one. No vitest here. */
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { LedgerError, type Holder } from '../../../domain/points/account.ts';
import { foldLedger, foldLedgerWhole, isLedgerEvent } from '../../../domain/points/fold.ts';
import { lostMoves, pointsOf } from '../../../domain/points/lost.ts';
import { MemoryBook } from '../../../domain/points/memoryBook.ts';
import { debtorsOf, mergedAway, type Merged } from '../../../domain/points/merging.ts';
import { needsOf } from '../../../domain/points/needs.ts';
import {
  afterClosed,
  afterOpened,
  paymentsOf,
  recipientOf,
  transferLeftBehind,
  transfersAnswering,
  transfersFor,
  type Debt,
  type Source,
  type Transfer,
} from '../../../domain/points/transfer.ts';

export const person = (holderId: number): Holder => ({ holder: 'PERSON', holderId });
/** Three volunteers, their gifts, and a household. */
export const ACCOUNTS: readonly Holder[] = [
  person(1),
  person(2),
  person(3),
  { holder: 'GIFT', holderId: 1 },
  { holder: 'GIFT', holderId: 2 },
  { holder: 'GIFT', holderId: 3 },
  { holder: 'HOUSEHOLD', holderId: 7 },
];
export const nameOf = ({ holder, holderId }: Holder): string => `${holder} ${holderId}`;

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
  /** Declared lost: their keys have ended, and what they say is put aside. */
  readonly lost = new Set<number>();
  /** Points of lost stations that were opened elsewhere, by account. */
  readonly taken = new Map<string, number>();
  private lastId = 0;
  /** Two registrations of one person: which ended, and which was kept. */
  merged = new Map<number, number>();
  /** Where a person is at home. */
  readonly homeOf: (volunteerId: number) => number;
  /** What a backup of the county holds. */
  private backup: {
    held: [number, [string, JournalEvent[]][]][];
    transfers: [string, Transfer][];
    merged: [number, number][];
  } | null = null;

  constructor(homeOf: (volunteerId: number) => number) {
    this.homeOf = homeOf;
  }

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
    const way = { ...holder, toHolderId: holder.holderId, fromStationId, toStationId };
    const made = { ...way, wantedPoints, lots: [], closedPoints: 0 };
    this.put({ ...made, id: this.newId(), state: 'CLOSING' });
  }
  /** Takes a batch from the first event on; what is there already changes nothing. */
  take(stationId: number, name: string, events: readonly JournalEvent[]): void {
    if (this.lost.has(stationId)) return;
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
  private get underWay(): readonly Transfer[] {
    return [...this.transfers.values()].filter(({ state }) => state !== 'OPENED');
  }
  private sourcesOf(account: Holder): readonly Source[] {
    const live = [...this.held].filter(([id]) => !this.lost.has(id));
    return live.map(([id, { book }]) => ({ stationId: id, available: book.sums(account).available }));
  }
  private get allMerged(): readonly Merged[] {
    return [...this.merged].map(([volunteerId, intoId]) => ({
      ...{ volunteerId, intoId },
      homeStationId: this.homeOf(intoId),
    }));
  }
  /** Somebody was registered twice; says whether the two are merged by this. */
  merge(volunteerId: number, intoId: number): boolean {
    const { merged } = this;
    if (volunteerId === intoId || merged.has(volunteerId) || merged.has(intoId)) return false;
    for (const [id, into] of merged) if (into === volunteerId) merged.set(id, intoId);
    merged.set(volunteerId, intoId);
    for (const [holderId, into] of merged)
      for (const holder of into === intoId ? (['PERSON', 'GIFT'] as const) : []) {
        const wish = { holder, holderId, toHolderId: intoId, toStationId: this.homeOf(intoId) };
        const homeStationId = holder === 'PERSON' ? this.homeOf(holderId) : 0;
        const sources = this.sourcesOf({ holder, holderId });
        for (const made of transfersFor({ ...wish, homeStationId }, sources, this.underWay, () =>
          this.newId(),
        ))
          this.put(made);
        this.pay([{ holder, holderId }]);
      }
    return true;
  }
  /** Debts of some accounts and of who was merged into theirs, as the county's database finds them. */
  private pay(holders: readonly Holder[]): void {
    const debts = debtorsOf(holders, this.allMerged).flatMap((debtor) =>
      [...this.held].flatMap(([owedAt, { book }]): readonly Debt[] => {
        const { arrears } = book.sums(debtor);
        if (arrears === 0 || this.lost.has(owedAt)) return [];
        const coming = this.underWay
          .filter((one) => one.toStationId === owedAt && nameOf(recipientOf(one)) === nameOf(debtor))
          .reduce((sum, one) => sum + (one.state === 'CLOSING' ? one.wantedPoints : one.closedPoints), 0);
        const paying = this.sourcesOf({ holder: debtor.holder, holderId: debtor.payerId });
        const sources = paying.filter(
          ({ stationId, available }) =>
            available > 0 && (stationId !== owedAt || debtor.payerId !== debtor.holderId),
        );
        return [{ ...debtor, owedAt, owed: arrears - coming, sources }];
      }),
    );
    for (const payment of paymentsOf(debts, () => this.newId())) this.put(payment);
  }
  private follow(stationId: number, event: JournalEvent): void {
    const all = [...this.transfers.values()];
    if (event.type === 'ALLOWANCE_REQUESTED') {
      const volunteerId = this.merged.get(event.volunteerId) ?? event.volunteerId;
      const homeStationId =
        volunteerId === event.volunteerId ? event.homeStationId : this.homeOf(volunteerId);
      const wishOf = (account: Holder, home: number) => {
        const wish = { ...account, homeStationId: home, toStationId: stationId };
        const makes = account.holder === 'PERSON' ? transfersAnswering : transfersFor;
        for (const made of makes(wish, this.sourcesOf(account), this.underWay, () => this.newId()))
          this.put(made);
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
      else if (known.toHolderId !== event.holderId) this.ungranted += 1;
      const after = afterOpened(known, stationId, event);
      if (after !== null) this.put(after);
    }
    if (!isLedgerEvent(event)) return;
    const { holders } = needsOf(event, '');
    this.pay(holders);
    if (this.merged.size === 0 || (event.type === 'ALLOWANCE_CLOSED' && event.points === 0)) return;
    for (const way of mergedAway(stationId, holders, this.allMerged)) {
      const { available } = this.of(stationId).book.sums(way);
      const made = transferLeftBehind(way, available, this.underWay, () => this.newId());
      if (made !== null) this.put(made);
    }
  }
  /** A person declares a station lost: what the county knows of its slice is opened elsewhere. */
  declareLost(stationId: number, elseTo: number, day: number): void {
    const { book } = this.of(stationId);
    this.lost.add(stationId);
    const slices = ACCOUNTS.map((account) => {
      const open = book.openLots(account).filter(({ expiryDay }) => expiryDay >= day);
      const lots = open.map(({ earnedDay, expiryDay, remaining }) => ({
        earnedDay,
        expiryDay,
        points: remaining,
      }));
      this.taken.set(nameOf(account), (this.taken.get(nameOf(account)) ?? 0) + pointsOf(lots));
      const into = account.holder === 'HOUSEHOLD' ? undefined : this.merged.get(account.holderId);
      return { ...account, toHolderId: into ?? account.holderId, toStationId: elseTo, lots };
    });
    const underWay = [...this.transfers.values()].filter(
      ({ state, fromStationId, toStationId }) =>
        state !== 'OPENED' && (fromStationId === stationId || toStationId === stationId),
    );
    const moves = lostMoves(stationId, slices, underWay, elseTo, () => this.newId());
    for (const transfer of [...moves.answered, ...moves.opened]) this.put(transfer);
    for (const { transfer, toStationId } of moves.redirected) {
      this.transfers.delete(`${transfer.id} ${transfer.toStationId}`);
      this.put({ ...transfer, toStationId });
    }
  }
  keepBackup(): void {
    this.backup = {
      held: [...this.held].map(([id, { journals }]) => [
        id,
        [...journals].map(([name, events]) => [name, [...events]]),
      ]),
      transfers: [...this.transfers],
      merged: [...this.merged],
    };
  }
  /** The county comes back as its backup has it; numbers of acts go on. */
  restore(): void {
    if (this.backup === null) return;
    this.transfers = new Map(this.backup.transfers);
    this.merged = new Map(this.backup.merged);
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
