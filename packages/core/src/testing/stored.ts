import type { Document } from 'mongodb';
import type { Database } from '../database.ts';
import { acrossTenants } from '../firewall.ts';

/**
 * What a pipeline says of each collection, in one question about all of them: it is asked some hundred times. Nothing in
 * a database without a clinic.
 */
export async function inEach(
  { db }: Database,
  pipelineOf: (collection: string) => readonly Document[],
): Promise<Record<string, Document[]>> {
  return acrossTenants('this test', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
    const lookups = names.map((from) => ({ $lookup: { from, pipeline: pipelineOf(from), as: from } }));
    const [found = {}] = await db
      .collection('tenants')
      .aggregate<Record<string, Document[]>>([{ $limit: 1 }, { $replaceWith: {} }, ...lookups])
      .toArray();
    return found;
  });
}

/**
 * How many documents each collection has, how often they were changed, and when last: any write shows in it. Of what
 * the sealer numbers behind the writers' back only how many there are.
 */
export function tallyOf(database: Database): Promise<Record<string, unknown>> {
  const n = { $sum: 1 };
  const whole = { n, revisions: { $sum: '$revision' }, last: { $max: '$updatedAt' } };
  const isSealed = (name: string) => name === 'auditEvents' || name === 'counters';
  return inEach(database, (name) => [{ $group: { _id: null, ...(isSealed(name) ? { n } : whole) } }]);
}
