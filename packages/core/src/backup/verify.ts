import { changesFile, fileOf, readBackup, type Backup } from './folder.ts';
import { checkLines } from './lines.ts';
import type { Store } from './store.ts';

/** A file in the folder of a backup that was read back. */
export const verifiedMark = 'verified';

/**
 * Reads a backup back, every byte of it, and leaves a note in its folder that it is whole.
 * @param backup the place of the backup itself
 * @throws NOT_FOUND when there is no backup there, or one that was not finished
 * @throws VALIDATION when a file of it is damaged or missing
 * @throws UNAVAILABLE when a newer version wrote it, or it cannot be read
 */
export async function verify(backup: Store, signal?: AbortSignal): Promise<void> {
  await checkFiles(backup, await readBackup(backup), signal);
  await backup.keep(verifiedMark, []);
}

/** @throws VALIDATION when a file is not there or is damaged */
export async function checkFiles(
  store: Store,
  { collections, changes }: Backup,
  signal?: AbortSignal,
): Promise<void> {
  for (const { name, file } of collections) {
    signal?.throwIfAborted();
    await checkLines(store, fileOf(name), file, signal);
  }
  await checkLines(store, changesFile, changes, signal);
}

/** Whether somebody has read it back. */
export function isVerified(store: Store, name: string): Promise<boolean> {
  return store.has(`${name}/${verifiedMark}`);
}
