// The typed client. It has the types of the router and none of its code.
import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '@paper-circe/core';
import type { TenantRouter } from '../root.ts';
import { failureOf, type Failure } from '../shared/failure.ts';

export type { PlatformRouter, TenantRouter } from '../root.ts';
export { failureOf, type Failure } from '../shared/failure.ts';
export {
  createClient,
  createPlatformClient,
  type Client,
  type ClientOptions,
  type PlatformClient,
} from './create.ts';
export { callByName, type Call } from './by-name.ts';
export type { Asked } from './links.ts';

/** An error of the closed list as it arrives at the client. */
export type CirceClientError<Code extends ErrorCode | 'INTERNAL'> = TRPCClientError<TenantRouter> & {
  readonly data: { readonly circe: Failure<Code> };
};

/** Whether a call was answered with an error of ours, of one code where one is given; narrows its details. */
export function isCirceError<Code extends ErrorCode | 'INTERNAL'>(
  error: unknown,
  code?: Code,
): error is CirceClientError<Code> {
  if (!(error instanceof TRPCClientError)) return false;
  const failure = failureOf(error);
  return failure !== undefined && (code === undefined || failure.code === code);
}
