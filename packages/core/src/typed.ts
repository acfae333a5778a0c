// Documents as they lie in the database, for another one: nothing of them may become another type on the way.
import { BSON, type Document as Bson, type FindCursor } from 'mongodb';

/**
 * The documents of a find that was made with `raw: true`, with numbers as the types that they are stored in: a double
 * that happens to be whole stays a double.
 */
export async function* typed(cursor: FindCursor<Bson>): AsyncGenerator<Bson> {
  for await (const bytes of cursor) yield typedDocument(bytes as Uint8Array);
}

export function typedDocument(bytes: Uint8Array): Bson {
  return BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
}
