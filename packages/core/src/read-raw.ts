// Reads as one command. The driver's own make a cursor for each, with options and a session of its own, and close it
// again: a quarter of what reading one document costs, and none of it is needed for an answer that comes in one piece.
// See docs/decisions/reads.md.
import {
  Long,
  MongoNetworkError,
  MongoServerError,
  type ClientSession,
  type Collection,
  type Document,
  type Filter,
} from 'mongodb';
import { cursorBytes, type CursorBytes } from './cursor-bytes.ts';
import { isNotNow } from './driver-errors.ts';

/** What is asked for beside the filter, as the `find` command has it. */
export interface Asked {
  readonly limit: number;
  readonly sort?: Document;
  readonly skip?: number;
  readonly projection?: Document;
}

type Session = ClientSession | undefined;

/**
 * The documents that a filter finds, at most `limit`, as bytes.
 * @param session of a running transaction
 */
export function findRaw(
  raw: Collection,
  filter: Filter<Document>,
  asked: Asked,
  session?: Session,
): Promise<readonly Uint8Array[]> {
  const inOne = asked.limit === 1 ? { singleBatch: true } : { batchSize: asked.limit + 1 };
  const command = { find: raw.collectionName, filter, ...asked, ...inOne };
  const ofDriver = () =>
    raw.find(filter, { ...asked, batchSize: asked.limit, raw: true, ...(session && { session }) });
  return inOneAnswer(raw, command, ofDriver, session);
}

/**
 * What a pipeline makes, as bytes: for few documents, which fit in the first answer of a cursor.
 * @param session of a running transaction
 */
export function aggregateRaw(
  raw: Collection,
  pipeline: Document[],
  session?: Session,
): Promise<readonly Uint8Array[]> {
  const command = { aggregate: raw.collectionName, pipeline, cursor: {} };
  const ofDriver = () => raw.aggregate(pipeline, { raw: true, ...(session && { session }) });
  return inOneAnswer(raw, command, ofDriver, session);
}

/**
 * The answer to a command. What the driver would ask again, since the server went away, and an answer that does not fit
 * in one message, are for its own cursor to get.
 */
async function inOneAnswer(
  raw: Collection,
  command: Document,
  ofDriver: () => { toArray(): Promise<unknown[]> },
  session: Session,
): Promise<readonly Uint8Array[]> {
  try {
    const { id, batch } = await answered(raw, command, session);
    if (id === 0n) return batch;
    await raw.db.command(
      { killCursors: raw.collectionName, cursors: [Long.fromBigInt(id)] },
      session && { session },
    );
  } catch (error) {
    if (session || !isPassing(error)) throw error;
  }
  return (await ofDriver().toArray()) as Uint8Array[];
}

async function answered(raw: Collection, command: Document, session: Session): Promise<CursorBytes> {
  const { readConcern, readPreference } = raw;
  const asked = readConcern && !session ? { ...command, readConcern } : command;
  const options = { raw: true, ...(readPreference && { readPreference }), ...(session && { session }) };
  const { cursor } = await raw.db.command(asked, options);
  return cursorBytes(cursor as Uint8Array);
}

/** Whether somebody answered that it cannot be now, or hung up. */
function isPassing(error: unknown): boolean {
  return (error instanceof MongoNetworkError || error instanceof MongoServerError) && isNotNow(error);
}
