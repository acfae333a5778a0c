import { ObjectId } from 'mongodb';
import { act } from '../act.ts';
import { record } from '../audit.ts';
import { changesBetween } from '../changes.ts';
import type { Database } from '../connection.ts';
import { invalid } from '../errors.ts';
import { isCountry } from '../phone.ts';
import { beside, tenantsCollection, type TenantScope } from '../tenancy.ts';
import { assertNobodysBefore, takenAddress } from './taken.ts';
import { tenantUpgrades } from './collection.ts';
import { tenantOf } from './read.ts';
import { NewTenant, type Tenant } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Creates a clinic. The act is recorded in the platform's audit and in the new clinic's.
 * @param platform the scope of `openPlatform`, for the administrator who does it
 * @throws CONFLICT_DUPLICATE when the slug or the domain is taken, also when the slug was another clinic's before
 * @throws VALIDATION when the country has no phone numbers, among others
 */
export async function create(database: Database, platform: TenantScope, input: NewTenant): Promise<Tenant> {
  const given = parsed(NewTenant, input);
  const { name, slug, domain, config } = given;
  if (!isCountry(config.country))
    throw invalid('config.country', 'No phone numbers are known of this country.');
  const now = database.clock();
  const document = {
    _id: new ObjectId(),
    name,
    slug,
    ...(domain && { domain }),
    config,
    isActive: true,
    createdBy: 'id' in platform.actor ? platform.actor.id : platform.actor.kind,
    createdAt: now,
    updatedAt: now,
    version: tenantUpgrades.length,
    revision: 1,
  };
  const tenant = tenantOf(document);
  const subject = { collection: 'tenants', id: tenant.id, revision: 1 };
  const changes = changesBetween({}, tenant);
  try {
    return await act(platform, 'tenants.create', given, async (inside) => {
      await assertNobodysBefore(inside, slug);
      const { raw, options } = tenantsCollection(inside);
      await raw.insertOne(document, options);
      await record(inside, 'tenants.create', subject, changes);
      await record(beside(inside, tenant), 'tenants.create', subject, changes);
      return tenant;
    });
  } catch (error) {
    throw takenAddress(error) ?? error;
  }
}
