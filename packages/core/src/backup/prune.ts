import { isCirceError } from '../errors.ts';
import { backupsIn, begunAt, isFinished, isWithClinic } from './folder.ts';
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
 * no backup needs. One is removed only after a newer one has been read back: where none has, everything stays. One with
 * a clinic waits for a newer one with a clinic: those of an installation that was lost and began anew are no reason to
 * remove what it was. What cannot be removed stays, with its log, and keeps nothing else there.
 */
export async function prune(store: Store, now: Date): Promise<Pruned> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  const pruned: string[] = [];
  let unpruned: string | undefined;
  let kept: Date | undefined;
  /** Of those that were read back: the newest one, and the newest one with a clinic. */
  const newest: { verified?: string; clinic?: string } = {};
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
  /** Where one cannot be read, that is not known. */
  const has = async (name: string): Promise<'clinic' | 'no clinic' | undefined> => {
    let found: 'clinic' | 'no clinic' | undefined;
    await isDone(async () => {
      found = (await isWithClinic(store.in(name))) ? 'clinic' : 'no clinic';
    });
    return found;
  };
  const isCovered = async (name: string) =>
    newest.clinic !== undefined || (newest.verified !== undefined && (await has(name)) === 'no clinic');
  await isDone(async () => {
    for (const name of await backupsIn(store)) {
      const begun = begunAt(name) ?? now;
      if (!(await isFinished(store, name))) {
        if (begun < before(unfinishedDays)) await isDone(() => store.removeAll(name));
        continue;
      }
      if (begun < before(keptDays) && (await isCovered(name)) && (await isDone(() => remove(store, name)))) {
        pruned.push(name);
        continue;
      }
      kept = begun;
      if (newest.clinic || !(await isVerified(store, name))) continue;
      newest.verified ??= name;
      if ((await has(name)) === 'clinic') newest.clinic = name;
    }
    if (kept && newest.verified) await pruneLogs(store, kept);
  });
  return { pruned, ...(unpruned !== undefined && { unpruned }) };
}

/** Begins with what says that it is whole: who dies in between leaves none that seems to be. */
async function remove(store: Store, name: string): Promise<void> {
  await store.remove(`${name}/${verifiedMark}`);
  await store.remove(`${name}/${manifestName}`);
  await store.removeAll(name);
}
