/** A process that hosts stations, until it is told to end or kills itself. Started by processes.ts. */
import { countInstants, dieAtInstant } from './instants.ts';
import type { Plan } from './plan.ts';
import { openRecord } from './record.ts';
import { runStretch, type Order } from './stretch.ts';

export interface HostOrder {
  readonly plan: Plan;
  readonly countyUrl: string;
  readonly recordFile: string;
  readonly orders: readonly Order[];
  /** After so many instants it kills itself; null: never. */
  readonly dieAfter: number | null;
}
export type FromHost = { readonly kind: 'FINISHED' } | { readonly kind: 'FAILED'; readonly detail: string };

const say = (message: FromHost) => process.send?.(message);

async function work({ plan, countyUrl, recordFile, orders, dieAfter }: HostOrder): Promise<void> {
  const record = openRecord(recordFile);
  dieAtInstant(dieAfter ?? Infinity);
  const next = orders.values();
  const lane = async () => {
    for (const order of next) await runStretch(order, { plan, countyUrl, record });
  };
  await Promise.all(Array.from({ length: plan.atOnce }, lane));
  record.close();
}

countInstants();
process.on('message', (order: HostOrder) => {
  work(order).then(
    () => say({ kind: 'FINISHED' }),
    (error: unknown) =>
      say({ kind: 'FAILED', detail: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
});
// A coordinator that has died leaves no host behind.
process.on('disconnect', () => process.exit(0));
