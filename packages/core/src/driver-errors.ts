import { MongoError, MongoNetworkError, MongoServerError } from 'mongodb';
import { CirceError } from './errors.ts';

/** What the driver calls it when there is nobody to talk to, or no answer in time. */
const unreachable = new Set([
  'MongoServerSelectionError',
  'MongoOperationTimeoutError',
  'MongoWaitQueueTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoServerClosedError',
]);

/** What a server answers that is not the primary any more, shuts down, or took too long; from its error codes. */
const passing = new Set([
  6, 7, 24, 50, 89, 91, 112, 133, 189, 225, 251, 262, 290, 9001, 10107, 11600, 11602, 13435, 13436,
]); // prettier-ignore

/** Labels by which a server or the driver says that the same thing may work in a moment. */
const labels = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError'];

/** OutOfDiskSpace, as a server says it; nothing of what was asked for is written then. */
const noRoom = 14031;

/** FileStreamFailed, as the embedded server says it of a disk that has become read-only or has failed. */
const noDisk = 39;

/** Unauthorized: it is said to a user without the right, and to whoever names none. */
const unauthorized = 13;

/** Turns every way of saying "not now" into ours, and leaves everything else as it is. */
export function translated(error: unknown): unknown {
  if (error instanceof MongoServerError && error.code === noRoom) {
    const message = 'The disk of the database is full, and this was not written. Make room there.';
    return new CirceError('UNAVAILABLE', message, {}, error);
  }
  if (error instanceof MongoServerError && error.code === noDisk) {
    const message =
      'The disk of the database cannot be written: it is read-only or has failed. What is there can still be read.';
    return new CirceError('UNAVAILABLE', message, {}, error);
  }
  if (error instanceof MongoServerError && error.code === unauthorized) {
    const message =
      'The database refuses this to the user of its address, or to an address without one: he needs readWrite there.';
    return new CirceError('UNAVAILABLE', message, {}, error);
  }
  if (!isNotNow(error)) return error;
  return new CirceError(
    'UNAVAILABLE',
    'The database does not answer. Please try again in a moment.',
    {},
    error,
  );
}

/** Whether an error of ours says that the disk of the database takes no writes: what is there can be read. */
export function isOfDisk(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof MongoServerError && (cause.code === noRoom || cause.code === noDisk);
}

/** Whether an error says that the database is not there, or not now. */
export function isNotNow(error: unknown): boolean {
  // The driver passes on what a socket says when a connection breaks while it is written to.
  if (!(error instanceof MongoError)) return error instanceof Error && 'syscall' in error;
  if (duplicateIndex(error) !== undefined) return false;
  return (
    error instanceof MongoNetworkError ||
    unreachable.has(error.name) ||
    (error instanceof MongoServerError && passing.has(Number(error.code))) ||
    labels.some((label) => error.hasErrorLabel(label))
  );
}

/** The index whose unique key a write broke, or undefined when the error is of another kind. */
export function duplicateIndex(error: unknown): string | undefined {
  if (!(error instanceof MongoServerError) || error.code !== 11000) return undefined;
  return /index: (\S+)/.exec(error.message)?.[1] ?? '';
}
