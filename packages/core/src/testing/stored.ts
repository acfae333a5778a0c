import type { Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';

/**
 * How many documents each collection has, how often they were changed, and when last: any write shows in it. Of what
 * the sealer numbers behind the writers' back only how many there are.
 */
export async function tallyOf({ db }: Database): Promise<Record<string, unknown>> {
  const counted = { n: { $sum: 1 } };
  const of = { ...counted, revisions: { $sum: '$revision' }, last: { $max: '$updatedAt' } };
  return acrossTenants('this test', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
    // One question about all of them: this is asked some hundred times.
    const [tally] = await db
      .collection('tenants')
      .aggregate([
        { $limit: 1 },
        { $project: { _id: 1 } },
        ...names.map((name) => {
          const sealed = name === 'auditEvents' || name === 'counters';
          return {
            $lookup: {
              from: name,
              pipeline: [{ $group: { _id: null, ...(sealed ? counted : of) } }],
              as: name,
            },
          };
        }),
      ])
      .toArray();
    return tally ?? {};
  });
}
