// The place that backups lie in: each in a folder of its own, named after the moment that it was begun. One with a
// manifest is whole, since that is written last.
import { z } from 'zod';
import { isCirceError } from '../errors.ts';
import { LinesSchema, manifestName, readManifest, SchemaVersions } from './manifest.ts';
import type { Store } from './store.ts';

export const kind = 'backup';

/** What a backup holds of one collection. */
const CollectionSchema = z.strictObject({
  name: z.string().min(1),
  /** How it was made, as canonical extended JSON. */
  options: z.string(),
  /** Its indexes, as canonical extended JSON. */
  indexes: z.string(),
  file: LinesSchema,
});

export const BackupSchema = z.strictObject({
  /** The moment whose state this is: the end of the copy. */
  at: z.iso.datetime(),
  /** That moment as the database counts, as canonical extended JSON: the log goes on behind it. */
  time: z.string(),
  /** Whose log goes on from here. */
  history: z.uuid(),
  database: z.string(),
  schema: SchemaVersions,
  collections: z.array(CollectionSchema),
  /** What happened while it was copied. */
  changes: LinesSchema,
});
export type Backup = z.output<typeof BackupSchema>;

/** The name of a backup that is begun at a moment; names sort by it, and stand in every file system. */
export function nameOf(begun: Date): string {
  return begun.toISOString().replaceAll(':', '-');
}

const named = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

/** When the backup of a name was begun, or undefined when it is no name of a backup. */
export function begunAt(name: string): Date | undefined {
  if (!named.test(name)) return undefined;
  return new Date(name.replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3'));
}

/** The backups of a place, finished or not, the newest first. */
export async function backupsIn(store: Store): Promise<string[]> {
  return (await store.list('')).filter((name) => begunAt(name)).sort((a, b) => (a < b ? 1 : -1));
}

/** Whether a backup is whole. */
export function isFinished(store: Store, name: string): Promise<boolean> {
  return store.has(`${name}/${manifestName}`);
}

/** The file of a collection, whatever its name is made of. */
export function fileOf(collection: string): string {
  return `${encodeURIComponent(collection)}.jsonl.gz`;
}

/** Not the name of a collection: that has no dot at its beginning. */
export const changesFile = '.changes.jsonl.gz';

/** Whether a backup has a clinic: an installation without one has lost them, or has not had any yet. */
export function holdsClinic({ collections }: Backup): boolean {
  return collections.some(({ name, file }) => name === 'tenants' && file.lines > 0);
}

/**
 * The same of one that was not read yet. One that is damaged is of no use to anybody, and has none.
 * @throws NOT_FOUND when there is no backup there
 * @throws UNAVAILABLE when it cannot be read
 */
export async function isWithClinic(store: Store): Promise<boolean> {
  try {
    return holdsClinic(await readBackup(store));
  } catch (error) {
    if (isCirceError(error, 'VALIDATION')) return false;
    throw error;
  }
}

/**
 * Reads what a backup says of itself.
 * @throws NOT_FOUND when there is no backup there, or one that was not finished
 * @throws VALIDATION when its manifest is damaged
 * @throws UNAVAILABLE when a newer version wrote it
 */
export function readBackup(store: Store): Promise<Backup> {
  return readManifest(store, kind, BackupSchema);
}
