import type { ErrorCode, ErrorDetails } from '@paper-circe/core';

/** Each error of the closed list as a caller sees it, and the one for what is a bug of ours. */
export type Failure<Code extends ErrorCode | 'INTERNAL' = ErrorCode | 'INTERNAL'> = {
  [One in Code]: {
    readonly code: One;
    /** A sentence for whoever sits at the desk. */
    readonly message: string;
    readonly details: One extends ErrorCode ? ErrorDetails[One] : Record<never, never>;
    /** What to tell support; empty where there was no request. */
    readonly requestId: string;
  };
}[Code];

/**
 * What went wrong, whichever way an error came: thrown by core, by a caller in this process, or received by the
 * client. Undefined when it is none of ours, such as a lost connection.
 */
export function failureOf(error: unknown): Failure | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, code, message, details, cause, data } = error as Record<string, unknown>;
  if (name === 'CirceError') return { code, message, details, requestId: '' } as Failure;
  if (typeof data === 'object' && data !== null && 'circe' in data) return data.circe as Failure;
  return name === 'TRPCError' ? failureOf(cause) : undefined;
}
