import { act } from '../act.ts';
import { assertSwitches } from '../change.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { change } from './change.ts';
import { treatmentsCollection } from './collection.ts';
import { placeAgain } from './places.ts';
import { get } from './read.ts';
import type { Treatment, TreatmentId } from './schema.ts';

/**
 * Takes a treatment off the price list. What was booked before is still done, and can still be moved.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when it is inactive already
 * @throws STALE when somebody changed the treatment since the revision that was seen
 */
export function deactivate(clinic: TenantScope, id: TreatmentId, seen: Seen = {}): Promise<Treatment> {
  return setActive(clinic, 'treatments.deactivate', id, seen, false);
}

/**
 * Puts a treatment back on the price list, at its old place if its category still has it.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when it is active
 * @throws STALE when somebody changed the treatment since the revision that was seen
 */
export function restore(clinic: TenantScope, id: TreatmentId, seen: Seen = {}): Promise<Treatment> {
  return setActive(clinic, 'treatments.restore', id, seen, true);
}

async function setActive(
  clinic: TenantScope,
  action: string,
  id: TreatmentId,
  seen: Seen,
  isActive: boolean,
): Promise<Treatment> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, action, { id, revision }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'treatment', treatmentsCollection, before, revision);
    assertSwitches('treatment', before, isActive);
    const place = isActive ? { sortOrder: await placeAgain(inside, before) } : {};
    return change(inside, action, before, { isActive, ...place });
  });
}
