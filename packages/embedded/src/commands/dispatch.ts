import type { Answer } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { Binary, Double, isDoc, isNumeric, Long, type Doc } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Command, Context, Server } from './context.ts';
import { checked, type Fields } from '../fields.ts';
import { checkReadConcern } from './read-concern.ts';
import { lsidOf, type RetryRecord } from './sessions.ts';
import { commands } from './table.ts';
import { checkWriteConcern, unsatisfied, waitsForDisk } from './write-concern.ts';

/** What every command takes. */
const generic: Fields = {
  $db: 'any',
  lsid: 'any',
  $clusterTime: 'any',
  txnNumber: 'any',
  autocommit: 'any',
  startTransaction: 'any',
  stmtId: 'any',
  readConcern: 'object',
  writeConcern: 'object',
  $readPreference: 'any',
  maxTimeMS: 'number',
  maxTimeMSOpOnly: 'any',
  comment: 'any',
  apiVersion: 'any',
  apiStrict: 'any',
  apiDeprecationErrors: 'any',
  $audit: 'any',
  $client: 'any',
  $configServerState: 'any',
};

/** A command's own fields; those that it only names may have any value. */
function fieldsOf(name: string, { fields }: Command): Fields {
  const own = Array.isArray(fields)
    ? Object.fromEntries(fields.map((field: string) => [field, 'any' as const]))
    : (fields as Fields);
  return { ...generic, [name]: 'any', ...own };
}

const known = new Map([...commands].map(([name, command]) => [name, fieldsOf(name, command)]));

/** Answers one command. It never throws: what goes wrong is an answer too. */
export async function dispatch(
  server: Server,
  connection: number,
  body: Doc | MongoError,
): Promise<Record<string, Answer>> {
  if (body instanceof MongoError) return { ...errorAnswer(body), ...times(server) };
  const name = Object.keys(body)[0] ?? '';
  const command = commands.get(name);
  try {
    if (!command) return fail('CommandNotFound', `no such command: '${name}'`);
    checked(name, body, known.get(name) as Fields);
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
  const milliseconds = timeLimit(body);
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
  checkConcerns(name, command, body, transaction);
  try {
    const answer = await command.run(context);
    retry?.flush();
    if (!command.writes || transaction) return answer;
    const concern = body['writeConcern'] as Doc | undefined;
    if (waitsForDisk(concern)) await durable(server, name);
    return { ...answer, ...unsatisfied(concern) };
  } catch (error) {
    retry?.flush();
    if (transaction && lsid && name !== 'commitTransaction') server.sessions.abortOf(lsid, transaction);
    throw error;
  }
}

function timeLimit({ maxTimeMS: limit }: Doc): number {
  const milliseconds = isNumeric(limit) ? toNumber(limit) : 0;
  if (!Number.isInteger(milliseconds)) fail('FailedToParse', `maxTimeMS has a fraction: ${milliseconds}`);
  if (milliseconds < 0 || milliseconds > 0x7fffffff)
    fail('BadValue', `${milliseconds} value for maxTimeMS is out of range [0, 2147483647]`);
  return milliseconds;
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

function checkConcerns(
  name: string,
  command: Command,
  body: Doc,
  transaction: Transaction | undefined,
): void {
  const { readConcern, writeConcern } = body;
  if (isDoc(readConcern)) checkReadConcern(readConcern, transaction !== undefined);
  if (!isDoc(writeConcern)) return;
  if (!command.writes && !['abortTransaction', 'aggregate'].includes(name))
    fail('InvalidOptions', `Command ${name} does not support writeConcern`);
  checkWriteConcern(writeConcern);
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
