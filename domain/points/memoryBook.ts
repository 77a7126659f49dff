/** Accounts in memory: what the county loads for a batch and writes back, and what tests run on. */
import {
  type AccountChange,
  accountName,
  type EntryKey,
  type Holder,
  isOpen,
  type Lot,
  type LotUse,
  NO_SUMS,
  type Sums,
} from './account.ts';
import type { ActSide, DoneAct, LedgerBook } from './fold.ts';
import { DEFAULT_TERMS, type LedgerTerms } from './terms.ts';

/** A lot with its account; a use with its account and redemption. */
export interface HeldLot extends Holder {
  readonly lot: Lot;
}
export interface HeldUse extends Holder {
  readonly redemption: EntryKey;
  readonly lot: EntryKey & { readonly part: number };
  readonly points: number;
  readonly restored: number;
}

interface StoredAccount {
  readonly holder: Holder;
  sums: Sums;
  readonly lots: Map<string, Lot>;
  changed: boolean;
  readonly changedLots: Map<string, Lot>;
}

const keyText = ({ incarnation, seq }: EntryKey): string => `${incarnation} ${seq}`;
const lotText = (lot: EntryKey & { readonly part: number }): string => `${keyText(lot)} ${lot.part}`;

export class MemoryBook implements LedgerBook {
  private readonly accounts = new Map<string, StoredAccount>();
  private readonly uses = new Map<string, Map<string, HeldUse>>();
  private readonly changedUses = new Set<string>();
  private readonly done = new Set<string>();
  private readonly newlyDone: DoneAct[] = [];
  private readonly termsOf: { readonly fromVersion: number; readonly terms: LedgerTerms }[] = [];

  private account(holder: Holder): StoredAccount {
    const name = accountName(holder);
    const known = this.accounts.get(name);
    if (known !== undefined) return known;
    const { holder: kind, holderId } = holder;
    const made: StoredAccount = {
      holder: { holder: kind, holderId },
      sums: NO_SUMS,
      lots: new Map(),
      changed: false,
      changedLots: new Map(),
    };
    this.accounts.set(name, made);
    return made;
  }

  sums(holder: Holder): Sums {
    return this.account(holder).sums;
  }
  openLots(holder: Holder): readonly Lot[] {
    return this.lotsOf(holder).filter(isOpen);
  }
  entry(holder: Holder, key: EntryKey): readonly Lot[] {
    return this.lotsOf(holder).filter((lot) => keyText(lot) === keyText(key));
  }
  /** Every lot of an account that is known here. */
  lotsOf(holder: Holder): readonly Lot[] {
    return [...this.account(holder).lots.values()];
  }
  usesOf(holder: Holder, redemption: EntryKey): readonly LotUse[] {
    const { lots } = this.account(holder);
    const name = accountName(holder);
    return [...(this.uses.get(keyText(redemption))?.values() ?? [])].flatMap((use) => {
      const lot = lots.get(lotText(use.lot));
      return lot === undefined || accountName(use) !== name
        ? []
        : [{ lot, points: use.points, restored: use.restored }];
    });
  }
  terms(rulesVersion: number): LedgerTerms {
    return this.termsOf.findLast(({ fromVersion }) => fromVersion <= rulesVersion)?.terms ?? DEFAULT_TERMS;
  }
  setTerms(fromVersion: number, { settlement, expiry, expiryMonths }: LedgerTerms): void {
    const at = this.termsOf.findIndex((known) => known.fromVersion >= fromVersion);
    const row = { fromVersion, terms: { settlement, expiry, expiryMonths } };
    if (at === -1) this.termsOf.push(row);
    else this.termsOf.splice(at, this.termsOf[at]?.fromVersion === fromVersion ? 1 : 0, row);
  }
  isDone(side: ActSide, actId: number): boolean {
    return this.done.has(`${side} ${actId}`);
  }
  setDone(act: DoneAct): void {
    this.putDone(act.side, act.actId);
    this.newlyDone.push(act);
  }
  save(holder: Holder, change: AccountChange, usesOf: EntryKey | null): void {
    const account = this.account(holder);
    account.sums = change.sums;
    account.changed = true;
    for (const lot of change.lots) {
      account.lots.set(lotText(lot), lot);
      account.changedLots.set(lotText(lot), lot);
    }
    if (usesOf === null) return;
    for (const { lot, points, restored } of change.uses)
      this.changedUses.add(this.putUse(holder, usesOf, lot, points, restored));
  }

  /** Takes over what stands written elsewhere. */
  put(holder: Holder, sums: Sums, lots: readonly Lot[]): void {
    const account = this.account(holder);
    account.sums = sums;
    for (const lot of lots) account.lots.set(lotText(lot), lot);
  }
  putDone(side: ActSide, actId: number): void {
    this.done.add(`${side} ${actId}`);
  }
  putUse(
    { holder, holderId }: Holder,
    redemption: EntryKey,
    { incarnation, seq, part }: EntryKey & { readonly part: number },
    points: number,
    restored: number,
  ): string {
    const key = keyText(redemption);
    const uses = this.uses.get(key) ?? new Map<string, HeldUse>();
    this.uses.set(key, uses);
    const lot = { incarnation, seq, part };
    const name = `${holder} ${holderId} ${lotText(lot)}`;
    uses.set(name, { holder, holderId, redemption, lot, points, restored });
    return `${key} ${name}`;
  }

  /** What was saved here since it was put in. */
  changes(): {
    readonly accounts: readonly (Holder & { readonly sums: Sums })[];
    readonly lots: readonly HeldLot[];
    readonly uses: readonly HeldUse[];
    readonly done: readonly DoneAct[];
  } {
    const accounts = [...this.accounts.values()].filter(({ changed }) => changed);
    return {
      accounts: accounts.map(({ holder, sums }) => ({ ...holder, sums })),
      lots: accounts.flatMap(({ holder, changedLots }) =>
        [...changedLots.values()].map((lot) => ({ ...holder, lot })),
      ),
      done: this.newlyDone,
      uses: [...this.uses].flatMap(([key, uses]) =>
        [...uses].filter(([name]) => this.changedUses.has(`${key} ${name}`)).map(([, use]) => use),
      ),
    };
  }
}
