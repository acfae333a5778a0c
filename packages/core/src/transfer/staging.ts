// A clinic exists when its own document does: whatever else carries its id is out of everybody's sight until then. So
// an import first writes all the rest, batch by batch, and the clinic last. Who dies in between leaves a row that says
// so, and the next import, or the next look of a server, takes away what that one wrote. Every write of either is one
// transaction with that row, under the attempt that it was given: who was paused and comes back late writes nothing.
import { randomUUID } from 'node:crypto';
import { ObjectId, type ClientSession, type Document as Bson } from 'mongodb';
import type { Database } from '../connection.ts';
import { tenantCollections } from '../database.ts';
import { CirceError } from '../errors.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { acrossTenants } from '../firewall.ts';
import { hasRunOut } from '../lease.ts';
import { importsCollection, type ImportRow, type TenantScope } from '../tenancy.ts';

/** How long a process may be silent before it counts as dead, in milliseconds. */
export const silenceMs = 60_000;

/** A clinic that is being written. */
export interface Staging {
  readonly tenantId: string;
  readonly attempt: string;
}

function rowsOf({ db }: Database) {
  return db.collection<ImportRow>('imports');
}

/**
 * Begins to write a clinic.
 * @throws CONFLICT_DUPLICATE when the clinic is here already, or is being imported
 */
export async function begin(database: Database, tenantId: string): Promise<Staging> {
  await sweep(database);
  const attempt = randomUUID();
  try {
    await rowsOf(database).insertOne({ _id: tenantId, attempt, until: aWhile(database) });
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    const wait = `If that process died, begin again in ${silenceMs / 1000} seconds.`;
    throw duplicate(`This clinic is being imported already. ${wait}`);
  }
  const staging = { tenantId, attempt };
  if (await isHere(database, tenantId)) {
    await rowsOf(database).deleteOne({ _id: tenantId, attempt });
    throw hereAlready();
  }
  return staging;
}

/** Whether a clinic has appeared, as against what an import that died has left of it. */
export async function isThere({ db }: Database, tenantId: string): Promise<boolean> {
  return (await db.collection('tenants').findOne({ _id: new ObjectId(tenantId) })) !== null;
}

async function isHere(database: Database, tenantId: string): Promise<boolean> {
  if (await isThere(database, tenantId)) return true;
  const { db } = database;
  for (const { name } of tenantCollections) if (await db.collection(name).findOne({ tenantId })) return true;
  return false;
}

/** Writes some of its documents, all of them or none. */
export async function write(
  database: Database,
  staging: Staging,
  collection: string,
  documents: readonly Bson[],
): Promise<void> {
  if (documents.length === 0) return;
  await fenced(database, staging, async (session) => {
    await database.db.collection(collection).insertMany([...documents], { session });
  });
}

/** @throws UNAVAILABLE when another process has taken its place */
function fenced<Result>(
  database: Database,
  staging: Staging,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  return database.client.withSession((own) =>
    own.withTransaction(
      async (session) => {
        const until = { $set: { until: aWhile(database) } };
        const { matchedCount } = await rowsOf(database).updateOne(rowOf(staging), until, { session });
        if (matchedCount === 0) throw overtaken();
        return work(session);
      },
      { writeConcern: { w: 'majority' } },
    ),
  );
}

/**
 * Ends the writing in the transaction that makes the clinic.
 * @throws UNAVAILABLE when the process was silent for so long that what it had written was taken away
 */
export async function finish(inside: TenantScope, staging: Staging): Promise<void> {
  const { raw, options } = importsCollection(inside);
  const { deletedCount } = await raw.deleteOne(rowOf(staging), options);
  if (deletedCount === 0) throw overtaken();
}

/** So many documents are taken away at once. */
const batch = 500;

/** Takes away what an import has written, unless another process is at it. */
export async function undo(database: Database, staging: Staging): Promise<void> {
  // Under another attempt, so that whoever wrote it can go on no more.
  const own = { tenantId: staging.tenantId, attempt: randomUUID() };
  const taken = { $set: { attempt: own.attempt, until: aWhile(database) } };
  if ((await rowsOf(database).updateOne(rowOf(staging), taken)).matchedCount === 0) return;
  for (const { name } of tenantCollections)
    while ((await fenced(database, own, (session) => removeSome(database, own, name, session))) === batch);
  await rowsOf(database).deleteOne(rowOf(own));
}

async function removeSome(
  { db }: Database,
  { tenantId }: Staging,
  name: string,
  session: ClientSession,
): Promise<number> {
  const collection = db.collection(name);
  const some = { projection: { _id: 1 }, limit: batch, session };
  const ids = (await collection.find({ tenantId }, some).toArray()).map(({ _id }) => _id);
  if (ids.length > 0) await collection.deleteMany({ tenantId, _id: { $in: ids } }, { session });
  return ids.length;
}

/** Takes away what the imports of dead processes have written. */
export async function sweep(database: Database): Promise<void> {
  await acrossTenants('import of a clinic', async () => {
    const dead = await rowsOf(database).find(hasRunOut(database.clock())).toArray();
    for (const { _id: tenantId, attempt } of dead) await undo(database, { tenantId, attempt });
  });
}

const rowOf = ({ tenantId: _id, attempt }: Staging) => ({ _id, attempt });

const aWhile = ({ clock }: Database) => new Date(clock().getTime() + silenceMs);

export function hereAlready(): CirceError<'CONFLICT_DUPLICATE'> {
  return duplicate('This clinic is here already. With other ids (--remap) it can stand beside itself.');
}

function duplicate(message: string): CirceError<'CONFLICT_DUPLICATE'> {
  return new CirceError('CONFLICT_DUPLICATE', message, { field: 'id' });
}

function overtaken(): CirceError<'UNAVAILABLE'> {
  const message =
    'This import was silent for so long that another one has taken its place. Please begin again.';
  return new CirceError('UNAVAILABLE', message, {});
}
