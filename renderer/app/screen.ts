/** Which screens there are, and what each has to know to be drawn. */
import type { RestoreEnd } from '../../electron/contract/backupViews.ts';
import type {
  CardProblem,
  PersonSummary,
  RedeemOutcome,
  SignOutcome,
} from '../../electron/contract/views.ts';
import type { ClientError } from '../client/bridge.ts';
import type { zhCN } from '../texts/zh-CN.ts';

/** What the result of one scan has to say. */
export type SignResult =
  | { readonly kind: 'OUTCOME'; readonly outcome: SignOutcome; readonly changed: boolean }
  | { readonly kind: 'CARD'; readonly problem: CardProblem }
  | { readonly kind: 'REPEAT'; readonly person: PersonSummary }
  /** The scanner sends Alt codes. */
  | { readonly kind: 'ALT_CODES' }
  | { readonly kind: 'FAULT'; readonly error: ClientError; readonly retry: SignRequest | null };
/** Kept for a retry: the same request id makes the second try the same fact. */
export interface SignRequest {
  readonly requestId: string;
  readonly scanId: string;
  readonly activityId: number | null;
}

export type DeskTab = 'TODAY' | 'PRESENT' | 'STOCK' | 'POINTS' | 'RAPID' | 'SYNC';
/** What was recorded last, told in one line until the next step. */
export type Saved = keyof typeof zhCN.saved;
export type Redeemed = Extract<RedeemOutcome, { kind: 'REDEEMED' }>;

/**
 * What a keeper typed the PIN for: the desk, the question for the date on it, the end of rapid mode, or the way back
 * from a backup where the station cannot be opened.
 */
export type AfterPin = 'DESK' | 'DATE' | 'END_RAPID' | 'BACKUPS';

export type Screen =
  | { readonly kind: 'HOME' }
  /** The number pad for a card number; `next` says what the card is for. */
  | { readonly kind: 'BY_HAND'; readonly next: 'SIGN' | 'RECORD' | 'SHOP' }
  | {
      readonly kind: 'SIGN_RESULT';
      readonly result: SignResult;
      readonly serial: number;
      readonly kept: boolean;
    }
  | { readonly kind: 'RECORD' }
  /** What the points of the person consist of. */
  | { readonly kind: 'ACCOUNT' }
  | { readonly kind: 'POOLING'; readonly requestId: string }
  | { readonly kind: 'SHOP' }
  | { readonly kind: 'SHOP_CONFIRM'; readonly requestId: string }
  | { readonly kind: 'SHOP_PIN'; readonly requestId: string }
  | { readonly kind: 'SHOP_RESULT'; readonly redeemed: Redeemed }
  | { readonly kind: 'KEEPER_PIN'; readonly next: AfterPin }
  /** `question`: it opens with this one. */
  | { readonly kind: 'DESK'; readonly tab: DeskTab; readonly question?: 'DATE' }
  /** The backups alone, where nothing can be recorded and so no desk be opened. */
  | { readonly kind: 'BACKUPS' }
  /** The station closes and opens anew; `end` once it is back and has said what became of it. */
  | { readonly kind: 'RESTORING'; readonly end: RestoreEnd | null };
