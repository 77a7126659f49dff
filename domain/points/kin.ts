/** Nobody decides about points of their own, of their spouse or of their household (RULES.md B4). */
import type { Holder, KeeperFact, LedgerFacts, MemberFact } from './facts.ts';

function areKin(a: MemberFact, b: MemberFact): boolean {
  return (
    a.volunteerId === b.volunteerId ||
    a.spouseId === b.volunteerId ||
    b.spouseId === a.volunteerId ||
    (a.householdId !== 0 && a.householdId === b.householdId)
  );
}

/** Whether an account is the keeper's own, or of somebody they may not decide about. */
export function isOwn(
  facts: Pick<LedgerFacts, 'member' | 'membersOf'>,
  keeper: KeeperFact,
  { holder, holderId }: Holder,
): boolean {
  if (keeper.volunteerId === 0) return false;
  const self = facts.member(keeper.volunteerId) ?? {
    volunteerId: keeper.volunteerId,
    householdId: 0,
    birthYear: 0,
    spouseId: 0,
  };
  if (holder === 'HOUSEHOLD')
    return self.householdId === holderId || facts.membersOf(holderId).some((member) => areKin(self, member));
  const owner = facts.member(holderId);
  return owner === null ? holderId === self.volunteerId || holderId === self.spouseId : areKin(self, owner);
}
