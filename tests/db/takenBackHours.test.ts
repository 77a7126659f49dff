/**
 * Hours that were wrong are taken back, and the right ones of the same time are back-filled in their place: what no
 * longer counts stands in nobody's way. What still counts for some of it does.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { decideBackfill } from '../../domain/attendance/backfill.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { shanghaiDay } from '../../domain/time.ts';
import {
  HOUR_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  sha256,
  signIn,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

const DAY = shanghaiDay(MORNING_MS);
let dir: string;
let clock: TestClock;
let store: Store;
beforeEach(() => {
  dir = tempDir();
  clock = new TestClock();
  store = open(dir, clock);
  store.applyReference(sampleReference({ grants: [] }));
});
afterEach(() => {
  store.close();
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});

const record = (draft: EventDraft): number => recordDrafts(store, [draft]).events[0]?.seq ?? 0;
const credits = (points: number) => [{ day: DAY, minutes: 120, points }];
function serve(points = 20): { readonly signInSeq: number; readonly seq: number } {
  const signInSeq = record(signIn(1));
  clock.advance(2 * HOUR_MS);
  const card = { volunteerId: 1, cardNumber: 1001, source: 'HID', actualMinutes: 120 } as const;
  return { signInSeq, seq: record({ type: 'SIGNED_OUT', signInSeq, ...card, credits: credits(points) }) };
}
const reverse = (ofSeq: number, points: number, ofIncarnation = '') =>
  record({
    type: 'ENTRY_REVERSED',
    ...{ holder: 'PERSON', holderId: 1, ofIncarnation, ofSeq, points, reason: '签错了人', approvedBy: 2 },
  });
/** The same two hours, on paper. */
const service = { volunteerId: 1, activityId: 0, startMs: MORNING_MS, minutes: 120 } as const;
function asked(): string {
  const { views } = store;
  const request = { ...service, reason: '停电', evidence: '12 号表' };
  const decided = decideBackfill(views, request, views.rules(), { atMs: store.nowMs() + HOUR_MS });
  return decided.ok ? 'DONE' : decided.error.kind;
}
function backfill(): number {
  const ofSeq = record({ type: 'BACKFILL_RECORDED', ...service, reason: '停电', evidence: '12 号表' });
  const of = { volunteerId: 1, ofIncarnation: '', ofSeq, outcome: 'APPROVED', reason: '' } as const;
  const { startMs, minutes: actualMinutes } = service;
  return record({ type: 'BACKFILL_SETTLED', ...of, startMs, actualMinutes, credits: credits(0) });
}

it('of a scan', () => {
  const { seq } = serve();
  expect(asked()).toBe('OVERLAP');
  reverse(seq, 20);
  expect(asked()).toBe('DONE');
  backfill();
  expect(asked()).toBe('OVERLAP');
});

it('of a scan that was credited more later, once both are taken back', () => {
  const { signInSeq, seq } = serve();
  const more = { signInSeq, volunteerId: 1, hourKind: 'CREDIT', credits: credits(20) } as const;
  const later = record({ type: 'SERVICE_CREDITED', ...more });
  reverse(seq, 20);
  expect(asked()).toBe('OVERLAP');
  reverse(later, 20);
  expect(asked()).toBe('DONE');
});

it('of hours that were back-filled themselves, without a point', () => {
  clock.advance(2 * HOUR_MS);
  const seq = backfill();
  expect(asked()).toBe('OVERLAP');
  reverse(seq, 0);
  expect(asked()).toBe('DONE');
});

it('of what another machine of the village began', () => {
  const signInSeq = record(signIn(1));
  const before = store.incarnation;
  store.close();
  Object.assign(clock, { mono: 5000, boot: 'other' });
  store = open(dir, clock, { hardwareId: 'pc-2' });
  clock.advance(3 * HOUR_MS);
  expect(asked()).toBe('STILL_OPEN');
  const service = { signInSeq, volunteerId: 1, outAtMs: MORNING_MS + 2 * HOUR_MS, actualMinutes: 120 };
  const seq = record({
    type: 'EARLIER_SERVICE_CREDITED',
    ...{ cause: 'CLOSED', ofIncarnation: before, ...service, hourKind: 'HONOR', reason: '换机' },
    credits: credits(0),
  });
  expect(asked()).toBe('OVERLAP');
  reverse(seq, 0);
  expect(asked()).toBe('DONE');
});
