import type { Doc } from '../bson/types.ts';
import type { Collection, Index } from './catalogue.ts';
import type { Ending } from './group.ts';
import type { View } from './view.ts';

/** Something that writes documents: the store itself, or a transaction. */
export interface Writer extends View {
  collection(db: string, name: string): Collection | undefined;
  createCollection(db: string, name: string, options: Doc): Collection;
  insert(collection: Collection, doc: Doc, body: Buffer): void;
  update(
    collection: Collection,
    id: number,
    before: Doc,
    after: Doc,
    body: Buffer,
    kind: 'update' | 'replace',
  ): void;
  remove(collection: Collection, id: number, before: Doc): void;
}

/** An open transaction, as those know it who wait for it. */
export interface Holder extends Ending {
  /** Collections that it has used: their indexes may not change under it. */
  readonly touched: ReadonlySet<Collection>;
  abort(): void;
}

/** A document by its id, a key of a unique index, or the name of a collection. */
export type LockKey = number | string;

export const lockOf = (index: Index, key: Buffer): string => `${index.id}:${key.toString('latin1')}`;
/** The dot keeps a name apart from the keys. */
export const nameKey = (db: string, name: string): string => `.${db}.${name}`;

/** Thrown when a write outside a transaction meets a lock: it waits until that transaction has ended. */
export class Blocked extends Error {
  readonly holder: Ending;
  constructor(holder: Ending) {
    super('a transaction holds a lock');
    this.holder = holder;
  }
}
