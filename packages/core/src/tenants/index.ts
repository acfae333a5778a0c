export { countries } from '../phone.ts';
export { ClinicSettings, TenantChanges } from './changes.ts';
export { create } from './create.ts';
export {
  findActive,
  findByDomain,
  findBySlug,
  findSuspended,
  openPlatform,
  openTenant,
  openTenantByDomain,
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
  TenantId,
} from './schema.ts';
export { FirstClinic, isEmpty, setUp } from './set-up.ts';
export { activate, configure, suspend, update } from './update.ts';
