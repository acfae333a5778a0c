// What happens in the database, in its order, as a backup and the log write it down.
import { BSON, MongoServerError, type ChangeStream, type Document as Bson, type Timestamp } from 'mongodb';
import type { Database } from '../connection.ts';

/** One change of one document or collection. */
export interface Change {
  readonly op: 'insert' | 'replace' | 'update' | 'delete' | 'drop' | 'rename';
  readonly collection: string;
  /** The changed document's `_id`. */
  readonly id?: unknown;
  /** Of an insert and a replace. */
  readonly document?: Bson;
  /** Of an update, by path. */
  readonly set?: Bson;
  readonly unset?: readonly string[];
  readonly cut?: readonly { readonly field: string; readonly newSize: unknown }[];
  /** Of a rename. */
  readonly to?: string;
  /** The database's own time, which the changes of one transaction share. */
  readonly time: Timestamp;
  readonly wall: Date;
}

/** Where to go on in a stream. */
export type Place = Readonly<Record<string, unknown>>;

/** The changes of the database, one after the other. */
export interface Changes {
  /** The next change, or undefined when there has been none for a moment. */
  next(): Promise<Change | undefined>;
  /** Behind the last change that was given. */
  place(): Place;
  close(): Promise<void>;
}

/**
 * Begins to read the changes: now, or behind a place. What is committed from here on is among them.
 * @param waitMs how long the database may wait for the next one, in milliseconds
 * @throws LostChanges when the database does not have all of them any more
 */
export async function openChanges(database: Database, after?: Place, waitMs = 500): Promise<Changes> {
  const { db } = database;
  const stream = db.watch([], {
    ...(after && { startAfter: after }),
    maxAwaitTimeMS: waitMs,
    promoteValues: false,
    bsonRegExp: true,
  });
  // The stream begins when it is first asked, and may answer something then.
  const ready = [await asked(stream)];
  return {
    async next() {
      const event = ready.length > 0 ? ready.pop() : await asked(stream);
      return event ? changeOf(event) : undefined;
    },
    place: () => stream.resumeToken as Place,
    close: () => stream.close(),
  };
}

/** The changes that came next are not to be had any more, so nothing can go on behind where it was. */
export class LostChanges extends Error {
  override readonly name = 'LostChanges';
}

async function asked(stream: ChangeStream): Promise<Bson | undefined> {
  try {
    return (await stream.tryNext()) ?? undefined;
  } catch (error) {
    if (error instanceof MongoServerError && lost.has(Number(error.code)))
      throw new LostChanges(error.message, { cause: error });
    throw error;
  }
}

/** ChangeStreamFatalError, ChangeStreamHistoryLost, InvalidResumeToken. */
const lost = new Set([280, 286, 260]);

const operations: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete', 'drop', 'rename']);

function changeOf(event: Bson): Change | undefined {
  const { operationType: op, ns, documentKey, fullDocument, updateDescription: update, to } = event;
  if (op === 'dropDatabase' || op === 'invalidate') throw new LostChanges('The database was dropped.');
  if (!operations.has(op)) return undefined;
  return {
    op,
    collection: ns.coll,
    ...(documentKey && { id: documentKey._id }),
    ...(fullDocument && op !== 'update' && { document: fullDocument }),
    ...(update && { set: update.updatedFields ?? {}, unset: update.removedFields ?? [] }),
    ...(update?.truncatedArrays?.length > 0 && { cut: update.truncatedArrays }),
    ...(to && { to: to.coll }),
    time: event['clusterTime'],
    wall: event['wallTime'],
  };
}

/** A change as it was read from a file of lines. */
export function storedChange(document: Bson): Change {
  const { op, collection, time, wall } = document;
  if (
    operations.has(op) &&
    typeof collection === 'string' &&
    time instanceof BSON.Timestamp &&
    wall instanceof Date
  )
    return document as Change;
  throw new SyntaxError('This is no change.');
}
