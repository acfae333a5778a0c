import { asBuffer, decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { keeping } from '../bson/keep.ts';
import { fieldsOf, Int32, namesOf, UUID, type Binary, type Doc } from '../bson/types.ts';
import { SPAN, type DataFile } from './file.ts';
import type { Graves } from './graves.ts';
import type { KeyPattern } from './keys-of.ts';

/** An index in memory. */
export interface Index extends KeyPattern {
  readonly id: number;
  readonly name: string;
  /** As listIndexes shows it. */
  readonly spec: Doc;
  readonly key: Doc;
  /** The paths of its fields, as they are written. */
  readonly names: readonly string[];
  /** Leaves of a document what its keys are made of. */
  readonly cut: (body: Buffer) => Buffer;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilter: Doc | undefined;
  readonly matchesPartial: ((doc: Doc) => boolean) | undefined;
  /** For each field, where on its path any document ever had an array (see DocumentKeys). Bits are only ever added. */
  readonly multikey: number[];
  hidden: boolean;
  /** Whether it has every document: not while it is being built. */
  whole: boolean;
}

export interface Collection {
  readonly id: number;
  readonly db: string;
  name: string;
  readonly uuid: Binary;
  options: Doc;
  indexes: Index[];
  /** Indexes that every write maintains already, but that no query may use before they are whole. */
  building: Index[];
  /** The next id of a document. */
  next: number;
  /** The commit after which its indexes are what they are now: an older snapshot cannot use them. */
  changedAt: number;
}

/** Stands for the multikey flags of an index that is not whole yet. */
const BUILDING = '';

/** What a write must keep: the indexes, and those that are being built. */
export const maintained = ({ indexes, building }: Collection): readonly Index[] =>
  building.length ? [...indexes, ...building] : indexes;

export const firstId = (collection: Collection): number => collection.id * SPAN;
export const endId = (collection: Collection): number => (collection.id + 1) * SPAN;
export const nsOf = (collection: Collection): string => `${collection.db}.${collection.name}`;

/** Which collections and indexes there are: read once, kept in memory, written through. */
export class Catalogue {
  readonly #file: DataFile;
  readonly #graves: Graves;
  readonly #compilePartial: (filter: Doc) => (doc: Doc) => boolean;
  #databases = new Map<string, Map<string, Collection>>();
  #nextCollection = 1;
  #nextIndex = 1;

  constructor(file: DataFile, graves: Graves, compilePartial: (filter: Doc) => (doc: Doc) => boolean) {
    this.#file = file;
    this.#graves = graves;
    this.#compilePartial = compilePartial;
    this.load();
  }

  /** Reads everything again, after a commit has failed and the memory may say too much. */
  load(): void {
    const db = this.#file.writer.db;
    this.#databases = new Map();
    const byId = new Map<number, Collection>();
    for (const row of db.prepare('SELECT id, db, name, options FROM collections ORDER BY id').all()) {
      const stored = decode(asBuffer(row['options'] as Uint8Array));
      const collection: Collection = {
        id: row['id'] as number,
        db: row['db'] as string,
        name: row['name'] as string,
        uuid: stored['uuid'] as Binary,
        options: stored['options'] as Doc,
        indexes: [],
        building: [],
        next: 0,
        changedAt: 0,
      };
      collection.next =
        (this.#file.writer.lastId(firstId(collection), endId(collection)) ?? firstId(collection)) + 1;
      byId.set(collection.id, collection);
      this.#databaseMap(collection.db).set(collection.name, collection);
      this.#nextCollection = Math.max(this.#nextCollection, collection.id + 1);
    }
    for (const row of db.prepare('SELECT id, collection, spec, multikey FROM indexes ORDER BY id').all()) {
      const index = this.#describe(row['id'] as number, decode(asBuffer(row['spec'] as Uint8Array)));
      this.#nextIndex = Math.max(this.#nextIndex, index.id + 1);
      if (row['multikey'] === BUILDING) continue;
      (JSON.parse(row['multikey'] as string) as number[]).forEach((flag, at) => (index.multikey[at] = flag));
      byId.get(row['collection'] as number)?.indexes.push(index);
    }
    const { last } = this.#graves;
    this.#nextCollection = Math.max(this.#nextCollection, last.collection + 1);
    this.#nextIndex = Math.max(this.#nextIndex, last.index + 1);
  }

  /** Indexes whose build ended with the process. */
  dropUnfinished(): void {
    const rows = this.#file.writer.db
      .prepare('SELECT id, spec FROM indexes WHERE multikey = ?')
      .all(BUILDING);
    for (const row of rows)
      this.#removeIndex(this.#describe(row['id'] as number, decode(asBuffer(row['spec'] as Uint8Array))));
  }

  #databaseMap(db: string): Map<string, Collection> {
    let map = this.#databases.get(db);
    if (!map) this.#databases.set(db, (map = new Map()));
    return map;
  }

  find(db: string, name: string): Collection | undefined {
    return this.#databases.get(db)?.get(name);
  }

  list(db: string): Collection[] {
    return [...(this.#databases.get(db)?.values() ?? [])];
  }

  databases(): string[] {
    return [...this.#databases]
      .filter(([, collections]) => collections.size > 0)
      .map(([name]) => name)
      .sort();
  }

  *all(): Generator<Collection> {
    for (const collections of this.#databases.values()) yield* collections.values();
  }

  create(db: string, name: string, options: Doc): Collection {
    const collection = this.newCollection(db, name, options);
    this.keep(collection);
    return collection;
  }

  /** A collection that has its id, but is not in the catalogue: a transaction's own until it commits. */
  newCollection(db: string, name: string, options: Doc): Collection {
    const id = this.#nextCollection++;
    const uuid = new UUID().toBinary();
    const collection: Collection = {
      id,
      db,
      name,
      uuid,
      options,
      indexes: [],
      building: [],
      next: 0,
      changedAt: 0,
    };
    collection.next = firstId(collection) + 1;
    collection.indexes.push(this.newIndex({ v: new Int32(2), key: { _id: new Int32(1) }, name: '_id_' }));
    return collection;
  }

  keep(collection: Collection): void {
    const { id, db, name, uuid, options, indexes } = collection;
    this.#file.writer.db
      .prepare('INSERT INTO collections(id, db, name, options) VALUES (?, ?, ?, ?)')
      .run(id, db, name, encode({ uuid, options }));
    this.#databaseMap(db).set(name, collection);
    collection.indexes = [];
    for (const index of indexes) this.keepIndex(collection, index);
  }

  rename(collection: Collection, name: string): void {
    this.#file.writer.db.prepare('UPDATE collections SET name = ? WHERE id = ?').run(name, collection.id);
    this.#databaseMap(collection.db).delete(collection.name);
    collection.name = name;
    this.#databaseMap(collection.db).set(name, collection);
  }

  drop(collection: Collection): void {
    const db = this.#file.writer.db;
    for (const index of maintained(collection)) this.dropIndex(collection, index);
    this.#graves.bury('documents', collection.id);
    db.prepare('DELETE FROM collections WHERE id = ?').run(collection.id);
    this.#databaseMap(collection.db).delete(collection.name);
  }

  /** An index that has an id, but is not in the catalogue before it is built. */
  newIndex(spec: Doc): Index {
    return this.#describe(this.#nextIndex++, spec);
  }

  keepIndex(collection: Collection, index: Index): void {
    this.#file.writer.db
      .prepare('INSERT INTO indexes(id, collection, spec, multikey) VALUES (?, ?, ?, ?)')
      .run(
        index.id,
        collection.id,
        encode(index.spec),
        index.whole ? JSON.stringify(index.multikey) : BUILDING,
      );
    (index.whole ? collection.indexes : collection.building).push(index);
  }

  /** An index that is built while others write; one that is not finished when the process ends is dropped at the next start. */
  beginIndex(collection: Collection, spec: Doc): Index {
    const index = this.newIndex(spec);
    index.whole = false;
    this.keepIndex(collection, index);
    return index;
  }

  finishIndex(collection: Collection, index: Index): void {
    index.whole = true;
    this.#putMultikey(index);
    collection.building = collection.building.filter((other) => other !== index);
    collection.indexes.push(index);
  }

  dropIndex(collection: Collection, index: Index): void {
    this.#removeIndex(index);
    collection.indexes = collection.indexes.filter((other) => other !== index);
    collection.building = collection.building.filter((other) => other !== index);
  }

  #removeIndex(index: Index): void {
    const db = this.#file.writer.db;
    db.prepare('DELETE FROM indexes WHERE id = ?').run(index.id);
    this.#graves.bury(index.unique ? 'uniques' : 'entries', index.id);
  }

  changeIndex(collection: Collection, index: Index, spec: Doc): void {
    const changed = this.#describe(index.id, spec);
    index.multikey.forEach((flag, at) => (changed.multikey[at] = flag));
    this.#file.writer.db.prepare('UPDATE indexes SET spec = ? WHERE id = ?').run(encode(spec), index.id);
    collection.indexes = collection.indexes.map((other) => (other === index ? changed : other));
  }

  /** Notes that some field of an index has met an array. */
  markMultikey(index: Index, fields: readonly number[]): void {
    if (!fields.some((bits, at) => (bits & ~(index.multikey[at] ?? 0)) !== 0)) return;
    fields.forEach((bits, at) => (index.multikey[at] = (index.multikey[at] ?? 0) | bits));
    if (index.whole) this.#putMultikey(index);
  }

  #putMultikey(index: Index): void {
    this.#file.writer.db
      .prepare('UPDATE indexes SET multikey = ? WHERE id = ?')
      .run(JSON.stringify(index.multikey), index.id);
  }

  #describe(id: number, spec: Doc): Index {
    const key = spec['key'] as Doc;
    const partialFilter = spec['partialFilterExpression'] as Doc | undefined;
    const name = spec['name'] as string;
    const names = namesOf(key);
    const paths = names.map((path) => path.split('.') as [string, ...string[]]);
    return {
      id,
      name,
      spec,
      key,
      names,
      paths,
      cut: keeping(new Set(paths.map(([root]) => root))),
      descending: fieldsOf(key).map(([, direction]) => Number((direction as Int32).value ?? direction) < 0),
      unique: name === '_id_' || spec['unique'] === true,
      sparse: spec['sparse'] === true,
      partialFilter,
      matchesPartial: partialFilter && this.#compilePartial(partialFilter),
      multikey: Object.keys(key).map(() => 0),
      hidden: spec['hidden'] === true,
      whole: true,
    };
  }
}
