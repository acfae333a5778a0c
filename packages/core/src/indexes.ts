import { MongoServerError, type Collection, type Db, type IndexDescriptionInfo } from 'mongodb';
import { canonical } from './changes.ts';
import type { IndexDefinition } from './collections.ts';

/** An index that could not be made, because documents that are there already break it. */
export interface Unbuilt {
  readonly collection: string;
  readonly index: string;
  readonly error: MongoServerError;
}

/** An index that is not there, or another one in its place. */
export interface WrongIndex {
  readonly collection: string;
  readonly index: string;
  readonly wrong: 'MISSING' | 'OTHER';
}

/** The indexes of a collection that are not as they are wanted. */
export async function wrongIndexes(
  db: Db,
  name: string,
  wanted: readonly IndexDefinition[],
): Promise<WrongIndex[]> {
  const there = await indexesOf(db.collection(name));
  return wanted
    .filter((one) => !there.some((index) => same(one, index)))
    .map((one) => {
      const isOther = there.some((index) => isRival(one, index));
      return { collection: name, index: one.name ?? '', wrong: isOther ? 'OTHER' : 'MISSING' };
    });
}

async function indexesOf(collection: Collection): Promise<IndexDescriptionInfo[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (hasCode(error, noSuchCollection)) return [];
    throw error;
  }
}

function isRival({ name, key }: IndexDefinition, index: IndexDescriptionInfo): boolean {
  return name === index.name || sameKey(key, index.key);
}

/**
 * Makes the indexes of a collection that are missing. One that was made by somebody else with the same key, but under
 * another name or with other options, is made anew; those of other keys are nobody's business.
 */
export async function buildIndexes(
  db: Db,
  name: string,
  wanted: readonly IndexDefinition[],
): Promise<Unbuilt[]> {
  const collection = db.collection(name);
  await makeWay(collection, wanted);
  const definitions = wanted.map((index) => ({ ...index, key: { ...index.key } }));
  try {
    await collection.createIndexes(definitions);
    return [];
  } catch (error) {
    if (!hasCode(error, duplicateKey)) throw error;
  }
  const unbuilt: Unbuilt[] = [];
  for (const definition of definitions) {
    try {
      await collection.createIndexes([definition]);
    } catch (error) {
      if (!hasCode(error, duplicateKey)) throw error;
      unbuilt.push({ collection: name, index: definition.name ?? '', error });
    }
  }
  return unbuilt;
}

async function makeWay(collection: Collection, wanted: readonly IndexDefinition[]): Promise<void> {
  for (const index of await indexesOf(collection)) {
    const rivals = wanted.filter((one) => isRival(one, index));
    if (rivals.length === 0 || rivals.some((rival) => same(rival, index))) continue;
    try {
      await collection.dropIndex(index.name ?? '');
    } catch (error) {
      // Another process was faster.
      if (!hasCode(error, noSuchIndex)) throw error;
    }
  }
}

function sameKey(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function same(one: IndexDefinition, other: IndexDescriptionInfo): boolean {
  return canonical(optionsOf(one)) === canonical(optionsOf(other));
}

/** What makes two indexes the same, with the key's fields in their order. */
function optionsOf({
  name,
  key,
  unique,
  sparse,
  partialFilterExpression,
  expireAfterSeconds,
}: IndexDefinition | IndexDescriptionInfo) {
  return {
    name,
    key: JSON.stringify(key),
    unique: unique === true,
    sparse: sparse === true,
    partialFilterExpression,
    expireAfterSeconds,
  };
}

const duplicateKey = 11000;
const noSuchCollection = 26;
const noSuchIndex = 27;

function hasCode(error: unknown, code: number): error is MongoServerError {
  return error instanceof MongoServerError && error.code === code;
}
