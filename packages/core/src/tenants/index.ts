export { countries } from '../phone.ts';
export { Activation, ClinicSettings, Suspension, TenantChanges } from './changes.ts';
export { create } from './create.ts';
export { type AwaitedAdministrator, get } from './get.ts';
export { inviteAgain, NewClinic, provision, type Provisioned } from './provision.ts';
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
  Domain,
  NewTenant,
  reservedSlugs,
  Slug,
  TenantConfig,
  type NewTenantConfig,
  type Tenant,
  TenantId,
} from './schema.ts';
export { getLogo, LogoUpload, uploadLogo } from './logo.ts';
export { search, TenantSearch } from './search.ts';
export { FirstClinic, isEmpty, setUp } from './set-up.ts';
export type { TenantInUse } from './usage.ts';
export { activate, configure, suspend, update } from './update.ts';
