import { act } from '../act.ts';
import { record, recordChange, repairing } from '../audit.ts';
import { repairHolds } from '../bookings/check.ts';
import type { Collection, TenantDocument } from '../collections.ts';
import { counters } from '../counters.ts';
import { repairSearchWords, repairVisits } from '../patients/check.ts';
import { patientsCollection } from '../patients/collection.ts';
import { findWrongQueue } from '../queue/check.ts';
import { findWrongCounts } from '../quotas.ts';
import { staffCollection } from '../staff/collection.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { localMonth } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { usersCollection } from '../users/collection.ts';
import type { Finding, Outcome } from './finding.ts';
import { repairPayments } from './payments.ts';
import { knownOf, namedIn, type WrongReference } from './references.ts';

/**
 * Mends a finding where what is right follows from what else is stored, after looking at it again: in one transaction
 * with its event in the audit, so that it can be killed, run again and run beside desks that work. With `dryRun` it
 * says what it would do. What a person has to decide it leaves: a broken chain above all.
 * @throws NOT_FOUND when a booking is taken away meanwhile
 */
export async function repair(clinic: TenantScope, finding: Finding): Promise<Outcome> {
  switch (finding.kind) {
    case 'CHAIN':
    case 'AUDIT':
      return 'left';
    case 'HOLDS':
      return repairHolds(clinic, finding.id);
    case 'PAYMENTS':
      return repairPayments(clinic, finding.id);
    case 'VISITS':
      return repairVisits(clinic, finding.id);
    case 'SEARCH':
      return repairSearchWords(clinic, finding.id);
    case 'COUNT':
      return setCounter(clinic, async (inside) => {
        const wrong = (await findWrongCounts(inside)).find(({ quota }) => quota === finding.quota);
        const month = localMonth(inside.clock(), inside.tenant.config.timezone);
        const name = finding.quota === 'maxUsers' ? 'users' : `bookings:${month}`;
        return wrong && { name, from: wrong.counted, to: wrong.found };
      });
    case 'QUEUE':
      return setCounter(clinic, async (inside) => {
        const [wrong] = await findWrongQueue(inside);
        return wrong && { name: `queue:${wrong.date}`, from: wrong.counted, to: wrong.highest };
      });
    case 'REFERENCE':
      return repairReference(clinic, finding);
  }
}

interface Counter {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Whoever counts at the same time writes the same document: one of the two starts over. */
function setCounter(
  clinic: TenantScope,
  wrong: (inside: TenantScope) => Promise<Counter | undefined>,
): Promise<Outcome> {
  return act(clinic, repairing, {}, async (inside): Promise<Outcome> => {
    const found = await wrong(inside);
    if (!found) return 'right';
    const { name, from, to } = found;
    const { id } = await within(inside, counters).upsert({ name }, { $set: { value: to } });
    await record(inside, repairing, { collection: counters.name, id }, { [name]: { from, to } });
    return 'repaired';
  });
}

/** A staff member who is not there performs nothing, and an account leads to no patient who is not there. */
async function repairReference(
  clinic: TenantScope,
  { collection, id, field }: WrongReference,
): Promise<Outcome> {
  if (collection === treatmentsCollection.name)
    return repairField(clinic, treatmentsCollection, id, field, staffCollection);
  if (collection === usersCollection.name)
    return repairField(clinic, usersCollection, id, field, patientsCollection);
  return 'left';
}

function repairField<Document extends TenantDocument>(
  clinic: TenantScope,
  from: Collection<Document>,
  id: string,
  field: string,
  to: Collection<TenantDocument>,
): Promise<Outcome> {
  return act(clinic, repairing, { id, field }, async (inside): Promise<Outcome> => {
    const handle = within<TenantDocument>(inside, from);
    const before = await handle.findOne({ id });
    const named = before ? namedIn(before, field) : [];
    const known = await knownOf(inside, to, named);
    if (!before || named.every((one) => known.has(one))) return 'right';
    const left = named.filter((one) => known.has(one));
    const update =
      field === 'assignedStaff' ? { $set: { [field]: left } } : { $unset: { [field]: true as const } };
    const after = await handle.update({ id, revision: before.revision }, update);
    if (!after) return 'right';
    await recordChange(inside, repairing, from, before, after);
    return 'repaired';
  });
}
