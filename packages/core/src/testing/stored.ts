import type { Document } from 'mongodb';
import type { Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';

/** All that is stored, by collection; of what the sealer numbers behind the writers' back only the ids. */
export async function everythingStored({ db }: Database): Promise<Record<string, Document[]>> {
  return acrossTenants('this test', async () => {
    const all: Record<string, Document[]> = {};
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const sealed = name === 'auditEvents' || name === 'counters';
      const projection = sealed ? { projection: { _id: 1 } } : {};
      all[name] = await db.collection(name).find({}, projection).sort({ _id: 1 }).toArray();
    }
    return all;
  });
}
