import { dryRun, once, type TenantScope } from '@paper-circe/core';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';

/** What a request asks of its mutations beside having them done. */
export interface Asked {
  readonly idempotencyKey: string | undefined;
  readonly dryRun: boolean;
}

export function askedBy(headers: Headers): Asked {
  const idempotencyKey = headers.get(idempotencyHeader) ?? undefined;
  return { idempotencyKey, dryRun: headers.get(dryRunHeader) === '1' };
}

/**
 * The same clinic with what a request asked for.
 * @throws VALIDATION when the idempotency key is none
 */
export function asking(clinic: TenantScope, { idempotencyKey, dryRun: tried }: Asked): TenantScope {
  const keyed = idempotencyKey === undefined ? clinic : once(clinic, idempotencyKey);
  return tried ? dryRun(keyed) : keyed;
}
