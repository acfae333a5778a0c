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
  return insertUser(clinic, 'users.add', fields, passwordHash, (_, user) => Promise.resolve(user));
}

/** Adds a user in one act, with what else belongs to it. */
export async function insertUser<Result>(
  clinic: TenantScope,
  action: string,
  fields: Pick<User, 'email' | 'name' | 'role'>,
  password: string,
  work: (inside: TenantScope, user: User) => Promise<Result>,
): Promise<Result> {
  assertRole(clinic, fields.role);
  return orEmailTaken(() =>
    // The hash is salted: of the same password it is another one each time, so it says nothing of what was asked.
    act(clinic, action, fields, async (inside) => {
      await countUser(inside);
      const user = await within(inside, usersCollection).insert({ ...fields, password, isActive: true });
      await recordChange(inside, action, usersCollection, undefined, user);
      return work(inside, withoutPassword(user));
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
export async function orEmailTaken<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!duplicateIndex(error)?.includes('email')) throw error;
    throw new CirceError('CONFLICT_DUPLICATE', 'Somebody signs in with this address already.', {
      field: 'email',
    });
  }
}
