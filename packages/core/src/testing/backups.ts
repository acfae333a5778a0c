// What tests of backups share: places to restore into, and what is compared.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import { BSON } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { daily, type Daily } from '../backup/daily.ts';
import { typed } from '../typed.ts';
import { openStore } from '../backup/open-store.ts';
import { restore, type Restored, type RestoreOptions } from '../backup/restore.ts';
import { canonical } from '../changes.ts';
import { openDatabase, type Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import { isOfThePlace } from '../migrations/collection.ts';

/** Databases and folders that are gone when the file is done. */
export function places() {
  const databases: Database[] = [];
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'circe-backup-'));
  });
  afterAll(async () => {
    for (const { db } of databases) await acrossTenants('this test', () => db.dropDatabase());
    for (const database of databases) await database.close();
    await rm(root, { recursive: true, force: true });
  });
  let made = 0;
  return {
    newFolder: () => join(root, String(made++)),
    /** A connection of its own, also to a database that another one is open on. */
    async open(name = newDatabaseName()): Promise<Database> {
      const database = await openDatabase({ uri: databaseUri(), name });
      databases.push(database);
      return database;
    },
  };
}

const actor = { kind: 'system', name: 'test' } as const;

/** Backs up in a folder, or another address. */
export function backedUp(database: Database, address: string, env = {}): Promise<Daily> {
  return daily(database, actor, openStore(address, env));
}

/** Restores from a folder, or another address. */
export function restoredFrom(
  database: Database,
  address: string,
  options: RestoreOptions = {},
  env = {},
): Promise<Restored> {
  return restore(database, actor, openStore(address, env), options);
}

/** What belongs to the place, and not to what is restored into it. */
const local = new Set(['backups']);

/** A hash of every collection: its documents, typed, in whatever order, and its indexes; no event of backups and moves. */
export function hashesOf({ db }: Database): Promise<Record<string, string>> {
  return acrossTenants('this test', async () => {
    const hashes: Record<string, string> = {};
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      if (local.has(name)) continue;
      const rows = await Array.fromAsync(typed(db.collection(name).find({}, { raw: true })), (document) =>
        isOfThePlace(document['_id']) || /^(backups|moves)\./.test(String(document['action']))
          ? ''
          : canonical(BSON.EJSON.serialize(document, { relaxed: false })),
      );
      if (name === 'migrations' && !rows.some(Boolean)) continue;
      const indexes = (await db.collection(name).indexes()).map((index) => canonical(index));
      const whole = [...rows.filter(Boolean).sort(), ...indexes.sort()];
      hashes[name] = createHash('sha256').update(whole.join('\n')).digest('hex');
    }
    return hashes;
  });
}
