// Two processes may begin a backup in the same millisecond. A folder could refuse the second one, and not every bucket
// can; so whoever begins leaves a mark, looks what else is there, and makes way for whatever that is.
import { randomInt, randomUUID } from 'node:crypto';
import { backupsIn, nameOf } from './folder.ts';
import type { Store } from './store.ts';

/** Two that made way for each other meet again once in so many times. */
const steps = 50;

export interface Begun {
  readonly name: string;
  /** A file that is to be removed before the backup is whole. */
  readonly mark: string;
}

/**
 * Begins a backup under a name that is nobody else's: that of the moment, or of one a few milliseconds later. What fails
 * is taken back with all that has its name, which must be nothing that somebody else has begun.
 * @throws UNAVAILABLE when the place cannot be written or read
 */
export async function begin(store: Store, moment: Date): Promise<Begun> {
  // Where it cannot be listed, the mark that is written says why.
  const taken = new Set(await backupsIn(store).catch(() => []));
  const mark = `.begun-${randomUUID()}`;
  for (let at = moment.getTime(); ; at += taken.has(nameOf(new Date(at))) ? 1 : randomInt(1, steps)) {
    const name = nameOf(new Date(at));
    if (!taken.has(name) && (await isOurs(store, name, mark))) return { name, mark };
  }
}

/** Of two that leave their marks before they look, each sees the other's: both make way rather than none. */
async function isOurs(store: Store, name: string, mark: string): Promise<boolean> {
  const path = `${name}/${mark}`;
  await store.keep(path, []);
  try {
    if ((await store.list(name)).every((file) => file === mark)) return true;
  } catch (error) {
    await store.remove(path).catch(() => undefined);
    throw error;
  }
  await store.remove(path);
  return false;
}
