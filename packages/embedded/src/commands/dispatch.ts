import type { Answer } from '../bson/encode.ts';
import { wholeNumber } from '../bson/whole.ts';
import { Binary, Double, isDoc, Long, type Doc } from '../bson/types.ts';
import { fail, MongoError, ofDisk } from '../errors.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Client, Command, Context, Server } from './context.ts';
import { checkApiVersion } from './api-version.ts';
import { checkReadConcern } from './read-concern.ts';
import { checkCommand } from './check-command.ts';
import { checkDatabaseName } from './namespace.ts';
import { checkTransactional, sessionOptions, type SessionOptions } from './session-options.ts';
import type { RetryRecord } from './sessions.ts';
import { checkWriteConcern, unsatisfied, waitsForDisk } from './write-concern.ts';

/** Answers one command. It never throws: what goes wrong is an answer too. */
export async function dispatch(
  server: Server,
  client: Client,
  body: Doc | MongoError,
): Promise<Record<string, Answer>> {
  if (body instanceof MongoError) return { ...errorAnswer(body), ...times(server) };
  const name = Object.keys(body)[0] ?? '';
  const command = server.commands.get(name);
  const { counts } = server;
  counts.operation(name, body);
  counts.active++;
  if (command?.writes) counts.writing++;
  try {
    if (!command) return fail('CommandNotFound', `no such command: '${name}'`);
    checkCommand(name, command, body);
    return { ...(await run(server, client, name, body, command)), ok: new Double(1), ...times(server) };
  } catch (error) {
    counts.failed++;
    return { ...errorAnswer(error), ...times(server) };
  } finally {
    counts.active--;
    if (command?.writes) counts.writing--;
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
  client: Client,
  name: string,
  body: Doc,
  command: Command,
): Promise<Record<string, Answer>> {
  const db = databaseOf(name, body);
  checkApiVersion(name, body);
  const options = sessionOptions(name, command, body);
  if (options.transaction) checkTransactional(name, command, db, options.transaction === 'start');
  if (command.admin && db !== 'admin')
    fail('Unauthorized', `${name} may only be run against the admin database.`);
  checkConcerns(name, command, body, options);
  const milliseconds = timeLimit(body);
  const deadline = milliseconds > 0 ? performance.now() + milliseconds : undefined;
  const { transaction, retry } = await openSession(server, command, options);
  const context: Context = {
    server,
    client,
    db,
    name,
    body,
    lsid: options.lsid,
    transaction,
    retry,
    now: server.clock(),
    clusterTime: server.time(),
    deadline,
    data: transaction ?? server.store,
    writtenSince: undefined,
  };
  const { undone } = server.store.group;
  try {
    const answer = await command.run(context);
    retry?.flush();
    if (!command.writes || transaction) return answer;
    const concern = body['writeConcern'] as Doc | undefined;
    if (waitsForDisk(concern)) await durable(context, command.retryable ? context.writtenSince : undone);
    return { ...answer, ...unsatisfied(concern) };
  } catch (error) {
    retry?.flush();
    if (transaction) server.sessions.abortOf(options.lsid as string, transaction);
    throw error;
  }
}

const MOST_TIME = 0x7fffffff;

function timeLimit({ maxTimeMS: limit }: Doc): number {
  const time = limit === undefined ? 0n : wholeNumber('maxTimeMS', limit, 'FailedToParse');
  const allowed = time < 0n ? '>= 0' : `<= ${MOST_TIME}`;
  return time >= 0n && time <= MOST_TIME
    ? Number(time)
    : fail('BadValue', `BSON field 'maxTimeMS' value must be ${allowed}, actual value '${time}'`);
}

/**
 * Waits for the disk. A commit that did not get there may be tried again: the transaction is gone by then.
 */
async function durable({ server, client, name }: Context, since: number | undefined): Promise<void> {
  try {
    await server.store.group.durable(since, client.isHere && server.counts.writing === 1);
  } catch (error) {
    // Trying again at once, where the disk takes nothing, would only keep everybody waiting.
    const mayWork = error instanceof MongoError && !ofDisk.has(error.codeName);
    if (name === 'commitTransaction' && mayWork) error.labels.push('UnknownTransactionCommitResult');
    throw error;
  }
}

function databaseOf(name: string, { $db: db, [name]: collection }: Doc): string {
  if (typeof db !== 'string') return fail(40414, `BSON field '${name}.$db' is missing but a required field`);
  checkDatabaseName(db, typeof collection === 'string' ? collection : undefined);
  return db;
}

function checkConcerns(
  name: string,
  command: Command,
  { readConcern, writeConcern }: Doc,
  options: SessionOptions,
): void {
  if (isDoc(readConcern)) checkReadConcern(name, command, readConcern, options);
  if (!isDoc(writeConcern)) return;
  if (!command.writes && name !== 'aggregate')
    fail('InvalidOptions', `Command ${name} does not support writeConcern`);
  if (options.transaction && command.inTransaction !== 'ending')
    fail('InvalidOptions', 'writeConcern is not allowed within a multi-statement transaction');
  checkWriteConcern(writeConcern);
}

async function openSession(
  { sessions }: Server,
  { inTransaction }: Command,
  { lsid, number, transaction }: SessionOptions,
): Promise<{ transaction?: Transaction; retry?: RetryRecord }> {
  if (!lsid) return {};
  if (number === undefined) sessions.use(lsid);
  else if (!transaction) return { retry: sessions.retryable(lsid, number) };
  else if (transaction === 'start') return { transaction: await sessions.start(lsid, number) };
  else if (inTransaction !== 'ending') return { transaction: sessions.current(lsid, number) };
  return {};
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
