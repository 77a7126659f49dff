/**
 * A real writing process, to be killed: signs volunteers in and out without end, and says on standard output the
 * sequence of each fact, only after it is committed.
 */
import { writeSync } from 'node:fs';
import { decideScan } from '../../domain/attendance/decide.ts';
import { ok } from '../../domain/result.ts';
import { open, sampleReference, TestClock } from './support.ts';

const clock = new TestClock();
const store = open(process.argv[2] ?? '', clock);
const { rules, ...reference } = sampleReference();
const patient = { ...rules, attendance: { ...rules.attendance, maxPairsPerActivityDay: 1_000_000 } };
store.applyReference({ ...reference, rules: patient });
for (let n = 0; ; n++) {
  const volunteerId = 1 + (n % 4);
  const recorded = store.record(`${process.argv[3] ?? 'run'}-${n}`, 0, (now) => {
    const request = { volunteerId, cardNumber: 1000 + volunteerId, source: 'HID', mode: 'NORMAL' } as const;
    const decision = decideScan(store.views, { ...request, activityId: null }, patient, now);
    return decision.ok ? ok(decision.value.drafts) : decision;
  });
  if (!recorded.ok) throw new Error(recorded.error.kind);
  for (const { seq, type } of recorded.value.events) writeSync(1, `${seq} ${type} ${volunteerId}\n`);
}
