import { BSON, ObjectId, type Document, type Filter } from 'mongodb';
import { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError, notFound } from '../errors.ts';
import { stored } from '../handle.ts';
import { every, pagedBy, type Page, type Paged } from '../page.ts';
import { findRaw } from '../read-raw.ts';
import { remembering } from '../remembering.ts';
import { scopeOf, type TenantScope } from '../tenancy.ts';
import { IdText } from '../text.ts';
import { upgraded } from '../versions.ts';
import { tenantUpgrades } from './collection.ts';
import { Domain, StoredTenantConfig, TenantConfig, type Tenant, type TenantId } from './schema.ts';

/** The tenant id under which platform administrators and their sessions are kept. It is no clinic. */
export const platformTenantId = 'platform';

const defaultConfig = TenantConfig.parse({});

/** A tenant before its settings are read. */
export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly raw: Document;
}

/** The active tenants that can be opened, by name: one whose settings are broken hides no other one. */
export function findActive(database: Database, page: Page = {}): Promise<Paged<Tenant>> {
  return find(database, true, page);
}

/** The suspended tenants, by name. */
export function findSuspended(database: Database, page: Page = {}): Promise<Paged<Tenant>> {
  return find(database, false, page);
}

/** All tenants that can be opened, first the active ones. */
export async function* everyClinic(database: Database): AsyncGenerator<Tenant> {
  yield* every((page) => findActive(database, page));
  yield* every((page) => findSuspended(database, page));
}

async function find(database: Database, isActive: boolean, page: Page): Promise<Paged<Tenant>> {
  const order = { field: 'name', direction: 1 } as const;
  const { items, next } = await pagedBy<Listed>(
    ['tenants', isActive],
    order,
    page,
    async (beyond, { sort, limit }) => {
      const filter = { $and: [{ isActive, name: { $type: 'string' } }, stored(beyond ?? {})] };
      const cursor = database.db.collection('tenants').find(filter, { sort: stored(sort), limit });
      return listed(await answered(cursor.toArray()));
    },
  );
  return { items: items.flatMap(({ raw }) => readable(raw) ?? []), next };
}

export function listed(found: readonly Document[]): Listed[] {
  return found.map((raw) => ({ id: (raw['_id'] as ObjectId).toHexString(), name: String(raw['name']), raw }));
}

/** The tenant of a slug, or of one that it had before, active or not, or undefined. */
export async function findBySlug(database: Database, slug: string): Promise<Tenant | undefined> {
  // No filter of the tenants is bound to one: what is no text must not become a part of it.
  if (typeof slug !== 'string') return undefined;
  return (await findOne(database, { slug })) ?? findOne(database, { formerSlugs: slug });
}

/** The tenant of a custom domain in any spelling, active or not, or undefined. */
export async function findByDomain(database: Database, domain: string): Promise<Tenant | undefined> {
  const given = Domain.safeParse(domain);
  if (!given.success) return undefined;
  return findOne(database, { domain: given.data });
}

/**
 * Opens a clinic's data for one actor.
 * @throws NOT_FOUND when there is no such clinic
 * @throws FORBIDDEN when it is suspended
 */
export async function openTenant(database: Database, tenantId: string, actor: Actor): Promise<TenantScope> {
  const id = IdText.safeParse(tenantId);
  if (!id.success) throw notFound('clinic');
  return opened(database, await findOne(database, { _id: new ObjectId(id.data) }), actor);
}

/**
 * Opens a clinic's data by the slug in an address.
 * @throws NOT_FOUND when there is no such clinic
 * @throws FORBIDDEN when it is suspended
 */
export async function openTenantBySlug(database: Database, slug: string, actor: Actor): Promise<TenantScope> {
  return opened(database, await findBySlug(database, slug), actor);
}

/**
 * Opens a clinic's data by its custom domain.
 * @throws NOT_FOUND when there is no such clinic
 * @throws FORBIDDEN when it is suspended
 */
export async function openTenantByDomain(
  database: Database,
  domain: string,
  actor: Actor,
): Promise<TenantScope> {
  return opened(database, await findByDomain(database, domain), actor);
}

function opened(database: Database, tenant: Tenant | undefined, actor: Actor): TenantScope {
  if (!tenant) throw notFound('clinic');
  if (tenant.isActive) return scopeOf(database, tenant, actor);
  // Whoever stands at its desk has to know whom to ask; why it is so is not for everybody.
  const message = 'This clinic is suspended. All of its data is kept.';
  throw new CirceError('FORBIDDEN', message, { needs: 'active clinic' });
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
      config: defaultConfig,
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

/** @throws UNAVAILABLE when a setting of the clinic is broken, or when a newer version has written it */
export function tenantOf(raw: Document): Tenant {
  const tenant = readable(raw);
  if (tenant) return tenant;
  const message =
    'The settings of this clinic cannot be read. `circe migrate status` says which one is wrong.';
  throw new CirceError('UNAVAILABLE', message, {});
}

const StoredTenant = z.looseObject({
  name: z.string(),
  slug: z.string(),
  config: z.preprocess((config) => config ?? {}, StoredTenantConfig),
  createdBy: z.string().catch(''),
});

/** The tenant of a stored document; undefined when its settings are broken. */
export function readable(raw: Document): Tenant | undefined {
  const { _id, isActive, ...fields } = upgraded(raw, tenantUpgrades, defaultConfig);
  const read = StoredTenant.safeParse(fields);
  if (!read.success) return undefined;
  return { ...read.data, id: (_id as ObjectId).toHexString(), isActive: isActive !== false } as Tenant;
}

/** As many clinics as an installation may have at work at the same time, a few kilobytes each. */
const remembered = remembering<Tenant>(1_000);

/** Every request begins here: of bytes that were read before it is known what they say, so they are not read again. */
async function findOne(database: Database, filter: Filter<Document>): Promise<Tenant | undefined> {
  const [bytes] = await answered(findRaw(database.raw('tenants'), filter, { limit: 1 }));
  if (!bytes) return undefined;
  return remembered(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), () =>
    frozen(tenantOf(BSON.deserialize(bytes))),
  );
}

/** Nobody changes what everybody gets. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

async function answered<Result>(running: Promise<Result>): Promise<Result> {
  try {
    return await running;
  } catch (error) {
    throw translated(error);
  }
}
