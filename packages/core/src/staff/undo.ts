import { act } from '../act.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { fieldsBefore } from '../undo-update.ts';
import { staffCollection } from './collection.ts';
import { get } from './read.ts';
import type { Staff, StaffId } from './schema.ts';
import { StaffChanges, updateInside } from './update.ts';

/**
 * Puts a staff member back to what he was before the last `update`, once.
 * @param seen the revision that `update` made; without it the last one is undone, whoever made it
 * @throws NOT_FOUND
 * @throws VALIDATION when the avatar was an uploaded one that is not kept any more
 * @throws ILLEGAL_TRANSITION when something else than an update was done last, or it is more than 15 minutes ago
 * @throws STALE when somebody changed the record since the revision that was seen, with what changed
 */
export async function undo(clinic: TenantScope, id: StaffId, seen: Seen = {}): Promise<Staff> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, 'staff.undo', { id, revision }, async (inside) => {
    const member = await get(inside, id);
    await assertFresh(inside, 'staff member', staffCollection, member, revision);
    const before = await fieldsBefore(inside, 'staff.update', staffCollection, 'staff member', member);
    return updateInside(inside, 'staff.undo', member, parsed(StaffChanges, before));
  });
}
