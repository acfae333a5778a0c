import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { platformTenantId } from '../tenants/read.ts';
import { usersCollection } from './collection.ts';
import { withoutPassword } from './read.ts';
import { countUser } from './quota.ts';
import { NewUser, type Role, type User } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds somebody who can sign in.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform
 */
export async function add(clinic: TenantScope, input: NewUser): Promise<User> {
  const { passwordHash, ...fields } = parsed(NewUser, input);
  assertRole(clinic, fields.role);
  return orEmailTaken(() =>
    // The hash is salted: of the same password it is another one each time, so it says nothing of what was asked.
    act(clinic, 'users.add', fields, async (inside) => {
      await countUser(inside);
      const user = await within(inside, usersCollection).insert({
        ...fields,
        password: passwordHash,
        isActive: true,
      });
      await recordChange(inside, 'users.add', usersCollection, undefined, user);
      return withoutPassword(user);
    }),
  );
}

/** @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform */
export function assertRole(clinic: TenantScope, role: Role): void {
  const onPlatform = clinic.tenantId === platformTenantId;
  if (onPlatform === (role === 'platform_admin')) return;
  throw new CirceError('FORBIDDEN', 'This role does not exist here.', { needs: role });
}

/** @throws CONFLICT_DUPLICATE when the database refuses the address */
export async function orEmailTaken(work: () => Promise<User>): Promise<User> {
  try {
    return await work();
  } catch (error) {
    if (!duplicateIndex(error)?.includes('email')) throw error;
    throw new CirceError('CONFLICT_DUPLICATE', 'Somebody signs in with this address already.', {
      field: 'email',
    });
  }
}
