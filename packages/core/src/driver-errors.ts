import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { CirceError } from './errors.ts';

/** Turns the driver's way of saying "I cannot reach it" into ours, and leaves everything else as it is. */
export function translated(error: unknown): unknown {
  const unreachable =
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    (error instanceof MongoError && error.name === 'MongoOperationTimeoutError');
  if (!unreachable) return error;
  return new CirceError(
    'UNAVAILABLE',
    'The database does not answer. Please try again in a moment.',
    {},
    error,
  );
}

/** The index whose unique key a write broke, or undefined when the error is of another kind. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof MongoServerError) || error.code !== 11000) return undefined;
  return /index: (\S+)/.exec(error.message)?.[1] ?? '';
}
