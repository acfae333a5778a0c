import type { Answer } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { Binary, Double, isDoc, isNumeric, Long, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Command, Context, Server } from './context.ts';
import { lsidOf, type RetryRecord } from './sessions.ts';
import { commands } from './table.ts';

/** What every command takes. */
const generic = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'readConcern',
  'writeConcern',
  '$readPreference',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$audit',
  '$client',
  '$configServerState',
]);

/** Answers one command. It never throws: what goes wrong is an answer too. */
export async function dispatch(
  server: Server,
  connection: number,
  body: Doc,
): Promise<Record<string, Answer>> {
  const name = Object.keys(body)[0] ?? '';
  const command = commands.get(name);
  try {
    if (!command) return fail('CommandNotFound', `no such command: '${name}'`);
    for (const field of Object.keys(body)) {
      if (field !== name && !generic.has(field) && !command.fields.includes(field))
        fail(40415, `BSON field '${name}.${field}' is an unknown field.`);
    }
    return { ...(await run(server, connection, name, body, command)), ok: new Double(1), ...times(server) };
  } catch (error) {
    return { ...errorAnswer(error), ...times(server) };
  }
}

const noHash = new Binary(Buffer.alloc(20), 0);

function times(server: Server): Record<string, Answer> {
  const operationTime = server.time();
  return {
    $clusterTime: { clusterTime: operationTime, signature: { hash: noHash, keyId: Long.ZERO } },
    operationTime,
  };
}

async function run(
  server: Server,
  connection: number,
  name: string,
  body: Doc,
  command: Command,
): Promise<Record<string, Answer>> {
  const db = body['$db'];
  if (typeof db !== 'string') return fail(40414, `BSON field '${name}.$db' is missing but a required field`);
  if (db === '' || /[\0./\\" $]/.test(db)) fail('InvalidNamespace', `Invalid database name: '${db}'`);
  const lsid = lsidOf(body['lsid']);
  const { transaction, retry } = await openSession(server, name, body, command, lsid);
  const limit = body['maxTimeMS'];
  if (limit !== undefined && (!isNumeric(limit) || toNumber(limit) < 0))
    fail('BadValue', 'maxTimeMS must be a non-negative number');
  const milliseconds = isNumeric(limit) ? toNumber(limit) : 0;
  const context: Context = {
    server,
    connection,
    db,
    name,
    body,
    lsid,
    transaction,
    retry,
    now: server.clock(),
    deadline: milliseconds > 0 ? performance.now() + milliseconds : undefined,
    data: transaction ?? server.store,
  };
  checkConcerns(body, transaction);
  try {
    const answer = await command.run(context);
    retry?.flush();
    if (command.writes && !transaction && isWaiting(body['writeConcern'])) await durable(server, name);
    return command.writes && !transaction ? { ...answer, ...unsatisfied(body['writeConcern']) } : answer;
  } catch (error) {
    retry?.flush();
    if (transaction && lsid && name !== 'commitTransaction') server.sessions.abortOf(lsid, transaction);
    throw error;
  }
}

/** More members than there are: the write is done, and its answer says that it is not as safe as was asked. */
function unsatisfied(concern: Value | undefined): Record<string, Answer> {
  const w = isDoc(concern) ? concern['w'] : undefined;
  if (!isNumeric(w) || toNumber(w) <= 1) return {};
  const codeName = 'UnsatisfiableWriteConcern';
  return { writeConcernError: { code: 100, codeName, errmsg: 'Not enough data-bearing nodes' } };
}

/** Waits for the disk. A commit that did not get there may be tried again: the transaction is gone by then. */
async function durable(server: Server, name: string): Promise<void> {
  try {
    await server.store.group.durable();
  } catch (error) {
    if (name === 'commitTransaction' && error instanceof MongoError)
      error.labels.push('UnknownTransactionCommitResult');
    throw error;
  }
}

/** Whether a write is acknowledged only when it is on disk: always, unless the client says that it does not care. */
function isWaiting(concern: Value | undefined): boolean {
  if (!isDoc(concern)) return true;
  const { w, j } = concern;
  return !(isNumeric(w) && toNumber(w) === 0) && j !== false;
}

function checkConcerns(body: Doc, transaction: Transaction | undefined): void {
  const concern = body['writeConcern'];
  if (isDoc(concern)) {
    const { w } = concern;
    if (typeof w === 'string' && w !== 'majority')
      fail(79, `No write concern mode named '${w}' found in replica set configuration`);
  }
  const level = isDoc(body['readConcern']) ? body['readConcern']['level'] : undefined;
  if (level === undefined) return;
  if (
    typeof level !== 'string' ||
    !['local', 'available', 'majority', 'linearizable', 'snapshot'].includes(level)
  )
    fail(
      'FailedToParse',
      `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`,
    );
  if (level === 'snapshot' && !transaction)
    fail('InvalidOptions', 'read concern snapshot outside of a transaction is not supported');
}

async function openSession(
  server: Server,
  name: string,
  body: Doc,
  command: Command,
  lsid: string | undefined,
): Promise<{ transaction: Transaction | undefined; retry: RetryRecord | undefined }> {
  const number = body['txnNumber'];
  const inTransaction = body['autocommit'] !== undefined;
  if (number === undefined) {
    if (inTransaction)
      fail('InvalidOptions', "'autocommit' field requires a transaction number to be provided as well");
    if (lsid) server.sessions.use(lsid);
    return { transaction: undefined, retry: undefined };
  }
  if (!lsid) return fail('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  const value = number instanceof Long || isNumeric(number) ? toNumber(number) : NaN;
  if (!(value >= 0)) fail('InvalidOptions', 'Transaction number cannot be negative');
  if (!inTransaction)
    return {
      transaction: undefined,
      retry: command.retryable ? server.sessions.retryable(lsid, value) : undefined,
    };
  if (body['autocommit'] !== false) fail('InvalidOptions', "the 'autocommit' field may only be false");
  if (name === 'commitTransaction' || name === 'abortTransaction')
    return { transaction: undefined, retry: undefined };
  if (!command.inTransaction)
    fail('OperationNotSupportedInTransaction', `Cannot run '${name}' in a multi-document transaction.`);
  const transaction =
    body['startTransaction'] === true
      ? await server.sessions.start(lsid, value)
      : server.sessions.current(lsid, value);
  return { transaction, retry: undefined };
}

export function errorAnswer(error: unknown): Record<string, Answer> {
  const known =
    error instanceof MongoError
      ? error
      : new MongoError(
          'InternalError',
          error instanceof Error
            ? `${error.message} (${(error.stack ?? '').split('\n')[1]?.trim() ?? ''})`
            : String(error),
        );
  return {
    ...(known.labels.length ? { errorLabels: known.labels } : {}),
    ok: new Double(0),
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...(known.extra as Record<string, Answer>),
  };
}
