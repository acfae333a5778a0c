import { act } from '../act.ts';
import { assertSwitches } from '../change.ts';
import { assertFresh } from '../fresh.ts';
import { parsed } from '../parsed.ts';
import { Seen } from '../revision.ts';
import { closeAllOf } from '../sessions/index.ts';
import type { TenantScope } from '../tenancy.ts';
import { assertNotLastAdmin, change, stored } from './change.ts';
import { usersCollection } from './collection.ts';
import { dropLink } from './link.ts';
import { countUser, uncountUser } from './quota.ts';
import type { User, UserId } from './schema.ts';

/**
 * Lets a user sign in no more, not by a link either, and signs him out everywhere. He does not count against `maxUsers` any longer.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is inactive already, or the last administrator who can sign in
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function deactivate(clinic: TenantScope, id: UserId, seen: Seen = {}): Promise<User> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, 'users.deactivate', { id, revision }, async (inside) => {
    await uncountUser(inside);
    const before = await stored(inside, id);
    await assertFresh(inside, 'user', usersCollection, before, revision);
    assertSwitches('user', before, false);
    await assertNotLastAdmin(inside, before, 'inactive');
    await closeAllOf(inside, id);
    await dropLink(inside, id);
    return change(inside, 'users.deactivate', before, { isActive: false });
  });
}

/**
 * Lets a user sign in again.
 * @throws NOT_FOUND
 * @throws ILLEGAL_TRANSITION when he is active
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws STALE when somebody changed the user since the revision that was seen, with what changed
 */
export async function reactivate(clinic: TenantScope, id: UserId, seen: Seen = {}): Promise<User> {
  const { revision } = parsed(Seen, seen);
  return act(clinic, 'users.reactivate', { id, revision }, async (inside) => {
    const before = await stored(inside, id);
    await assertFresh(inside, 'user', usersCollection, before, revision);
    assertSwitches('user', before, true);
    await countUser(inside);
    return change(inside, 'users.reactivate', before, { isActive: true });
  });
}
