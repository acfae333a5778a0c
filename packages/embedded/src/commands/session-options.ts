import { fail } from '../errors.ts';
import { checked, type Checked, type Fields } from '../fields.ts';
import type { Doc } from '../bson/types.ts';
import type { Command } from './context.ts';

/** What a command says of its session: which one it is, and of which retryable write or transaction it is part. */
export interface SessionOptions {
  lsid: string | undefined;
  number: number | undefined;
  transaction: 'start' | 'continue' | undefined;
}

export const sessionFields = {
  lsid: 'object',
  txnNumber: 'long',
  autocommit: 'bool',
  startTransaction: 'bool',
} as const satisfies Fields;

export function sessionOptions(name: string, command: Command, body: Doc): SessionOptions {
  const { lsid, txnNumber, autocommit, startTransaction } = body as Checked<typeof sessionFields>;
  if (txnNumber && !lsid)
    fail('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  if (txnNumber?.isNegative()) fail('InvalidOptions', 'Transaction number cannot be negative');
  if (autocommit !== undefined && !txnNumber)
    fail('InvalidOptions', "'autocommit' field requires a transaction number to be provided as well");
  if (autocommit) fail('InvalidOptions', 'Specifying autocommit=true is not allowed.');
  if (startTransaction !== undefined && autocommit === undefined)
    fail('InvalidOptions', "'startTransaction' field requires 'autocommit' field to also be specified");
  if (startTransaction === false) fail('InvalidOptions', 'Specifying startTransaction=false is not allowed.');
  if (txnNumber && autocommit === undefined && !command.retryable)
    fail(
      'NotARetryableWriteCommand',
      `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${name} is not a retryable write command.`,
    );
  return {
    lsid: lsid && lsidOf(lsid),
    number: txnNumber?.toNumber(),
    transaction: autocommit === undefined ? undefined : startTransaction ? 'start' : 'continue',
  };
}

/** The server's own databases, which no transaction may touch. */
export const internal = ['admin', 'config', 'local'];

/** Refuses what may not be part of a transaction. */
export function checkTransactional(name: string, command: Command, db: string, first: boolean): void {
  const { inTransaction } = command;
  if (!inTransaction || (inTransaction !== true && first))
    fail(
      'OperationNotSupportedInTransaction',
      `Cannot run '${name}'${inTransaction ? ' as the first operation' : ''} in a multi-document transaction.`,
    );
  if (inTransaction === true && internal.includes(db))
    fail(
      'OperationNotSupportedInTransaction',
      `Cannot run command against the '${db}' database in a transaction.`,
    );
}

const idFields = { id: 'uuid', uid: 'any', txnNumber: 'any', txnUUID: 'any' } as const;
const UUID_BYTES = 16;

/** A session's identity as a key: the id, which is a UUID, in hex. */
export function lsidOf(session: Doc): string {
  const { id } = checked('LogicalSessionFromClient', session, idFields, ['id']);
  if (id.length() !== UUID_BYTES)
    fail('InvalidUUID', 'uuid must be a 16-byte binary field with UUID (4) subtype');
  return id.toString('hex');
}
