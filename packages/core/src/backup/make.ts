// A backup is a copy that was made while others wrote, and what they wrote meanwhile: together the state of the moment
// at which the copy was done. See docs/decisions/backup.md.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoError } from 'mongodb';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { acrossTenants } from '../firewall.ts';
import { both } from './both.ts';
import { backupsName, backupsOf, historyOf } from './collection.ts';
import { copiable } from './copiable.ts';
import { changesFile, fileOf, kind, nameOf, unfinished, type Backup } from './folder.ts';
import { syncedFolder, typed, writeLines, type Lines } from './lines.ts';
import { writeManifest } from './manifest.ts';
import { ejson } from './page.ts';
import { schemaVersions } from './schema-versions.ts';
import { openChanges, type Change, type Changes } from './stream.ts';

/** What {@link make} made. */
export interface Made {
  /** Of its folder inside the one that was given. */
  readonly name: string;
  /** The moment whose state it is. */
  readonly at: Date;
  readonly collections: number;
  readonly documents: number;
  /** What it takes on the disk. */
  readonly bytes: number;
}

/**
 * Makes a full backup of the installation in a new folder inside this one: every collection with its indexes, as all
 * of it was at one moment, while others go on writing. Its folder has its name only when all of it is on the disk.
 * @param folder made where it is missing, readable by its owner only
 * @param signal by which it is given up
 * @throws UNAVAILABLE when the database does not answer
 * @throws Error of the file system (ENOSPC, EACCES), when the folder cannot be written; nothing is left there then
 */
export async function make(database: Database, folder: string, signal?: AbortSignal): Promise<Made> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = nameOf(database.clock());
  const partial = await mkdtemp(join(folder, unfinished));
  try {
    const backup = await acrossTenants('backup', () => copied(database, partial, signal));
    await writeManifest(partial, kind, backup);
    await rename(partial, join(folder, name));
    await syncedFolder(folder);
    return summary(name, backup);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
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

async function copied(database: Database, folder: string, given?: AbortSignal): Promise<Backup> {
  const history = await historyOf(database);
  const stop = new AbortController();
  const signal = given ? AbortSignal.any([stop.signal, given]) : stop.signal;
  const changes = await openChanges(database);
  try {
    const nonce = randomUUID();
    const mark: { found?: Change } = {};
    const writing = writeLines(changesFile(folder), upTo(changes, nonce, mark, signal));
    const copying = copiedCollections(database, folder, signal).then(async (collections) => {
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
  folder: string,
  signal: AbortSignal,
): Promise<Backup['collections']> {
  const collections: Backup['collections'] = [];
  for (const { name, options, indexes } of await copiable(db)) {
    const file = await copy(
      db.collection(name).find({}, { raw: true, batchSize: 500 }),
      fileOf(folder, name),
      signal,
    );
    collections.push({ name, options: ejson(options), indexes: ejson(indexes), file });
  }
  return collections;
}

async function copy(cursor: Parameters<typeof typed>[0], path: string, signal: AbortSignal): Promise<Lines> {
  return writeLines(
    path,
    (async function* () {
      for await (const document of typed(cursor)) {
        signal.throwIfAborted();
        yield document;
      }
    })(),
  );
}
