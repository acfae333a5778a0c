import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { count } from '../counters.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError } from '../errors.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { platformTenantId } from '../tenants/read.ts';
import { usersCollection } from './collection.ts';
import { withoutPassword } from './read.ts';
import { NewUser, type User } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds somebody who can sign in.
 * @throws CONFLICT_DUPLICATE when the address is in use at this clinic
 * @throws QUOTA_EXCEEDED when the clinic has as many users as `maxUsers`
 * @throws FORBIDDEN when a platform administrator is put into a clinic, or another role into the platform
 */
export async function add(clinic: TenantScope, input: NewUser): Promise<User> {
  const { passwordHash, ...fields } = parsed(NewUser, input);
  const onPlatform = clinic.tenantId === platformTenantId;
  if (onPlatform !== (fields.role === 'platform_admin')) {
    throw new CirceError('FORBIDDEN', 'This role does not exist here.', { needs: fields.role });
  }
  const { maxUsers } = clinic.tenant.config.features;
  try {
    // The hash is salted: of the same password it is another one each time, so it says nothing of what was asked.
    return await act(clinic, 'users.add', fields, async (inside) => {
      if ((await count(inside, 'users')) > maxUsers) {
        throw new CirceError('QUOTA_EXCEEDED', `This clinic can have ${maxUsers} users.`, {
          quota: 'maxUsers',
          limit: maxUsers,
        });
      }
      const user = await within(inside, usersCollection).insert({
        ...fields,
        password: passwordHash,
        isActive: true,
      });
      await recordChange(inside, 'users.add', usersCollection, undefined, user);
      return withoutPassword(user);
    });
  } catch (error) {
    if (!duplicateIndex(error)?.includes('email')) throw error;
    throw new CirceError('CONFLICT_DUPLICATE', 'Somebody signs in with this address already.', {
      field: 'email',
    });
  }
}
