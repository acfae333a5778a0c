export { create } from './create.ts';
export {
  findActive,
  findBySlug,
  openPlatform,
  openTenant,
  openTenantBySlug,
  platformTenantId,
} from './read.ts';
export {
  NewTenant,
  reservedSlugs,
  Slug,
  TenantConfig,
  type NewTenantConfig,
  type Tenant,
  type TenantId,
} from './schema.ts';
