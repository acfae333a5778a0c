import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { Database } from '../connection.ts';

/**
 * Why something was not repaired. `MISSING`, `TYPE`, `VALUE`: a field is not there, not of its type, or not what the
 * documentation allows. `ORPHAN`: what it refers to does not exist. `DUPLICATE`, `OVERLAP`: `otherId` was there
 * first. `UNREADABLE`: a text that could mean several things or none. `INDEX`: the documents break a unique index.
 */
export type Reason =
  | 'MISSING'
  | 'TYPE'
  | 'VALUE'
  | 'ORPHAN'
  | 'DUPLICATE'
  | 'OVERLAP'
  | 'UNREADABLE'
  | 'INDEX';

/** Something that a migration could not repair, and that somebody has to look at. */
export interface Problem {
  readonly collection: string;
  /** The hex of the document's id; of an index its name. */
  readonly id: string;
  readonly field: string;
  readonly reason: Reason;
  readonly otherId?: string;
  /** The document was kept as it is, out of every clinic's sight, until it is repaired. */
  readonly setAside: boolean;
}

/** Where a migration has got to: a collection, and the last document of it that was looked at. */
export interface Place {
  readonly collection: string;
  readonly after: unknown;
}

/** What one step of a migration found and wants written. Nothing is written before the whole batch is known. */
export interface Batch {
  /** Where the next batch begins; undefined after the last one. */
  readonly next: Place | undefined;
  readonly writes: readonly { readonly collection: string; readonly operations: AnyBulkWriteOperation[] }[];
  /** How many documents are changed, beside the events that record it. */
  readonly changed: number;
  /** What was looked at, and the problems of it: they replace those that an earlier run left. */
  readonly looked: { readonly collection: string; readonly ids: readonly string[] };
  readonly problems: readonly Problem[];
}

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** SHA-256 of its source, held by a test: what has run somewhere is never changed, it is followed by another one. */
  readonly checksum: string;
  /** Reads what the batches need to know of the whole, and answers how to make one. */
  begin(database: Database): Promise<MakeBatch>;
}

/**
 * Makes the batch that begins at a place, from what is stored then; made twice, the second one changes nothing.
 * @param blocked ids of documents whose change a unique index has refused
 */
export type MakeBatch = (
  place: Place | undefined,
  blocked: ReadonlySet<string>,
  session?: ClientSession,
) => Promise<Batch>;
