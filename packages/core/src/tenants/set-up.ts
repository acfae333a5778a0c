import { z } from 'zod';
import { act } from '../act.ts';
import { count } from '../counters.ts';
import type { Database } from '../connection.ts';
import { CirceError } from '../errors.ts';
import { parsed } from '../parsed.ts';
import { beside, tenantsCollection, type TenantScope } from '../tenancy.ts';
import { add } from '../users/add.ts';
import { NewUser } from '../users/schema.ts';
import { create } from './create.ts';
import { NewTenant, type Tenant } from './schema.ts';

/** The first clinic of an installation, and who runs it. */
export const FirstClinic = z.strictObject({
  clinic: NewTenant,
  administrator: NewUser.omit({ role: true, patientId: true }),
});
export type FirstClinic = z.input<typeof FirstClinic>;

/** Whether the installation has no clinic yet, suspended ones included. */
export async function isEmpty(database: Database): Promise<boolean> {
  return (await database.db.collection('tenants').countDocuments({}, { limit: 1 })) === 0;
}

/**
 * Sets an installation up: its first clinic and the one who runs it, both or neither. Of several at once one is done.
 * @param platform the scope of `openPlatform`
 * @throws FORBIDDEN when the installation has a clinic already
 * @throws VALIDATION as `tenants.create` and `users.add` do
 * @throws CONFLICT_DUPLICATE when the idempotency key of the scope was used for something else
 * @throws QUOTA_EXCEEDED never: a first clinic has no users, and may have one
 * @throws NOT_FOUND never: no patient is named
 */
export async function setUp(database: Database, platform: TenantScope, input: FirstClinic): Promise<Tenant> {
  const { clinic, administrator } = parsed(FirstClinic, input);
  const { passwordHash: _, ...known } = administrator;
  return act(platform, 'tenants.setUp', { clinic, administrator: known }, async (inside) => {
    // Two that write the same counter cannot both have seen an empty installation.
    await count(inside, 'setUps');
    const { raw, options } = tenantsCollection(inside);
    if (await raw.findOne({}, { ...options, projection: { _id: 1 } })) {
      throw new CirceError('FORBIDDEN', 'This installation has been set up already.', {});
    }
    const tenant = await create(database, inside, clinic);
    await add(beside(inside, tenant), { ...administrator, role: 'admin' });
    return tenant;
  });
}
