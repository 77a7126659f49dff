/**
 * From what a scanner delivered to a card that a screen may use once. A scan that nobody took within SCAN_TTL_MS
 * is forgotten, so that it cannot act on a later screen; a scan that led to a record is used up; the same card
 * seen again too soon is told apart and can do nothing.
 */
import { parseCardNumber } from '../../domain/cards/cardNumber.ts';
import { verifyCard, type CardRegistry, type Verify } from '../../domain/cards/verify.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { ScanSource } from '../../domain/journal/events.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { createRepeatFilter } from '../../domain/scanner/debounce.ts';
import {
  SCAN_TTL_MS,
  type CardProblem,
  type PersonSummary,
  type ScanEvent,
  type ScanUseError,
} from '../contract/views.ts';

export interface CardBook extends CardRegistry {
  /** The card with a number, as the reference data knows it. */
  readonly card: (cardNumber: number) => { readonly volunteerId: number; readonly generation: number } | null;
  readonly person: (volunteerId: number) => PersonSummary;
}
export interface ScanOptions {
  readonly book: CardBook;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly verify: Verify;
  readonly newToken: () => string;
  readonly push: (event: ScanEvent) => void;
}
/** Whose card was scanned, and how. */
export interface ScannedCard {
  readonly volunteerId: number;
  readonly cardNumber: number;
  readonly source: ScanSource;
}
export interface Scans {
  /** Judges and pushes what a scanner delivered. */
  readonly submit: (text: string, source: ScanSource) => ScanEvent;
  /** Judges and pushes a short number typed by hand. */
  readonly submitNumber: (digits: string) => ScanEvent;
  /** The card of a scan that can still be used. Using it does not use it up: see `useUp`. */
  readonly find: (scanId: string) => Result<ScannedCard, ScanUseError>;
  /** Called when the scan has led to something, so that it leads to nothing else. */
  readonly useUp: (scanId: string) => void;
}

interface Kept {
  readonly card: ScannedCard;
  readonly atMonoMs: number;
  used: boolean;
}

export function createScans(options: ScanOptions): Scans {
  const { book, clock } = options;
  const kept = new Map<string, Kept>();
  const repeats = createRepeatFilter();

  function forget(now: number): void {
    for (const [scanId, scan] of kept) if (now - scan.atMonoMs > SCAN_TTL_MS) kept.delete(scanId);
  }

  function announce(outcome: ScanEvent['outcome'], source: ScanSource, scanId: string): ScanEvent {
    const event: ScanEvent = { scanId, source, atMs: clock.nowMs(), outcome };
    options.push(event);
    return event;
  }

  function accept(card: ScannedCard): ScanEvent {
    const now = clock.monoMs();
    forget(now);
    const person = book.person(card.volunteerId);
    // By the card and not by its text, so that the number typed by hand is the same card.
    const repeated = repeats.isRepeat(String(card.cardNumber), now);
    const scanId = options.newToken();
    if (repeated) return announce({ kind: 'REPEAT', person }, card.source, scanId);
    kept.set(scanId, { card, atMonoMs: now, used: false });
    return announce({ kind: 'CARD', person }, card.source, scanId);
  }

  const refuse = (problem: CardProblem, source: ScanSource) => announce(problem, source, options.newToken());

  return {
    submit: (text, source) => {
      const card = verifyCard(text, book, options);
      if (!card.ok) return refuse(card.error, source);
      return accept({ volunteerId: card.value.volunteerId, cardNumber: card.value.cardNumber, source });
    },
    submitNumber: (digits) => {
      const number = parseCardNumber(digits);
      const card = number.ok ? book.card(number.value) : null;
      if (!number.ok || card === null) return refuse({ kind: 'UNKNOWN_NUMBER' }, 'MANUAL');
      if (book.isRevoked(number.value)) return refuse({ kind: 'REVOKED' }, 'MANUAL');
      if (card.generation < book.latestGeneration(card.volunteerId))
        return refuse({ kind: 'OLDER_GENERATION' }, 'MANUAL');
      return accept({ volunteerId: card.volunteerId, cardNumber: number.value, source: 'MANUAL' });
    },
    find: (scanId) => {
      const scan = kept.get(scanId);
      if (scan === undefined || clock.monoMs() - scan.atMonoMs > SCAN_TTL_MS)
        return err({ kind: 'SCAN_EXPIRED' });
      return scan.used ? err({ kind: 'SCAN_USED' }) : ok(scan.card);
    },
    useUp: (scanId) => {
      const scan = kept.get(scanId);
      if (scan !== undefined) scan.used = true;
    },
  };
}
