// Does again what the changes say was done.
import {
  MongoBulkWriteError,
  MongoServerError,
  type AnyBulkWriteOperation,
  type Db,
  type Document as Bson,
} from 'mongodb';
import type { Change } from './stream.ts';

const batchLength = 500;

/**
 * Applies changes in their order.
 * @param again whether some of them are in the documents already, as those are that a copy has seen while it was made.
 * Such a document may have a later form, in which the path of an earlier change is not there: then a change to come
 * has made it so, and will again.
 */
export async function applyChanges(db: Db, changes: AsyncIterable<Change>, again: boolean): Promise<number> {
  let applied = 0;
  let batch: AnyBulkWriteOperation[] = [];
  let collection = '';
  const flush = async () => {
    if (batch.length > 0) await write(db, collection, batch, again);
    batch = [];
  };
  for await (const change of changes) {
    applied++;
    if (change.collection !== collection || batch.length >= batchLength) await flush();
    collection = change.collection;
    if (change.op !== 'drop' && change.op !== 'rename') {
      batch.push(...operationsOf(change));
      continue;
    }
    await flush();
    await reshape(db, change);
  }
  await flush();
  return applied;
}

async function reshape(db: Db, { op, collection, to }: Change): Promise<void> {
  if (op === 'drop') await db.dropCollection(collection);
  else if (to !== undefined && (await db.listCollections({ name: collection }).hasNext()))
    await db.renameCollection(collection, to, { dropTarget: true });
}

function operationsOf({
  op,
  id,
  document = {},
  set = {},
  unset = [],
  cut = [],
}: Change): AnyBulkWriteOperation[] {
  const filter = { _id: id } as Bson;
  if (op === 'delete') return [{ deleteOne: { filter } }];
  if (op !== 'update') return [{ replaceOne: { filter, replacement: document, upsert: true } }];
  const shorter = cut.map(({ field, newSize }) => ({ $push: { [field]: { $each: [], $slice: newSize } } }));
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((path) => [path, true])) }),
  };
  return [...shorter, ...(Object.keys(update).length > 0 ? [update] : [])].map((one) => ({
    updateOne: { filter, update: one as Bson },
  }));
}

async function write(
  db: Db,
  name: string,
  operations: AnyBulkWriteOperation[],
  again: boolean,
): Promise<void> {
  const collection = db.collection(name);
  for (let rest = operations; rest.length > 0;) {
    try {
      await collection.bulkWrite(rest);
      return;
    } catch (error) {
      const at =
        again && error instanceof MongoBulkWriteError ? [error.writeErrors].flat()[0]?.index : undefined;
      const refused = at === undefined ? undefined : rest[at];
      if (at === undefined || !refused || !('updateOne' in refused)) throw error;
      await piecemeal(db, name, refused.updateOne.filter as Bson, refused.updateOne.update as Bson);
      rest = rest.slice(at + 1);
    }
  }
}

/** Changes what can be changed of a document that has another form already. */
async function piecemeal(db: Db, name: string, filter: Bson, update: Bson): Promise<void> {
  for (const [operator, fields] of Object.entries(update))
    for (const [path, value] of Object.entries(fields as Bson))
      try {
        await db.collection(name).updateOne(filter, { [operator]: { [path]: value } });
      } catch (error) {
        if (!(error instanceof MongoServerError) || !otherForm.has(Number(error.code))) throw error;
      }
}

/** PathNotViable, and the BadValue and TypeMismatch of a `$push` to what is no array. */
const otherForm = new Set([2, 14, 28]);
