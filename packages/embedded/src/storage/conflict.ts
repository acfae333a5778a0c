import { MongoError } from '../errors.ts';
import type { Ending } from './group.ts';

/** The second writer of a document or a unique key. */
export class WriteConflict extends MongoError {
  readonly holder: Ending | undefined;
  constructor(holder: Ending | undefined) {
    super(
      'WriteConflict',
      'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
    );
    this.labels.push('TransientTransactionError');
    this.holder = holder;
  }
}

/** An error after which the whole transaction may be tried again. */
export function conflict(code: 'SnapshotUnavailable' | 'LockTimeout', message: string): MongoError {
  const error = new MongoError(code, message);
  error.labels.push('TransientTransactionError');
  return error;
}
