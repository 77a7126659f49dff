/**
 * The one contract between a screen and the station. Both shells carry exactly this, the renderer's client and
 * the station's handlers are typed by it, and every input is parsed by its schema before a handler sees it.
 */
import * as v from 'valibot';
import { output, type Client, type ContractSpec, type Handlers } from './types.ts';
import type * as backfill from './backfillViews.ts';
import type * as backups from './backupViews.ts';
import type * as ledger from './ledgerViews.ts';
import type * as points from './pointsDeskViews.ts';
import type * as pairing from './pairingViews.ts';
import type * as stick from './stickViews.ts';
import type * as trouble from './troubleViews.ts';
import type * as views from './views.ts';

const nothing = v.strictObject({});
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instantMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const token = v.pipe(v.string(), v.maxLength(64));
/** Made by the screen when its form opens; a second request with the same one is the same fact. */
const requestId = v.pipe(v.string(), v.uuid());
const pin = v.pipe(v.string(), v.regex(/^\d{4,12}$/));
const backupName = v.pipe(v.string(), v.maxLength(100));
const basket = v.pipe(
  v.array(
    v.strictObject({
      goodsId: id,
      quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(99)),
      unitPoints: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1_000_000)),
    }),
  ),
  v.maxLength(20),
  v.check((lines) => new Set(lines.map((line) => line.goodsId)).size === lines.length, 'goods named twice'),
);

const reason = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const incarnation = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const entry = v.strictObject({
  holder: v.picklist(['PERSON', 'HOUSEHOLD', 'GIFT']),
  holderId: id,
  incarnation,
  seq: id,
});

