// Which clinic an address leads to: by what stands in its path, and under which host.
import { CirceError, tenants, type Database, type TenantScope } from '@paper-circe/core';

/** The name in the place of a slug under which platform administrators sign in. No clinic can have it. */
export const platform = 'platform';

interface Named {
  /** The slug in the path, the clinic's own domain, or `platform`. */
  readonly tenant: string;
  /** Where the installation itself is reached; undefined where that is not known. */
  readonly origin?: string | undefined;
}

/**
 * Opens what a path names. Under the own domain of a clinic there is this clinic, and nothing else.
 * @throws NOT_FOUND when there is no such clinic, or not under this host
 * @throws FORBIDDEN when it is suspended
 */
export async function openedUnder(
  { hostname, origin }: URL,
  database: Database,
  { tenant, origin: home }: Named,
): Promise<TenantScope> {
  const owner =
    origin !== home && isDomain(hostname) ? await tenants.findByDomain(database, hostname) : undefined;
  if (owner && !isOf(owner, tenant)) throw noClinic();
  return opened(database, tenant);
}

/** An address in numbers, or a name of the own network, is no clinic's: it does not cost a look into the database. */
function isDomain(hostname: string): boolean {
  return /\.[a-z][a-z0-9-]*\.?$/i.test(hostname);
}

function isOf({ slug, formerSlugs, domain }: tenants.Tenant, tenant: string): boolean {
  return tenant === slug || formerSlugs?.includes(tenant) || tenants.Domain.safeParse(tenant).data === domain;
}

function noClinic(): CirceError<'NOT_FOUND'> {
  return new CirceError('NOT_FOUND', 'This clinic does not exist.', { what: 'clinic' });
}

/** Opens what a path names, under whatever host. */
export async function opened(database: Database, tenant: string): Promise<TenantScope> {
  const nobody = { kind: 'public' } as const;
  if (tenant === platform) return tenants.openPlatform(database, nobody);
  // No slug has a dot, and every domain has one.
  if (tenant.includes('.')) return tenants.openTenantByDomain(database, tenant, nobody);
  if (!tenants.Slug.safeParse(tenant).success) throw noClinic();
  return tenants.openTenantBySlug(database, tenant, nobody);
}
