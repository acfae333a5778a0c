import type { ErrorCode } from '@paper-circe/core';
import { knownError } from './errors.ts';

/** A procedure that was called, over HTTP or in this process, and how it ended. */
export interface Called {
  /** Such as `bookings.book`; only procedures that exist are told of. */
  readonly procedure: string;
  readonly code: 'OK' | ErrorCode | 'INTERNAL';
  /** Until the answer was there; of a subscription until it began. */
  readonly seconds: number;
}

const listeners = new Set<(called: Called) => void>();

/** Calls back after each call of a procedure in this process, until the returned function is called. */
export function onCalled(listener: (called: Called) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

interface Result {
  readonly ok: boolean;
  readonly error?: unknown;
}

/** Runs a procedure and tells how long it took. */
export async function measured<Answer extends Result>(
  procedure: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  if (listeners.size === 0) return run();
  const begun = performance.now();
  const tell = (code: Called['code']) => {
    const seconds = (performance.now() - begun) / 1000;
    for (const listener of listeners) listener({ procedure, code, seconds });
  };
  try {
    const result = await run();
    tell(result.ok ? 'OK' : codeOf(result.error));
    return result;
  } catch (error) {
    tell(codeOf(error));
    throw error;
  }
}

function codeOf(error: unknown): Called['code'] {
  return knownError(error)?.code ?? 'INTERNAL';
}
