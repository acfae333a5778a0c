import { isCirceError } from '../errors.ts';
import { backupsIn, begunAt, fileOf, isFinished, readBackup, type Backup } from './folder.ts';
import { readLines } from './lines.ts';
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
 * no backup needs. One is removed only after a newer one has been read back, and only where each of its clinics is in a
 * newer one that was: no clinic ever goes from an installation, so what has others is of one that was lost, or was put
 * back to an earlier state, and nothing that a database makes by itself takes the last of that away. What cannot be
 * removed stays, with its log, and keeps nothing else there.
 */
export async function prune(store: Store, now: Date): Promise<Pruned> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
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
    for (const name of await backupsIn(store)) {
      const begun = begunAt(name) ?? now;
      if (!(await isFinished(store, name))) {
        if (begun < before(unfinishedDays)) await isDone(() => store.removeAll(name));
        continue;
      }
      const isDue = begun < before(keptDays) && verified.length > 0;
      const outcome = isDue ? await outcomeOf(name, begun) : 'kept';
      if (outcome === 'removed') continue;
      if (outcome === 'kept') oldest = begun;
      if (await isVerified(store, name)) verified.push(name);
    }
    if (oldest && verified.length > 0) await pruneLogs(store, oldest, held);
  });
  return { pruned, ...(unpruned !== undefined && { unpruned }) };
}

/** So many clinics are named. */
const named = 5;

function lastOf(name: string, clinics: readonly string[]): string {
  const some = clinics.slice(0, named).join(', ');
  const more = clinics.length > named ? ` and ${clinics.length - named} more` : '';
  return `${name} stays, as no newer backup has what it has of ${some}${more}. Restore it, or remove it by hand where nobody needs it.`;
}

/** What backups have in them, each of which is looked at once. */
class Contents {
  readonly #store: Store;
  readonly #backups = new Map<string, Backup | undefined>();
  readonly #clinics = new Map<string, Clinics>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The short names of those clinics of a backup that none of some others has. Where it is damaged as a whole, it is of
   * no use to anybody, and has none; where only the list of its clinics is, somebody has to look.
   * @throws VALIDATION then
   */
  async clinicsBeside(name: string, others: readonly string[]): Promise<string[]> {
    const left = new Map(await this.#clinicsOf(name));
    for (const other of others) {
      if (left.size === 0) break;
      const there = (await undamaged(this.#clinicsOf(other))) ?? new Map<string, string>();
      for (const id of there.keys()) left.delete(id);
    }
    return [...left.values()];
  }

  async historyOf(name: string): Promise<string | undefined> {
    return (await this.#backup(name))?.history;
  }

  async #backup(name: string): Promise<Backup | undefined> {
    if (!this.#backups.has(name)) this.#backups.set(name, await undamaged(readBackup(this.#store.in(name))));
    return this.#backups.get(name);
  }

  async #clinicsOf(name: string): Promise<Clinics> {
    const known = this.#clinics.get(name);
    if (known) return known;
    const backup = await this.#backup(name);
    const clinics: Clinics = backup ? await clinicsIn(this.#store.in(name), backup) : new Map();
    this.#clinics.set(name, clinics);
    return clinics;
  }
}

/** The short names of clinics by their ids. */
type Clinics = ReadonlyMap<string, string>;

async function clinicsIn(store: Store, { collections }: Backup): Promise<Clinics> {
  const clinics = new Map<string, string>();
  const tenants = collections.find(({ name }) => name === 'tenants');
  if (!tenants) return clinics;
  for await (const { _id: id, slug } of readLines(store, fileOf('tenants'), tenants.file))
    clinics.set(String(id), String(slug));
  return clinics;
}

async function undamaged<Read>(reading: Promise<Read>): Promise<Read | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isCirceError(error, 'VALIDATION')) return undefined;
    throw error;
  }
}

/** Begins with what says that it is whole: who dies in between leaves none that seems to be. */
async function remove(store: Store, name: string): Promise<void> {
  await store.remove(`${name}/${verifiedMark}`);
  await store.remove(`${name}/${manifestName}`);
  await store.removeAll(name);
}
