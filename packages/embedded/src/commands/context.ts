import { fieldsOf, isDoc, type Binary, type Doc, type Timestamp, type Value } from '../bson/types.ts';
import type { Answer } from '../bson/encode.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkVariable, compile, type Environment } from '../expression/compile.ts';
import { scopeOf } from '../expression/scope.ts';
import { environmentAt } from '../expression/environment.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import type { MatchOptions } from '../query/match.ts';
import type { Memory } from '../query/sorted.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { Store } from '../storage/store.ts';
import type { Writer } from '../storage/writer.ts';
import type { Transaction } from '../storage/transaction.ts';
import { parseCollation } from '../query/collation.ts';
import type { Cursors } from './cursor.ts';
import type { Fields } from '../fields.ts';
import { checkCollectionName, checkNewName } from './namespace.ts';
import type { Counts } from './counts.ts';
import type { RetryRecord, Sessions } from './sessions.ts';

export interface Server {
  readonly store: Store;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  readonly clock: () => Date;
  readonly commands: ReadonlyMap<string, Command>;
  /** Where it listens, as hello tells it. */
  address: string;
  readonly startedAt: number;
  readonly counts: Counts;
  /** How many bytes one sort or group may hold in memory. */
  readonly memory: number;
  /** The logical time of now. */
  time(): Timestamp;
  /** How many clients are connected. */
  connections(): number;
}

/** Who is at the other end of a connection. */
export interface Client {
  /** The number of the connection. */
  readonly id: number;
  readonly uuid: Binary;
  readonly address: string;
  /** Whether it has gone away, so that nobody waits for what it has asked. */
  gone?: boolean;
  /** Whether it runs in the server's own process: what others ask there arrives before an answer could. */
  readonly isHere?: boolean;
}

/** To be called when a document was written: what was undone before that was none of this command's. */
export function noteWrite(context: Context): void {
  context.writtenSince ??= context.server.store.group.undone;
}

/** One command on its way: what was asked, by whom, and what it reads and writes. */
export interface Context {
  readonly server: Server;
  readonly client: Client;
  readonly db: string;
  readonly name: string;
  readonly body: Doc;
  readonly lsid: string | undefined;
  readonly transaction: Transaction | undefined;
  readonly retry: RetryRecord | undefined;
  readonly now: Date;
  readonly clusterTime: Timestamp;
  readonly deadline: number | undefined;
  /** The transaction, or the latest state. */
  readonly data: Writer;
  /** How many groups had been undone when it wrote its first document. */
  writtenSince: number | undefined;
}

export interface Command {
  run(context: Context): Promise<Record<string, Answer>> | Record<string, Answer>;
  /** The fields it takes beside those that every command takes, and what they may be. */
  fields: Fields;
  required?: readonly string[];
  /** What MongoDB calls it where it speaks of its fields, if not by its name. */
  struct?: string;
  /** Whether it lets fields be that it does not know. */
  lenient?: boolean;
  /** Whether it runs on the database admin only. */
  admin?: boolean;
  /** Whether it may run inside a transaction: always, only after another command, or as its end. */
  inTransaction?: boolean | 'later' | 'ending';
  /** Whether a retry of it is recognised. */
  retryable?: boolean;
  /** Whether it takes a level of read concern. */
  reads?: boolean;
  writes?: boolean;
}

export function collectionName(context: Context, field: string = context.name): string {
  const name = context.body[field];
  if (typeof name !== 'string')
    return fail('InvalidNamespace', `collection name has invalid type ${typeName(name)}`);
  checkCollectionName(context.db, name);
  // Nothing of the kind is kept as a collection, and an empty answer would pass for an empty log.
  if (context.db === 'local' && name.startsWith('oplog.'))
    fail('Unauthorized', `not authorized on local to execute command ${context.name}`);
  return name;
}

export function collectionOf(context: Context, field?: string): Collection | undefined {
  return known(context, collectionName(context, field));
}

export const known = (context: Context, name: string): Collection | undefined =>
  context.data.collection(context.db, name);

/** The collection to write to, made when it is not there. */
export function collectionToWrite(context: Context): Collection {
  const name = collectionName(context);
  return known(context, name) ?? createCollection(context, name);
}

export function createCollection(context: Context, name: string): Collection {
  checkNewName(context.db, name);
  checkCase(context);
  return context.data.createCollection(context.db, name, {});
}

/** MongoDB keeps databases in files, whose names some systems take alike whatever their case. */
function checkCase({ db, server }: Context): void {
  const alike = server.store.catalogue
    .databases()
    .find((other) => other !== db && other.toLowerCase() === db.toLowerCase());
  if (alike !== undefined)
    fail(
      'DatabaseDifferCase',
      `db already exists with different case already have: [${alike}] trying to create [${db}]`,
    );
}

/** What the expressions of a command are compiled with. */
export function environmentOf(
  context: Context,
  collation: Value | undefined = context.body['collation'],
): Environment {
  const variables = context.body['let'];
  return environmentAt(
    context,
    parseCollation(collation),
    isDoc(variables) ? Object.keys(variables).map(letName) : [],
  );
}

function letName(name: string): string {
  if (name === 'NOW' || name === 'CLUSTER_TIME') fail(4738901, `'${name}' is not a name for a variable`);
  return checkVariable(name);
}

/** The values of a command's `let`. */
export function variablesOf(context: Context): Map<string, Value | undefined> {
  const given = context.body['let'];
  const variables = new Map<string, Value | undefined>();
  if (!isDoc(given)) return variables;
  for (const [name, value] of fieldsOf(given)) {
    const before = environmentAt(context, undefined, variables.keys());
    const expression = compile(value, { ...before, timeless: true, documentless: true });
    variables.set(letName(name), expression(scopeOf({}, variables)));
  }
  return variables;
}

/** The same where $$NOW is not known: in the filters of counts and lists. */
export const timelessOptions = (context: Context): MatchOptions =>
  matchOptions(context, { ...environmentOf(context), timeless: true });

/** What a command may hold in memory; it goes on in a temporary file unless it was told not to. */
export const memoryOf = ({ server, body }: Context): Memory => ({
  bytes: server.memory,
  disk: body['allowDiskUse'] !== false,
});

export function matchOptions(
  context: Context,
  environment: Environment = environmentOf(context),
): MatchOptions {
  const variables = variablesOf(context);
  return { strings: environment.strings, expression: compileExpressionFilter(environment, () => variables) };
}
