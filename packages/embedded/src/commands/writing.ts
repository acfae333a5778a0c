import { bytesOf } from '../bson/decode.ts';
import { encode, Raw, type Answer } from '../bson/encode.ts';
import { MAX_DOCUMENT } from '../bson/limits.ts';
import { BSONRegExp, isDoc, isNumeric, namesOf, ObjectId, put, type Doc, type Value } from '../bson/types.ts';
import { toNumber } from '../bson/numbers.ts';
import { fail, MongoError, ofDisk } from '../errors.ts';
import { references } from '../expression/compile.ts';
import { Blocked } from '../storage/writer.ts';
import type { Collection } from '../storage/catalogue.ts';
import { noteWrite, collectionName, type Context } from './context.ts';
import { Slices } from './cursor.ts';
import type { Fields } from '../fields.ts';
import { isUnacknowledged } from './write-concern.ts';

/** What the commands that write have in common. */

/** Runs a write until no transaction's lock is in its way. The action starts over each time. */
export async function whenFree<R>(context: Context, action: () => Promise<R> | R): Promise<R> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      context.retry?.flush();
      await until(error.holder.ended, context.deadline);
    }
  }
}

/** What a retry must know of the statements so far goes to the disk with them: others may commit while it pauses. */
export const slicesOf = (context: Context): Slices =>
  new Slices(context.deadline, () => context.retry?.flush());

/** Waits for something, at most until a deadline. */
export async function until(ended: Promise<unknown>, deadline: number | undefined): Promise<void> {
  if (deadline === undefined) return void (await ended);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new MongoError('MaxTimeMSExpired', 'operation exceeded time limit')),
      Math.max(0, deadline - performance.now()),
    );
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A document as it is stored: with its _id, which comes first. */
export function withId(doc: Doc): Doc {
  const names = namesOf(doc);
  const id = doc['_id'];
  if (id !== undefined) checkId(id);
  if (names[0] === '_id') return doc;
  const ordered: Doc = { _id: id === undefined ? new ObjectId() : id };
  for (const name of names) if (name !== '_id') put(ordered, name, doc[name] as Value);
  return ordered;
}

function checkId(id: Value): void {
  if (Array.isArray(id)) fail('InvalidIdField', "The '_id' value cannot be of type array");
  if (id instanceof BSONRegExp) fail('InvalidIdField', "The '_id' value cannot be of type regex");
  const names = isDoc(id) ? Object.keys(id) : [];
  const isReference = names[0] === '$ref' && names[1] === '$id';
  const dollar = names.find((name) => name.startsWith('$') && !(isReference && references.includes(name)));
  if (dollar !== undefined)
    fail(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
}

export function encodeChecked(doc: Doc): Buffer {
  const body = bytesOf(doc);
  if (body.length > MAX_DOCUMENT)
    fail(
      'BSONObjectTooLarge',
      `object to insert too large. size in bytes: ${body.length}, max size: ${MAX_DOCUMENT}`,
    );
  return body;
}

/** A document with its bytes. */
export interface Version {
  readonly doc: Doc;
  readonly body: Buffer;
}

export function insertDocument(context: Context, collection: Collection, given: Doc): Version {
  const doc = withId(given);
  const body = encodeChecked(doc);
  context.data.insert(collection, doc, body);
  noteWrite(context);
  return { doc, body };
}

/** What the commands are that write documents. */
export const writing = { inTransaction: true, retryable: true, writes: true } as const;

/** What insert, update and delete all take. */
export const writeFields = {
  ordered: 'bool',
  bypassDocumentValidation: 'flag',
  stmtIds: 'array',
} as const satisfies Fields;

/** The statements of a command. */
export interface Statements<Statement, Counts> {
  /** Where they stand. */
  readonly name: string;
  readonly read: (statement: Doc) => Statement;
  /** Does one, and counts what it did. */
  readonly once: (
    context: Context,
    statement: Statement,
    counts: Counts,
    number: number,
    index: number,
  ) => Promise<void>;
}

/** Runs a command's statements one after the other, once all are read; what goes wrong in one is in the answer. */
export async function runStatements<Statement, Counts extends Record<string, Answer>>(
  context: Context,
  { name, read, once }: Statements<Statement, Counts>,
  counts: Counts,
): Promise<Record<string, Answer>> {
  collectionName(context);
  const slices = slicesOf(context);
  const given = statementsOf(context, name);
  const statements: Statement[] = [];
  // By their numbers: V8 would compile this anew again and again for an iterator that is left for a pause.
  for (let index = 0; index < given.length; index++) {
    if (slices.due) await slices.pause();
    statements.push(read(given[index] as Doc));
  }
  // Each is encoded at once: of tens of thousands the answer would take long.
  const writeErrors: Raw[] = [];
  for (let index = 0; index < statements.length; index++) {
    if (slices.due) await slices.pause();
    try {
      await once(context, statements[index] as Statement, counts, statementNumber(context, index), index);
    } catch (error) {
      writeErrors.push(new Raw(encode({ index, ...statementError(context, error) })));
      if (context.body['ordered'] !== false || context.transaction) break;
    }
  }
  if (isUnacknowledged(context.body['writeConcern'] as Doc | undefined)) return { n: 0 };
  return writeErrors.length ? { ...counts, writeErrors } : counts;
}

const fatal: ReadonlySet<string> = new Set(['MaxTimeMSExpired', 'InternalError', 'Interrupted', ...ofDisk]);

/** What the answer says of a failed statement; an error that is none of a statement's goes on as it is. */
function statementError(context: Context, error: unknown): Record<string, Answer> {
  if (!(error instanceof MongoError) || error.labels.length > 0 || fatal.has(error.codeName)) throw error;
  if (context.transaction && context.lsid) context.server.sessions.abortOf(context.lsid, context.transaction);
  return { code: error.code, errmsg: error.message, ...(error.extra as Record<string, Answer>) };
}

/** The number by which a retry knows a statement. */
export function statementNumber(context: Context, index: number): number {
  const ids = context.body['stmtIds'];
  const first = context.body['stmtId'];
  const own = Array.isArray(ids) ? ids[index] : undefined;
  if (isNumeric(own)) return toNumber(own);
  return index + (isNumeric(first) ? toNumber(first) : 0);
}

const MOST_STATEMENTS = 100_000;

function statementsOf(context: Context, name: string): Doc[] {
  const list = context.body[name] as Doc[] | undefined;
  if (!list) return fail(40414, `BSON field '${context.name}.${name}' is missing but a required field`);
  if (list.length === 0 || list.length > MOST_STATEMENTS)
    fail(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${list.length} operations.`,
    );
  return list;
}
