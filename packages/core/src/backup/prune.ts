import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backupsIn, begunAt, namesOf, unfinished } from './folder.ts';
import { pruneLogs } from './log.ts';
import { isVerified } from './verify.ts';

/** How long a backup is kept, in days. */
export const keptDays = 30;

const dayMs = 24 * 60 * 60_000;

/**
 * Removes the backups that are older than 30 days, and of the log what no backup needs. One is removed only after a
 * newer one has been read back: where none has, everything stays.
 * @returns the names of what was removed
 */
export async function prune(folder: string, now: Date): Promise<string[]> {
  const limit = new Date(now.getTime() - keptDays * dayMs);
  const names = await backupsIn(folder);
  const removed: string[] = [];
  let kept: Date | undefined;
  let isNewerVerified = false;
  for (const name of names) {
    const begun = begunAt(name);
    if (begun && begun < limit && isNewerVerified) {
      await rm(join(folder, name), { recursive: true });
      removed.push(name);
      continue;
    }
    kept = begun;
    isNewerVerified ||= await isVerified(join(folder, name));
  }
  await removeUnfinished(folder);
  if (kept && isNewerVerified) await pruneLogs(folder, kept);
  return removed;
}

/** What died a day ago or longer; by the clock of the file system, as nothing else says when it was written last. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await namesOf(folder)) {
    if (!name.startsWith(unfinished)) continue;
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > dayMs) await rm(path, { recursive: true, force: true });
  }
}
