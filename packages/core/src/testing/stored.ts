import type { Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';

/**
 * How many documents each collection has, how often they were changed, and when last: any write shows in it. Of what
 * the sealer numbers behind the writers' back only how many there are.
 */
export async function tallyOf({ db }: Database): Promise<Record<string, unknown>> {
  const of = { n: { $sum: 1 }, revisions: { $sum: '$revision' }, last: { $max: '$updatedAt' } };
  return acrossTenants('this test', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
    const tallies = names.map(async (name) => {
      const sealed = name === 'auditEvents' || name === 'counters';
      const [tally] = sealed
        ? [await db.collection(name).estimatedDocumentCount()]
        : await db
            .collection(name)
            .aggregate([{ $group: { _id: null, ...of } }])
            .toArray();
      return [name, tally];
    });
    return Object.fromEntries(await Promise.all(tallies)) as Record<string, unknown>;
  });
}
