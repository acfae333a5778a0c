import { decode } from '../bson/decode.ts';
import { endId, firstId, type Catalogue, type Collection } from './catalogue.ts';
import { changesOf } from './changes.ts';
import type { DataFile } from './file.ts';
import type { Group } from './group.ts';

const CHUNK = 500;

/** Makes all index entries anew, whole or not at all: what an older version wrote has other keys. */
export function rebuildIndexes(file: DataFile, group: Group, catalogue: Catalogue): void {
  group.write(() => {
    file.writer.db.exec('DELETE FROM entries; DELETE FROM unique_entries');
    for (const collection of catalogue.all()) rebuild(file, catalogue, collection);
    file.markCurrent();
  });
  group.commit();
}

function rebuild({ writer }: DataFile, catalogue: Catalogue, collection: Collection): void {
  for (let from = firstId(collection); ;) {
    const rows = writer.chunk(from, endId(collection), CHUNK);
    const last = rows.at(-1);
    if (!last) return;
    from = last.id + 1;
    for (const { id, body } of rows)
      for (const { index, added, multikey } of changesOf(collection.indexes, undefined, decode(body))) {
        for (const key of added) writer.addEntry(index, key, id);
        catalogue.markMultikey(index, multikey);
      }
  }
}
