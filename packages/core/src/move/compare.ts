// Whether two collections hold the same: read on both sides, in one order, byte for byte.
import { createHash } from 'node:crypto';
import type { Db, Document as Bson } from 'mongodb';
import { canonical } from '../changes.ts';
import type { Copiable } from '../backup/copiable.ts';
import { definitionOf, type StoredIndex } from '../backup/target.ts';
import { rowsOfThePlace } from '../migrations/collection.ts';

/** Documents that expire sooner than this may be gone on one side and not yet on the other. */
const soonMs = 60 * 60_000;

/** What of a collection has to be the same at both places. */
export function sameEverywhere({ name, indexes }: Copiable, now: Date): Bson {
  if (name === 'migrations') return { _id: { $nin: [...rowsOfThePlace] } };
  return Object.fromEntries(
    indexes.flatMap(({ key, expireAfterSeconds }) => {
      if (expireAfterSeconds === undefined) return [];
      const soon = new Date(now.getTime() + soonMs - expireAfterSeconds * 1000);
      return Object.keys(key).map((field) => [field, { $not: { $lte: soon } }]);
    }),
  );
}

export interface Content {
  readonly documents: number;
  readonly sha256: string;
}

/** How many documents there are, and the hash of all of them as the database stores them, in the order of their ids. */
export async function contentOf(
  db: Db,
  name: string,
  filter: Bson,
  beat: () => Promise<void>,
): Promise<Content> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const bytes of db
    .collection(name)
    .find(filter, { raw: true, batchSize: 500, sort: { _id: 1 } })) {
    hash.update(bytes as unknown as Uint8Array);
    if (++documents % 500 === 0) await beat();
  }
  return { documents, sha256: hash.digest('hex') };
}

/** The names of the indexes that are not on both sides, or not the same. */
export function differentIndexes(one: readonly StoredIndex[], other: readonly StoredIndex[]): string[] {
  const [here, there] = [one, other].map(
    (indexes) => new Map(indexes.map((index) => [index.name ?? '', described(index)])),
  );
  const names = new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])]);
  return [...names].filter((name) => here?.get(name) !== there?.get(name)).sort();
}

/** With the key's fields in their order, which `canonical` would change; what is off is as good as not said. */
function described(index: StoredIndex): string {
  const { key, background: _, ...rest } = definitionOf(index);
  const said = Object.entries(rest).filter(([, value]) => value !== false);
  return `${JSON.stringify(key)} ${canonical(Object.fromEntries(said))}`;
}
