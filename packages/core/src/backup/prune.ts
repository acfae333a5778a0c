import { backupsIn, begunAt, isFinished } from './folder.ts';
import { pruneLogs } from './log.ts';
import { manifestName } from './manifest.ts';
import type { Store } from './store.ts';
import { isVerified, verifiedMark } from './verify.ts';

/** How long a backup is kept, in days. */
export const keptDays = 30;

/** Whoever has not finished a backup by then has died over it. */
const unfinishedDays = 7;

const dayMs = 24 * 60 * 60_000;

/**
 * Removes the backups that are older than 30 days, what a process that died left of one a week ago, and of the log what
 * no backup needs. One is removed only after a newer one has been read back: where none has, everything stays.
 * @returns the names of the backups that were removed
 */
export async function prune(store: Store, now: Date): Promise<string[]> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  const removed: string[] = [];
  let kept: Date | undefined;
  let isNewerVerified = false;
  for (const name of await backupsIn(store)) {
    const begun = begunAt(name) ?? now;
    if (!(await isFinished(store, name))) {
      if (begun < before(unfinishedDays)) await store.removeAll(name);
      continue;
    }
    if (begun < before(keptDays) && isNewerVerified) {
      await remove(store, name);
      removed.push(name);
      continue;
    }
    kept = begun;
    isNewerVerified ||= await isVerified(store, name);
  }
  if (kept && isNewerVerified) await pruneLogs(store, kept);
  return removed;
}

/** Begins with what says that it is whole: who dies in between leaves none that seems to be. */
async function remove(store: Store, name: string): Promise<void> {
  await store.remove(`${name}/${verifiedMark}`);
  await store.remove(`${name}/${manifestName}`);
  await store.removeAll(name);
}
