import { CirceError } from '../errors.ts';
import type { TenantScope } from '../tenancy.ts';
import { platformTenantId } from './read.ts';

/** @throws FORBIDDEN in a clinic's own scope */
export function asPlatform(scope: TenantScope): TenantScope {
  if (scope.tenantId === platformTenantId) return scope;
  throw new CirceError('FORBIDDEN', 'Only the platform may do this.', { needs: 'platform_admin' });
}
