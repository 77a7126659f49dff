/** Whether points settle and lapse as the county's rules say: what a station declares of it, and what it leaves out. */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { DEFAULT_TERMS, type LedgerTerms } from '../../../domain/points/terms.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { tighten } from '../../../domain/rules/tighten.ts';
import type { Tx } from '../ingestSql.ts';
import type { Difference } from './decideAgain.ts';
import type { NamedRules } from './rulesNamed.ts';

type Declared = JournalEvent<'LEDGER_TERMS_SET'>;
interface InForce extends LedgerTerms {
  readonly fromVersion: number;
}

/** Whether terms are the county's, or tighter ones. */
function holds(county: RuleSet, { settlement, expiry, expiryMonths }: LedgerTerms): boolean {
  const points = { ...county.points, settlement };
  return tighten(county, { ...county, points, ledger: { ...county.ledger, expiry, expiryMonths } }).ok;
}

function differenceOf(seq: number, { points: { settlement }, ledger }: RuleSet): Difference {
  const { expiry, expiryMonths } = ledger;
  return { seq, expected: { kind: 'TERMS', settlement, expiry, expiryMonths } };
}

/**
 * A station declares terms in the fact that begins a version of the rules, if they are others than before: so they are
 * compared where they are declared, and where a version begins without.
 */
export async function checkTerms(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  rules: NamedRules,
): Promise<readonly Difference[]> {
  const declared = events.filter((event): event is Declared => event.type === 'LEDGER_TERMS_SET');
  const found = declared.flatMap((event) => {
    const by = rules.by(event);
    if (by === undefined) return [];
    return event.fromVersion === event.rulesVersion && holds(by, event) ? [] : [differenceOf(event.seq, by)];
  });
  const begun = events.filter(({ seq, type }) => rules.begun.has(seq) && type !== 'LEDGER_TERMS_SET');
  if (begun.length === 0) return found;
  const { rows } = await sql<InForce>`
    SELECT from_version AS "fromVersion", settlement, expiry, expiry_months AS "expiryMonths"
    FROM ledger_terms WHERE station_id = ${stationId} ORDER BY from_version`.execute(tx);
  for (const event of begun) {
    const by = rules.by(event);
    if (by === undefined) continue;
    const later = new Set(
      declared.filter(({ seq }) => seq > event.seq).map(({ fromVersion }) => fromVersion),
    );
    const inForce = rows.findLast(
      ({ fromVersion }) => fromVersion <= event.rulesVersion && !later.has(fromVersion),
    );
    if (!holds(by, inForce ?? DEFAULT_TERMS)) found.push(differenceOf(event.seq, by));
  }
  return found;
}
