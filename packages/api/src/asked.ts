import { CirceError, dryRun, once, type TenantScope } from '@paper-circe/core';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';

/** What a request asks of its mutations beside having them done. */
export interface Asked {
  readonly idempotencyKey: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Reads it from the headers of a request.
 * @throws VALIDATION when a dry run is neither asked for nor not, or a key stands for several calls
 */
export function askedBy({ headers, url }: Request): Asked {
  const idempotencyKey = headers.get(idempotencyHeader) ?? undefined;
  const tried = headers.get(dryRunHeader) ?? '0';
  if (tried !== '1' && tried !== '0') throw refused(dryRunHeader, 'Say 1 or 0.');
  // A comma parts the procedures of a batch, and a key stands for one thing that is done.
  if (idempotencyKey !== undefined && /,|%2c/i.test(new URL(url).pathname))
    throw refused(idempotencyHeader, 'A key is for one call, and not for a batch.');
  return { idempotencyKey, dryRun: tried === '1' };
}

/**
 * The same clinic with what a request asked for.
 * @throws VALIDATION when the idempotency key is none
 */
export function asking(clinic: TenantScope, { idempotencyKey, dryRun: tried }: Asked): TenantScope {
  const keyed = idempotencyKey === undefined ? clinic : once(clinic, idempotencyKey);
  return tried ? dryRun(keyed) : keyed;
}

/** For what stands in no audit and joins no transaction, such as signing in: it cannot be taken back. */
export function notToBeTried(): CirceError<'VALIDATION'> {
  return refused(dryRunHeader, 'This cannot be tried, only done.');
}

function refused(path: string, message: string): CirceError<'VALIDATION'> {
  return new CirceError('VALIDATION', `${path}: ${message}`, { issues: [{ path, message }] });
}