export const contract = {
  getHome: { input: nothing, output: output<views.HomeView>() },
  getStatus: { input: nothing, output: output<views.StatusView>() },

  /** Hands in what a wedge scanner or a camera read; answers by the pushed `scan` and with the same here. */
  submitScan: {
    input: v.strictObject({
      text: v.pipe(v.string(), v.maxLength(4096)),
      source: v.picklist(['WEDGE', 'CAMERA']),
    }),
    output: output<views.ScanEvent>(),
  },
  /** The short number printed on a card, typed by hand: ten digits, spaces ignored. */
  submitCardNumber: {
    input: v.strictObject({ digits: v.pipe(v.string(), v.maxLength(32)) }),
    output: output<views.ScanEvent>(),
  },
  /** Signs the scanned volunteer in or out, whichever is due. `activityId` null: the station proposes. */
  sign: {
    input: v.strictObject({ requestId, scanId: token, activityId: v.nullable(id) }),
    output: output<views.SignOutcome>(),
  },
  /** Corrects the activity of an attendance that is still open, within 10 minutes of its sign-in. */
  changeActivity: {
    input: v.strictObject({ requestId, signInSeq: id, activityId: id }),
    output: output<views.SignOutcome>(),
  },

  /** Opens the scanned volunteer's own record, for the record screen and the shop. */
  openPerson: {
    input: v.strictObject({ scanId: token }),
    output: output<
      { kind: 'OPENED'; person: views.PersonView } | { kind: 'REFUSED'; reason: views.ScanUseError }
    >(),
  },
  /** The opened person, a guest, asks that their points be brought to this station. */
  requestAllowance: {
    input: v.strictObject({ requestId, personToken: token }),
    output: output<views.AllowanceOutcome>(),
  },
  closePerson: { input: v.strictObject({ personToken: token }), output: output<null>() },

  getShop: { input: nothing, output: output<views.ShopView>() },
  quoteBasket: {
    input: v.strictObject({ personToken: token, lines: basket }),
    output: output<views.QuoteOutcome | { readonly kind: 'PERSON_GONE' }>(),
  },
  /** Exchanges points for goods. `pin` is the keeper's, empty where none was asked for. */
  redeem: {
    input: v.strictObject({
      requestId,
      personToken: token,
      lines: basket,
      pin: v.union([v.literal(''), pin]),
    }),
    output: output<views.RedeemOutcome>(),
  },

  unlockKeeper: {
    input: v.strictObject({ pin }),
    output: output<
      { kind: 'UNLOCKED'; session: views.KeeperSession } | { kind: 'REFUSED'; problem: views.PinProblem }
    >(),
  },
  lockKeeper: { input: v.strictObject({ keeperToken: token }), output: output<null>() },
  getDesk: {
    input: v.strictObject({ keeperToken: token }),
    output: output<{ kind: 'DESK'; desk: views.KeeperDesk } | { kind: 'KEEPER_GONE' }>(),
  },
  /** Records whose time is in doubt, also those of earlier days, newest first. */
  listDoubtful: {
    input: v.strictObject({ keeperToken: token }),
    output: output<{ kind: 'DOUBTFUL'; records: readonly views.DoubtfulView[] } | { kind: 'KEEPER_GONE' }>(),
  },
  /** The keeper says that the date is right, and those recorded since one was last vouched for. */
  confirmDate: {
    input: v.strictObject({ requestId, keeperToken: token }),
    output: output<views.KeeperOutcome>(),
  },
  /** Closes an UNCLOSED attendance at a time between its sign-in and the activity's planned end. */
  closeAttendance: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      signInSeq: id,
      /** As the desk shows it; empty, or left out, for the running incarnation. */
      earlier: v.optional(v.pipe(v.string(), v.maxLength(16)), ''),
      outAtMs: instantMs,
      reason: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
    }),
    output: output<views.KeeperOutcome>(),
  },
  moveStock: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      goodsId: id,
      quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(-9999), v.maxValue(9999), v.notValue(0)),
      reason: v.picklist(['DONATION', 'PURCHASE', 'TRANSFER', 'LOSS', 'EXPIRED', 'AID', 'COUNT']),
      note: v.pipe(v.string(), v.maxLength(200)),
    }),
    output: output<views.KeeperOutcome>(),
  },
  /** Opens an activity that was not in the plan, from now on for so many minutes. */
  openActivity: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
      teamId: id,
      platform: v.pipe(id, v.maxValue(7)),
      theme: v.pipe(id, v.maxValue(5)),
      minutes: v.pipe(v.number(), v.safeInteger(), v.minValue(30), v.maxValue(1440)),
    }),
    output: output<
      (views.KeeperOutcome & { kind: 'REFUSED' }) | { kind: 'DONE'; seq: number; activityId: number }
    >(),
  },
  /** Rapid mode: each scan is a check-in to this activity, without a touch. Null ends it. */
  setRapid: {
    input: v.strictObject({ keeperToken: token, activityId: v.nullable(id) }),
    output: output<{ kind: 'DONE' } | { kind: 'REFUSED'; reason: views.KeeperRefusal }>(),
  },
  /** Points of the opened person: accounts, what lapses soon, the lines of 积分明细. */
  getAccounts: {
    input: v.strictObject({ personToken: token }),
    output: output<{ kind: 'ACCOUNTS'; accounts: ledger.AccountsView } | { kind: 'PERSON_GONE' }>(),
  },
  /** The opened person lets the household spend their points too, or takes that back. */
  setPooling: {
    input: v.strictObject({ requestId, personToken: token, consent: v.picklist(['GIVEN', 'WITHDRAWN']) }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** Entries on their way, what lapses soon, and the catalogue of awards. */
  getLedger: {
    input: v.strictObject({ keeperToken: token }),
    output: output<{ kind: 'LEDGER'; ledger: ledger.LedgerDesk } | { kind: 'KEEPER_GONE' }>(),
  },
  /** An award by the catalogue, to a volunteer or a household as the catalogue says. */
  award: {
    input: v.strictObject({ requestId, keeperToken: token, awardId: id, holderId: id, reason }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** Donated points, into the volunteer's purse of gifts. */
  giveGift: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      volunteerId: id,
      points: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10_000)),
      reason,
    }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** The next step of an entry on its way, or an objection to it and its settlement. */
  stepEntry: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      entry,
      step: v.picklist(['CONFIRM', 'APPROVE', 'OBJECT', 'UPHOLD', 'DISMISS']),
      /** Asked for by OBJECT, UPHOLD and DISMISS; may be empty for the others. */
      reason: v.pipe(v.string(), v.maxLength(200)),
    }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** Takes an entry back; `secondPin` is that of another keeper. */
  reverseEntry: {
    input: v.strictObject({ requestId, keeperToken: token, entry, reason, secondPin: pin }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** Cancels an exchange on its day, or takes faulty goods back; no lines: everything that still stands. */
  undoRedemption: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      incarnation,
      seq: id,
      kind: v.picklist(['CANCELLED', 'FAULTY']),
      lines: v.pipe(
        v.array(
          v.strictObject({
            goodsId: id,
            quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(99)),
          }),
        ),
        v.maxLength(20),
      ),
      reason,
    }),
    output: output<ledger.LedgerOutcome>(),
  },
  /** What hours that no scan recorded can be of. */
  getBackfillPlan: {
    input: v.strictObject({ keeperToken: token }),
    output: output<{ kind: 'PLAN'; plan: backfill.BackfillPlanView } | { kind: 'KEEPER_GONE' }>(),
  },
  /** Hours that no scan recorded; they wait for a second keeper. `activityId` 0: of none in the plan here. */
  recordBackfill: {
    input: v.strictObject({
      requestId,
      keeperToken: token,
      volunteerId: id,
      activityId: id,
      startMs: instantMs,
      minutes: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1440)),
      reason,
      /** Where it can be looked up, such as the number of a paper list. */
      evidence: reason,
    }),
    output: output<backfill.BackfillOutcome>(),
  },
  /** They count from now on; `secondPin` is that of another keeper than the one who recorded them. */
  approveBackfill: {
    input: v.strictObject({ requestId, keeperToken: token, incarnation, seq: id, secondPin: pin }),
    output: output<backfill.BackfillOutcome>(),
  },
  rejectBackfill: {
    input: v.strictObject({ requestId, keeperToken: token, incarnation, seq: id, reason }),
    output: output<backfill.BackfillOutcome>(),
  },
  /** The village's own volunteers with their households, to choose from where no card is at hand. */
  listVillagers: {
    input: v.strictObject({ keeperToken: token }),
    output: output<
      { kind: 'VILLAGERS'; villagers: readonly points.VillagerView[] } | { kind: 'KEEPER_GONE' }
    >(),
  },
  /** A volunteer's entries, and those of the household, newest first. */
  listEntries: {
    input: v.strictObject({ keeperToken: token, volunteerId: id }),
    output: output<
      { kind: 'ENTRIES'; entries: readonly points.PersonEntryView[] } | { kind: 'KEEPER_GONE' }
    >(),
  },
  /** Exchanges that can be undone: today's of everybody, or one volunteer's. */
  listExchanges: {
    input: v.strictObject({ keeperToken: token, volunteerId: v.nullable(id) }),
    output: output<
      { kind: 'EXCHANGES'; exchanges: readonly points.ExchangeView[] } | { kind: 'KEEPER_GONE' }
    >(),
  },
  /** The sheet for the notice board. */
  getNotice: {
    input: v.strictObject({ keeperToken: token }),
    output: output<{ kind: 'NOTICE'; notice: points.NoticeView } | { kind: 'KEEPER_GONE' }>(),
  },
  /** `problem`: why the last backup was not made, one line; `began`: why the running incarnation began. */
  listBackups: {
    input: v.strictObject({ keeperToken: token }),
    output: output<
      | {
          kind: 'BACKUPS';
          backups: readonly backups.BackupView[];
          problem: string;
          /** The second place is not there: backups are made beside the database alone. */
          secondAbsent: boolean;
          began: 'CONTINUED' | 'NEW' | 'OTHER_MACHINE' | 'RESTORED';
          /** Null where nothing was ever restored or came back. */
          restored: backups.RestoredView | null;
        }
      | { kind: 'KEEPER_GONE' }
    >(),
  },
  /** What a restore would bring back and what it could not; changes nothing. */
  previewRestore: {
    input: v.strictObject({ keeperToken: token, name: backupName }),
    output: output<
      | { kind: 'PREVIEW'; preview: backups.RestorePreview }
      | { kind: 'REFUSED'; reason: backups.RestoreRefusal }
    >(),
  },
  /** Restores and opens the station anew, after a keeper's PIN once more: calls are answered with CLOSING for a moment, then `changed` is pushed. */
  restore: {
    input: v.strictObject({ keeperToken: token, name: backupName, pin }),
    output: output<
      | { kind: 'RESTARTING' }
      | { kind: 'REFUSED'; reason: backups.RestoreRefusal }
      | { kind: 'PIN_REFUSED'; problem: views.PinProblem }
    >(),
  },
  /** Whether the station's database could be opened; the rest of the contract answers CLOSING until it can. */
  getTrouble: { input: nothing, output: output<trouble.TroubleView>() },
  /** Tries to open it at once. */
  retryOpening: { input: nothing, output: output<trouble.TroubleView>() },
  /** Whether this machine has been brought in; the rest of the contract answers CLOSING until it is. */
  getPairing: { input: nothing, output: output<pairing.PairingView>() },
  /**
   * Brings this machine in, by the text of the county's QR code or by what stands beside it. Answers at once; how it
   * went on is told by `getPairing`, after a pushed `changed`.
   */
  pair: {
    input: v.variant('kind', [
      v.strictObject({ kind: v.literal('TEXT'), text: v.pipe(v.string(), v.maxLength(4096)) }),
      v.strictObject({
        kind: v.literal('TYPED'),
        url: v.pipe(v.string(), v.maxLength(200)),
        stationId: v.pipe(id, v.minValue(1)),
        code: v.pipe(v.string(), v.minLength(1), v.maxLength(20)),
      }),
    ]),
    output: output<pairing.PairingView>(),
  },
  /** Chooses the way by which `pair` goes. A pairing that is on its way by stick is given up, and begun anew. */
  choosePairing: {
    input: v.strictObject({ by: v.picklist(['LINE', 'STICK']) }),
    output: output<pairing.PairingView>(),
  },
  /** Tries the county at once instead of waiting for the next attempt. */
  syncNow: { input: nothing, output: output<null>() },
  /**
   * Writes what the county lacks onto the USB stick; the status tells how it goes. Nobody has to unlock anything:
   * it is encrypted to the county, and the courier may come when the keeper is out.
   */
  writeStick: { input: nothing, output: output<stick.StickOutcome>() },
  /** Reads again what the stick brings; it is read by itself when it is put in. */
  readStick: { input: nothing, output: output<stick.StickOutcome>() },
} as const satisfies ContractSpec;

export type Contract = typeof contract;
export type StationClient = Client<Contract>;
export type StationHandlers = Handlers<Contract>;
export type MethodName = keyof Contract;
