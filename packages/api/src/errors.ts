// The one place where errors become what callers see.
import { AsyncLocalStorage } from 'node:async_hooks';
import { CirceError, validation, type ErrorCode } from '@paper-circe/core';
import { TRPCError } from '@trpc/server';
import type { DefaultErrorShape } from '@trpc/server/unstable-core-do-not-import';
import { ZodError } from 'zod';
import type { Failure } from './shared/failure.ts';

/** The id of the request that is being answered, for errors that happen before it has a context. */
export const requestIds = new AsyncLocalStorage<string>();

export const trpcCodes = {
  NOT_FOUND: 'NOT_FOUND',
  VALIDATION: 'BAD_REQUEST',
  CONFLICT_SLOT: 'CONFLICT',
  CONFLICT_DUPLICATE: 'CONFLICT',
  ILLEGAL_TRANSITION: 'CONFLICT',
  QUOTA_EXCEEDED: 'FORBIDDEN',
  STALE: 'CONFLICT',
  FORBIDDEN: 'FORBIDDEN',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<ErrorCode, TRPCError['code']>;

/** What tRPC itself refuses, in our words: its own may repeat what was sent. */
const refused: Partial<Record<TRPCError['code'], string>> = {
  BAD_REQUEST: 'This request cannot be read.',
  PARSE_ERROR: 'This request cannot be read.',
  METHOD_NOT_SUPPORTED: 'This method is not for this procedure.',
  PAYLOAD_TOO_LARGE: 'This request is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'Send JSON.',
};

export function unauthenticated(message = 'Please sign in.'): CirceError<'UNAUTHENTICATED'> {
  return new CirceError('UNAUTHENTICATED', message, {});
}

export function forbidden(message: string, needs?: string): CirceError<'FORBIDDEN'> {
  return new CirceError('FORBIDDEN', message, needs === undefined ? {} : { needs });
}

export function invalid(path: string, message: string): CirceError<'VALIDATION'> {
  return new CirceError('VALIDATION', message, { issues: [{ path, message }] });
}

/** Whether tRPC has read an input that does not fit. */
export function isMisfit(error: unknown): error is TRPCError & { readonly cause: ZodError } {
  return error instanceof TRPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ZodError;
}

/**
 * The error of the closed list behind anything thrown, or undefined when it is a bug.
 * @param input what was sent, where it is known
 */
export function knownError(error: unknown, input?: unknown): CirceError | undefined {
  if (error instanceof CirceError) return error;
  if (!(error instanceof TRPCError)) return undefined;
  if (error.cause instanceof CirceError) return error.cause;
  if (isMisfit(error)) return validation(error.cause, input);
  if (error.code === 'NOT_FOUND') {
    return new CirceError('NOT_FOUND', 'This procedure does not exist.', { what: 'procedure' });
  }
  const message = refused[error.code];
  return message ? new CirceError('VALIDATION', message, { issues: [{ path: '', message }] }) : undefined;
}

/** Anything thrown as a tRPC error; its cause is the error of the closed list where there is one. */
export function asTrpcError(error: unknown, input?: unknown): TRPCError {
  const known = knownError(error, input);
  if (known) {
    // What tRPC refused keeps its own status: 405, 413 and 415 say more than 400.
    const code = error instanceof TRPCError && refused[error.code] ? error.code : trpcCodes[known.code];
    return new TRPCError({ code, message: known.message, cause: known });
  }
  return error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
}

export interface ErrorShape extends DefaultErrorShape {
  data: DefaultErrorShape['data'] & { circe: Failure };
}

/** The shape of an error as it is sent: message, code and details, and the request's id to tell support. */
export function shaped(
  error: unknown,
  shape: DefaultErrorShape,
  requestId = requestIds.getStore(),
): ErrorShape {
  const known = knownError(error);
  const id = requestId ?? '';
  const message = known?.message ?? 'Something went wrong on our side.';
  const circe = (
    known
      ? { code: known.code, message, details: known.details, requestId: id }
      : { code: 'INTERNAL', message, details: {}, requestId: id }
  ) as Failure;
  return { ...shape, message, data: { ...shape.data, circe } };
}
