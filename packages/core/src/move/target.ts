// What a database must be before an installation is moved into it.
import type { Database } from '../connection.ts';
import { CirceError, invalid } from '../errors.ts';
import { migrationsOf } from '../migrations/collection.ts';
import type { Note } from './note.ts';

/** The protocol of MongoDB 6.0. */
const oldestWireVersion = 17;

/** @throws VALIDATION when the server is too old, or has no transactions */
export async function assertSuitable(database: Database): Promise<void> {
  const { db } = database;
  const { maxWireVersion, setName, msg } = (await db.command({ hello: 1 })) as Partial<
    Record<string, unknown>
  >;
  if (Number(maxWireVersion) < oldestWireVersion)
    throw invalid('target', 'The target is older than MongoDB 6.');
  if (setName === undefined && msg !== 'isdbgrid')
    throw invalid('target', 'The target is no replica set and no cluster: it has no transactions.');
}

/** @throws VALIDATION when the source's own note is found there */
export async function assertAnother(target: Database, { by }: Note): Promise<void> {
  if (await migrationsOf(target).findOne({ _id: 'move', by }))
    throw invalid('target', 'The target is the database that the installation lies in.');
}

/** Turns what a server says to a user who may not into ours. */
export function permitted(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code !== unauthorized && code !== notAuthenticated) return error;
  const message =
    'A user of one of the two addresses may not read and write the database: he needs readWrite there.';
  return new CirceError('FORBIDDEN', message, { needs: 'readWrite' }, error);
}

const unauthorized = 13;
const notAuthenticated = 18;
