// What backups have of clinics, as far as it is asked.
import { isCirceError } from '../errors.ts';
import { fileOf, readBackup, type Backup } from './folder.ts';
import { readLines } from './lines.ts';
import type { Store } from './store.ts';

/** What backups have in them, each of which is looked at once. */
export class Contents {
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
    const left = new Map(await this.clinicsOf(name));
    for (const other of others) {
      if (left.size === 0) break;
      const there = (await undamaged(this.clinicsOf(other))) ?? new Map<string, string>();
      for (const id of there.keys()) left.delete(id);
    }
    return [...left.values()];
  }

  async historyOf(name: string): Promise<string | undefined> {
    return (await this.backupOf(name))?.history;
  }

  async backupOf(name: string): Promise<Backup | undefined> {
    if (!this.#backups.has(name)) this.#backups.set(name, await undamaged(readBackup(this.#store.in(name))));
    return this.#backups.get(name);
  }

  /** The short names of its clinics by their ids; none of one that is damaged as a whole. */
  async clinicsOf(name: string): Promise<Clinics> {
    const known = this.#clinics.get(name);
    if (known) return known;
    const backup = await this.backupOf(name);
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
