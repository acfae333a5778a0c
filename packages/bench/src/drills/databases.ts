// What is in the database of a file, for comparison.
import { createHash } from 'node:crypto';
import { copyFile, cp, rm } from 'node:fs/promises';
import { backups, openDatabase, type Database } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import { MongoClient, type Db, type Document } from 'mongodb';

/** Works on the database of a file, which is closed when that is done. */
export async function withDatabase<Result>(
  file: string,
  work: (database: Database) => Promise<Result>,
  clock: () => Date = () => new Date(),
): Promise<Result> {
  const server = await startEmbedded({ file });
  try {
    const database = await openDatabase({ uri: server.uri, clock });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await server.close();
  }
}

/** Restores all that a folder or a bucket of backups has. */
export function restoredFrom(database: Database, folder: string, env = {}): Promise<backups.Restored> {
  const actor = { kind: 'system', name: 'drill' } as const;
  return backups.restore(database, actor, backups.openStore(folder, env), { at: 'last' });
}

/** The same past core's doors. */
export async function withRaw<Result>(file: string, work: (db: Db) => Promise<Result>): Promise<Result> {
  const server = await startEmbedded({ file });
  const client = await new MongoClient(server.uri).connect();
  try {
    return await work(client.db('paper-circe'));
  } finally {
    await client.close();
    await server.close();
  }
}

export type Hashes = Readonly<Record<string, string>>;

export interface Hashing {
  readonly filter?: Document;
  readonly only?: readonly string[];
  /** What of a document is compared. */
  readonly shown?: (document: Document, collection: string) => Document;
}

/** What belongs to a place and not to what is in it. */
const local = new Set(['backups', 'schedules']);

function isOfThePlace({ _id, action }: Document): boolean {
  return ['lease', 'move', 'restore'].includes(String(_id)) || /^(backups|moves)\./.test(String(action));
}

/** A hash of each collection that has something, whatever the order of fields. */
export function hashesOf(file: string, hashing: Hashing = {}): Promise<Hashes> {
  return withRaw(file, (db) => hashesIn(db, hashing));
}

export async function hashesIn(
  db: Db,
  { filter = {}, only, shown = (one) => one }: Hashing,
): Promise<Hashes> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const hashes: Record<string, string> = {};
  for (const name of names.filter((one) => !local.has(one) && (only?.includes(one) ?? true)).sort()) {
    const rows: string[] = [];
    for await (const document of db.collection(name).find(filter).sort({ _id: 1 }))
      if (!isOfThePlace(document)) rows.push(sha256(sorted(shown(document, name))));
    // Of each one its hash: the texts of a million are longer together than a text may be.
    if (rows.length > 0) hashes[name] = sha256(rows.sort().join('\n'));
  }
  return hashes;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function sorted(document: Document): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The collections that are not the same. */
export function differing(what: string, is: Hashes, wanted: Hashes): string[] {
  const names = [...new Set([...Object.keys(is), ...Object.keys(wanted)])];
  return names.filter((name) => is[name] !== wanted[name]).map((name) => `${what}: ${name} is not the same`);
}

const ends = ['', '-wal', '-shm'];

/** Copies the database of a file that nobody has open. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  for (const end of ends)
    await copyFile(from + end, to + end).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
}

export const copyFolder = (from: string, to: string) => cp(from, to, { recursive: true });

export async function removeAll(...paths: readonly string[]): Promise<void> {
  for (const path of paths)
    for (const end of [...ends, '-lock', '-lock-journal'])
      await rm(path + end, { recursive: true, force: true });
}
