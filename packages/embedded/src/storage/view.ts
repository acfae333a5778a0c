import type { Catalogue, Collection, Index } from './catalogue.ts';
import type { Entry } from './connection.ts';

export interface Row {
  id: number;
  body: Buffer;
}

/** Something that a query reads: the latest state, or a transaction's snapshot with its own writes. */
export interface View {
  body(id: number): Buffer | undefined;
  documents(collection: Collection, backwards: boolean): Iterable<Row>;
  entries(index: Index, low: Buffer, high: Buffer, backwards: boolean): Iterable<Entry>;
  uniqueId(index: Index, key: Buffer): number | undefined;
  countEntries(index: Index, low: Buffer, high: Buffer, limit: number): number;
  countDocuments(collection: Collection): number;
}

export type { Catalogue, Collection, Entry, Index };
