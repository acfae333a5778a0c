import { ObjectId, type Document } from 'mongodb';
import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { notFound } from '../errors.ts';
import { scopeOf, type TenantScope } from '../tenancy.ts';
import { IdText } from '../text.ts';
import { StoredTenantConfig, TenantConfig, type Tenant, type TenantId } from './schema.ts';

/** The tenant id under which platform administrators and their sessions are kept. It is no clinic. */
export const platformTenantId = 'platform';

/** At most this many clinics are listed; an installation with more needs the paged console. */
const listLimit = 1_000;

/** All active tenants, by name. */
export async function findActive(database: Database): Promise<Tenant[]> {
  const found = await answered(
    database.db.collection('tenants').find({ isActive: true }).sort({ name: 1 }).limit(listLimit).toArray(),
  );
  return found.map(tenantOf);
}

/** The tenant of a slug, active or not, or undefined. */
export async function findBySlug(database: Database, slug: string): Promise<Tenant | undefined> {
  // No filter of the tenants is bound to one: what is no text must not become a part of it.
  if (typeof slug !== 'string') return undefined;
  const found = await answered(database.db.collection('tenants').findOne({ slug }));
  return found ? tenantOf(found) : undefined;
}

/**
 * Opens a clinic's data for one actor.
 * @throws NOT_FOUND when there is no such active clinic
 */
export async function openTenant(database: Database, tenantId: string, actor: Actor): Promise<TenantScope> {
  const id = IdText.safeParse(tenantId);
  if (!id.success) throw notFound('clinic');
  const found = await answered(database.db.collection('tenants').findOne({ _id: new ObjectId(id.data) }));
  if (!found || found['isActive'] === false) throw notFound('clinic');
  return scopeOf(database, tenantOf(found), actor);
}

/**
 * Opens a clinic's data by the slug in an address.
 * @throws NOT_FOUND when there is no such active clinic
 */
export async function openTenantBySlug(database: Database, slug: string, actor: Actor): Promise<TenantScope> {
  const tenant = await findBySlug(database, slug);
  if (!tenant?.isActive) throw notFound('clinic');
  return scopeOf(database, tenant, actor);
}

/** Opens what belongs to the installation itself: platform administrators, their sessions and their audit. */
export function openPlatform(database: Database, actor: Actor): TenantScope {
  const beginning = new Date(0);
  return scopeOf(
    database,
    {
      id: platformTenantId as TenantId,
      name: 'Paper Circe',
      slug: platformTenantId,
      config: TenantConfig.parse({}),
      isActive: true,
      createdBy: 'system',
      createdAt: beginning,
      updatedAt: beginning,
      version: 1,
      revision: 1,
    },
    actor,
  );
}

export function tenantOf(raw: Document): Tenant {
  const { _id, config, isActive, ...fields } = raw;
  return {
    ...fields,
    id: (_id as ObjectId).toHexString() as TenantId,
    config: StoredTenantConfig.parse(config ?? {}),
    isActive: isActive !== false,
  } as Tenant;
}

async function answered<Result>(running: Promise<Result>): Promise<Result> {
  try {
    return await running;
  } catch (error) {
    throw translated(error);
  }
}
