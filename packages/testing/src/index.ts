import { join } from 'node:path';
import { inject } from 'vitest';

/** Where the database of a test run listens, or the folder for embedded ones, of which every worker has its own. */
export type TestDatabase = { readonly uri: string } | { readonly folder: string };

declare module 'vitest' {
  interface ProvidedContext {
    testDatabase: TestDatabase;
  }
}

/** What the files that one worker runs have in common. */
const worker = globalThis as { circeTestDatabase?: string };

/** Starts the embedded database of this worker: one for all would be further away, and keep them waiting for each other. */
export async function startDatabase(): Promise<void> {
  const database = inject('testDatabase');
  if ('uri' in database || worker.circeTestDatabase !== undefined) return;
  const { startEmbedded } = await import('@paper-circe/embedded');
  const file = join(database.folder, `${process.pid}.db`);
  // Its socket goes away with the folder: a worker is ended by a signal, and clears nothing away itself.
  const TMPDIR = process.env['TMPDIR'];
  process.env['TMPDIR'] = database.folder;
  const { uri } = await startEmbedded({ file, durability: 'relaxed' });
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  worker.circeTestDatabase = uri;
}

/** The address of the database that this test run was given. */
export function databaseUri(): string {
  const database = inject('testDatabase');
  if ('uri' in database) return database.uri;
  if (worker.circeTestDatabase === undefined)
    throw new Error('The database of this worker has not been started.');
  return worker.circeTestDatabase;
}

let made = 0;

/** A name that no other test file or run uses, so that tests share a server and nothing else. */
export function newDatabaseName(): string {
  return `test-${process.pid}-${Date.now().toString(36)}-${made++}`;
}
