// A backup is a copy that was made while others wrote, and what they wrote meanwhile: together the state of the moment
// at which the copy was done. See docs/decisions/backup.md.
import { randomUUID } from 'node:crypto';
import { MongoError } from 'mongodb';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { acrossTenants } from '../firewall.ts';
import { begin } from './begin.ts';
import { both } from './both.ts';
import { backupsName, backupsOf, historyOf } from './collection.ts';
import { copiable } from './copiable.ts';
import { changesFile, fileOf, kind, type Backup } from './folder.ts';
import { typed } from '../typed.ts';
import { writeLines, type Lines } from './lines.ts';
import { writeManifest } from './manifest.ts';
import { ejson } from './page.ts';
import { schemaVersions } from './schema-versions.ts';
import type { Store } from './store.ts';
import { openChanges, type Change, type Changes } from './stream.ts';

/** What {@link make} made. */
export interface Made {
  /** Of its folder in the place that was given. */
  readonly name: string;
  /** The moment whose state it is. */
  readonly at: Date;
  readonly collections: number;
  readonly documents: number;
  /** What it takes there. */
  readonly bytes: number;
}

/**
 * Makes a full backup of the installation in a new folder of a place: every collection with its indexes, as all of it
 * was at one moment, while others go on writing. Its manifest comes last, when all the rest is there for good.
 * @param signal by which it is given up
 * @throws UNAVAILABLE when the database does not answer, or the place cannot be written; nothing is left there then
 */
export async function make(database: Database, store: Store, signal?: AbortSignal): Promise<Made> {
  const { name, mark } = await begin(store, database.clock());
  const place = store.in(name);
  try {
    const backup = await acrossTenants('backup', () => copied(database, place, signal));
    await place.remove(mark);
    await writeManifest(place, kind, backup);
    return summary(name, backup);
  } catch (error) {
    // Where the place is not to be reached, what is left there has no manifest.
    await store.removeAll(name).catch(() => undefined);
    throw error instanceof MongoError ? translated(error) : error;
  }
}

function summary(name: string, { at, collections, changes }: Backup): Made {
  const files = [...collections.map(({ file }) => file), changes];
  return {
    name,
    at: new Date(at),
    collections: collections.length,
    documents: sum(collections.map(({ file }) => file.lines)),
    bytes: sum(files.map(({ bytes }) => bytes)),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

async function copied(database: Database, place: Store, given?: AbortSignal): Promise<Backup> {
  const history = await historyOf(database);
  const stop = new AbortController();
  const signal = given ? AbortSignal.any([stop.signal, given]) : stop.signal;
  const changes = await openChanges(database);
  try {
    const nonce = randomUUID();
    const mark: { found?: Change } = {};
    const writing = writeLines(place, changesFile, upTo(changes, nonce, mark, signal));
    const copying = copiedCollections(database, place, signal).then(async (collections) => {
      await backupsOf(database).updateOne({ _id: 'mark' }, { $set: { nonce } }, { upsert: true });
      return collections;
    });
    const [file, collections] = await both(writing, copying, stop);
    if (!mark.found) throw new Error('The changes ended before the copy was done.');
    const { wall, time } = mark.found;
    return {
      at: wall.toISOString(),
      time: ejson(time),
      history,
      database: database.db.databaseName,
      schema: schemaVersions,
      collections,
      changes: file,
    };
  } finally {
    await changes.close();
  }
}

/** The changes until the copy is done, which is when its mark is among them. */
async function* upTo(
  changes: Changes,
  nonce: string,
  mark: { found?: Change },
  signal: AbortSignal,
): AsyncGenerator<Change> {
  while (!mark.found) {
    const change = await changes.next();
    signal.throwIfAborted();
    if (change?.collection === backupsName) {
      const said = change.document?.['nonce'] ?? change.set?.['nonce'];
      if (said === nonce) mark.found = change;
    } else if (change) yield change;
  }
}

async function copiedCollections(
  { db }: Database,
  place: Store,
  signal: AbortSignal,
): Promise<Backup['collections']> {
  const collections: Backup['collections'] = [];
  for (const { name, options, indexes } of await copiable(db)) {
    const file = await copy(
      db.collection(name).find({}, { raw: true, batchSize: 500 }),
      place,
      fileOf(name),
      signal,
    );
    collections.push({ name, options: ejson(options), indexes: ejson(indexes), file });
  }
  return collections;
}

async function copy(
  cursor: Parameters<typeof typed>[0],
  place: Store,
  file: string,
  signal: AbortSignal,
): Promise<Lines> {
  return writeLines(
    place,
    file,
    (async function* () {
      for await (const document of typed(cursor)) {
        signal.throwIfAborted();
        yield document;
      }
    })(),
  );
}
