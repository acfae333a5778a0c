import { writeFile, access } from 'node:fs/promises';
import { join } from 'node:path';
import { changesFile, fileOf, readBackup, type Backup } from './folder.ts';
import { checkLines, syncedFolder } from './lines.ts';

const mark = 'verified';

/**
 * Reads a backup back, every byte of it, and leaves a note in its folder that it is whole.
 * @param folder of the backup itself
 * @throws NOT_FOUND when there is no backup there, or one that was not finished
 * @throws VALIDATION when a file of it is damaged
 * @throws UNAVAILABLE when a newer version wrote it
 */
export async function verify(folder: string, signal?: AbortSignal): Promise<void> {
  await checkFiles(folder, await readBackup(folder), signal);
  await writeFile(join(folder, mark), '', { mode: 0o600 });
  await syncedFolder(folder);
}

/** @throws VALIDATION when a file is not there or is damaged */
export async function checkFiles(
  folder: string,
  { collections, changes }: Backup,
  signal?: AbortSignal,
): Promise<void> {
  for (const { name, file } of collections) {
    signal?.throwIfAborted();
    await checkLines(fileOf(folder, name), file);
  }
  await checkLines(changesFile(folder), changes);
}

/** Whether somebody has read it back. */
export async function isVerified(folder: string): Promise<boolean> {
  return access(join(folder, mark)).then(
    () => true,
    () => false,
  );
}
