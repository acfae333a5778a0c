import type { Catalogue, Collection, Index } from './catalogue.ts';
import type { Entry } from './connection.ts';
import type { Pace } from './pace.ts';

export interface Row {
  id: number;
  body: Buffer;
}

/** Something that a query reads: the latest state, or a transaction's snapshot with its own writes. */
export interface View {
  body(id: number): Buffer | undefined;
  documents(collection: Collection, backwards: boolean, pace?: Pace): Iterable<Row>;
  /**
   * @param keyed whether keys are wanted: without, they may be empty
   * @param pace of all that one query reads
   */
  entries(
    index: Index,
    low: Buffer,
    high: Buffer,
    backwards: boolean,
    keyed: boolean,
    pace?: Pace,
  ): Iterable<Entry>;
  /** The first document of a stretch of an index, where it can be had without what a scan needs. */
  first?(index: Index, low: Buffer, high: Buffer, backwards: boolean): Row | undefined;
  /** The document that has a key of a unique index. */
  unique(index: Index, key: Buffer): Row | undefined;
  countEntries(index: Index, low: Buffer, high: Buffer, limit: number): number;
  countDocuments(collection: Collection): number;
}

export type { Catalogue, Collection, Entry, Index };
