import { CommanderError } from 'commander';
import { isCirceError, type ErrorCode, type ErrorDetails } from '@paper-circe/core';
import { failureOf } from '@paper-circe/api';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';

const exitCodes: Partial<Record<string, number>> = {
  USAGE: 2,
  UNAUTHENTICATED: 3,
  FORBIDDEN: 3,
  NOT_FOUND: 4,
  CONFLICT_SLOT: 5,
  CONFLICT_DUPLICATE: 5,
  ILLEGAL_TRANSITION: 5,
  STALE: 5,
  VALIDATION: 6,
  RATE_LIMITED: 7,
} satisfies Partial<Record<ErrorCode | 'USAGE', number>>;

/** An error as `--json` shows it. */
interface Shown {
  /** One of the closed list, `INTERNAL`, `USAGE`, `UNREACHABLE` or `UNKNOWN`. */
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  /** What to tell support; empty where there was no request. */
  readonly requestId: string;
}

/** Says what went wrong, on standard error and with `--json` on standard output too. Answers the exit code. */
export function report(io: Io, error: unknown, json: boolean): number {
  const asked = error instanceof CommanderError;
  if (asked && error.exitCode === 0) return 0;
  const shown = shownOf(error);
  // Commander has said what is wrong with the words already.
  if (!asked) io.err(`circe: ${shown.message}${shown.requestId && ` (request ${shown.requestId})`}`);
  for (const other of furtherIssues(shown)) io.err(`       ${other}`);
  if (json) io.out(JSON.stringify({ error: shown }));
  return exitCodes[shown.code] ?? 1;
}

/** What else does not fit: the message names the first only. */
function furtherIssues({ code, details }: Shown): string[] {
  if (code !== 'VALIDATION') return [];
  const { issues } = details as ErrorDetails['VALIDATION'];
  return issues.slice(1, mostIssues).map(({ path, message }) => `${path || 'input'}: ${message}`);
}

const mostIssues = 10;

function shownOf(error: unknown): Shown {
  const bare = { details: {}, requestId: '' };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || error instanceof CommanderError)
    return { code: 'USAGE', message, ...bare };
  if (isCirceError(error)) return { code: error.code, message, details: error.details, requestId: '' };
  const failure = failureOf(error);
  if (failure) return failure;
  if (error instanceof Error && error.cause instanceof TypeError) {
    const { cause } = error.cause;
    const why = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
    return { code: 'UNREACHABLE', message: `The server does not answer${why}.`, ...bare };
  }
  return { code: 'UNKNOWN', message, ...bare };
}
