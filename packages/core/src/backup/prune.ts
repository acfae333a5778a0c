import { isCirceError } from '../errors.ts';
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

/** What {@link prune} did. */
export interface Pruned {
  /** The names of the backups that it removed. */
  readonly pruned: readonly string[];
  /** Why something that was due to be removed is still there. */
  readonly unpruned?: string;
}

/**
 * Removes the backups that are older than 30 days, what a process that died left of one a week ago, and of the log what
 * no backup needs. One is removed only after a newer one has been read back: where none has, everything stays. What
 * cannot be removed stays, with its log, and keeps nothing else there.
 */
export async function prune(store: Store, now: Date): Promise<Pruned> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  const pruned: string[] = [];
  let unpruned: string | undefined;
  let kept: Date | undefined;
  let isNewerVerified = false;
  const isDone = async (work: () => Promise<void>) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isCirceError(error)) throw error;
      unpruned ??= error.message;
      return false;
    }
  };
  await isDone(async () => {
    for (const name of await backupsIn(store)) {
      const begun = begunAt(name) ?? now;
      if (!(await isFinished(store, name))) {
        if (begun < before(unfinishedDays)) await isDone(() => store.removeAll(name));
        continue;
      }
      if (begun < before(keptDays) && isNewerVerified && (await isDone(() => remove(store, name)))) {
        pruned.push(name);
        continue;
      }
      kept = begun;
      isNewerVerified ||= await isVerified(store, name);
    }
    if (kept && isNewerVerified) await pruneLogs(store, kept);
  });
  return { pruned, ...(unpruned !== undefined && { unpruned }) };
}

/** Begins with what says that it is whole: who dies in between leaves none that seems to be. */
async function remove(store: Store, name: string): Promise<void> {
  await store.remove(`${name}/${verifiedMark}`);
  await store.remove(`${name}/${manifestName}`);
  await store.removeAll(name);
}
