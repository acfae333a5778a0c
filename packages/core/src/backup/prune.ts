import { isCirceError } from '../errors.ts';
import { named } from '../named.ts';
import { dayMs } from '../time.ts';
import { Contents } from './contents.ts';
import { backupsIn, begunAt, isFinished } from './folder.ts';
import { pruneLogs } from './log.ts';
import { manifestName } from './manifest.ts';
import type { Store } from './store.ts';
import { isVerified, verifiedMark } from './verify.ts';

/** How long a backup is kept, in days. */
export const keptDays = 30;

/**
 * So much of the time between two backups counts for their age, at most, in days. A clock that jumps ahead makes all of
 * them seem old at once: they lose a week by it, and whoever makes one a month keeps five.
 */
const longestGapDays = 7;

/** Whoever has not finished a backup by then has died over it. */
const unfinishedDays = 7;

/** What {@link prune} did. */
export interface Pruned {
  /** The names of the backups that it removed. */
  readonly pruned: readonly string[];
  /** Why something that was due to be removed is still there. */
  readonly unpruned?: string;
}

/**
 * Removes the backups that are older than 30 days, what a process that died left of one a week ago, and of the log what
 * no backup needs. Between two backups no more than a week counts, so that no clock that is ahead makes all of them old.
 * One is removed only after a newer one has been read back, and only where each of its clinics is in a newer one that
 * was: no clinic ever goes from an installation, so what has others is of one that was lost, or was put back to an
 * earlier state, and nothing that a database makes by itself takes the last of that away. What cannot be removed stays,
 * with its log, and keeps nothing else there.
 */
export async function prune(store: Store, now: Date): Promise<Pruned> {
  const contents = new Contents(store);
  const pruned: string[] = [];
  /** Of those that stay: which were read back, how old the oldest one is, and since when a log is held for one. */
  const verified: string[] = [];
  let oldest: Date | undefined;
  const held = new Map<string | undefined, Date>();
  let unpruned: string | undefined;
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
  /** What becomes of one that is due: it is held where it is the last one that has some clinic. */
  const outcomeOf = async (name: string, begun: Date): Promise<'removed' | 'held' | 'kept'> => {
    let outcome: 'removed' | 'held' | 'kept' = 'kept';
    await isDone(async () => {
      const clinics = await contents.clinicsBeside(name, verified);
      if (clinics.length > 0) {
        unpruned ??= lastOf(name, clinics);
        held.set(await contents.historyOf(name), begun);
        outcome = 'held';
        return;
      }
      await remove(store, name);
      pruned.push(name);
      outcome = 'removed';
    });
    return outcome;
  };
  await isDone(async () => {
    const age = new Age(now);
    for (const name of await backupsIn(store)) {
      const begun = begunAt(name) ?? now;
      if (!(await isFinished(store, name))) {
        if (age.of(begun) > unfinishedDays * dayMs) await isDone(() => store.removeAll(name));
        continue;
      }
      const isDue = age.goOn(begun) > keptDays * dayMs && verified.length > 0;
      const outcome = isDue ? await outcomeOf(name, begun) : 'kept';
      if (outcome === 'removed') continue;
      if (outcome === 'kept') oldest = begun;
      if (await isVerified(store, name)) verified.push(name);
    }
    if (oldest && verified.length > 0) await pruneLogs(store, oldest, held);
  });
  return { pruned, ...(unpruned !== undefined && { unpruned }) };
}

/** How old backups are, one after the other, the newest first, as far as the time between them counts. */
class Age {
  #last: Date;
  #ms = 0;

  constructor(now: Date) {
    this.#last = now;
  }

  /** In milliseconds; nothing of one that a clock has named which was ahead. */
  of(begun: Date): number {
    const gap = this.#last.getTime() - begun.getTime();
    return gap < 0 ? 0 : this.#ms + Math.min(gap, longestGapDays * dayMs);
  }

  /** The same of one that is whole, from which the next one is counted. */
  goOn(begun: Date): number {
    const age = this.of(begun);
    if (begun <= this.#last) [this.#last, this.#ms] = [begun, age];
    return age;
  }
}

function lastOf(name: string, clinics: readonly string[]): string {
  return `${name} stays, as no newer backup has what it has of ${named(clinics)}. Restore it, or remove it by hand where nobody needs it.`;
}

/** Begins with what says that it is whole: who dies in between leaves none that seems to be. */
async function remove(store: Store, name: string): Promise<void> {
  await store.remove(`${name}/${verifiedMark}`);
  await store.remove(`${name}/${manifestName}`);
  await store.removeAll(name);
}
