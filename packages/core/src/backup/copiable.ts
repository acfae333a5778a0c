import type { Db, Document as Bson } from 'mongodb';
import { backupsName } from './collection.ts';
import type { StoredIndex } from './target.ts';

/** A collection of an installation, as whoever copies it makes it again. */
export interface Copiable {
  readonly name: string;
  readonly options: Bson;
  readonly indexes: readonly StoredIndex[];
}

/** Everything that belongs to an installation, wherever it lies, by name. */
export async function copiable(db: Db): Promise<Copiable[]> {
  const listed = await db.listCollections({ type: 'collection' }, { nameOnly: false }).toArray();
  const collections: Copiable[] = [];
  for (const { name, options = {} } of listed.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name === backupsName || name.startsWith('system.')) continue;
    collections.push({ name, options, indexes: await db.collection(name).indexes() });
  }
  return collections;
}
