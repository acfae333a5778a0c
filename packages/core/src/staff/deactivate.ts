import { act } from '../act.ts';
import { assertNoneAhead } from '../bookings/ahead.ts';
import { assertSwitches } from '../change.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import type { TenantScope } from '../tenancy.ts';
import { change } from './change.ts';
import { staffCollection } from './collection.ts';
import { get } from './read.ts';
import type { Staff, StaffId } from './schema.ts';

/**
 * Takes a staff member off the lists and the calendar. The treatments that he is assigned to keep him, for the day
 * he comes back.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is inactive already, or has bookings to come, with their ids
 * @throws STALE when somebody changed the record since the revision that was seen
 */
export function deactivate(clinic: TenantScope, id: StaffId, seen: Seen = {}): Promise<Staff> {
  return setActive(clinic, 'staff.deactivate', id, seen, false);
}

/**
 * Puts a staff member back on the lists and the calendar.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is active
 * @throws STALE when somebody changed the record since the revision that was seen
 */
export function restore(clinic: TenantScope, id: StaffId, seen: Seen = {}): Promise<Staff> {
  return setActive(clinic, 'staff.restore', id, seen, true);
}

async function setActive(
  clinic: TenantScope,
  action: string,
  id: StaffId,
  seen: Seen,
  isActive: boolean,
): Promise<Staff> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, action, { id, revision }, async (inside) => {
    const before = await get(inside, id);
    await assertFresh(inside, 'staff member', staffCollection, before, revision);
    assertSwitches('staff member', before, isActive);
    if (!isActive) await assertNoneAhead(inside, { staffId: id }, 'staff member');
    return change(inside, action, before, { isActive });
  });
}
