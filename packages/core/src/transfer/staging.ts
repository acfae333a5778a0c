// A clinic exists when its own document does: whatever else carries its id is out of everybody's sight until then. So
// an import first writes all the rest, batch by batch, and the clinic last. Who dies in between leaves a row that says
// so, and the next import takes away what that one wrote.
import { randomUUID } from 'node:crypto';
import { ObjectId, type Document as Bson } from 'mongodb';
import type { Database } from '../connection.ts';
import { tenantCollections } from '../database.ts';
import { CirceError } from '../errors.ts';
import { duplicateIndex } from '../driver-errors.ts';
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
    throw hereAlready('This clinic is being imported already.');
  }
  const staging = { tenantId, attempt };
  if (await isHere(database, tenantId)) {
    await rowsOf(database).deleteOne({ _id: tenantId, attempt });
    throw hereAlready('This clinic is here already. With other ids (--remap) it can stand beside itself.');
  }
  return staging;
}

async function isHere({ db }: Database, tenantId: string): Promise<boolean> {
  if (await db.collection('tenants').findOne({ _id: new ObjectId(tenantId) })) return true;
  for (const { name } of tenantCollections) if (await db.collection(name).findOne({ tenantId })) return true;
  return false;
}

/** Writes some of its documents. */
export async function write(
  database: Database,
  staging: Staging,
  collection: string,
  documents: readonly Bson[],
): Promise<void> {
  const { matchedCount } = await rowsOf(database).updateOne(rowOf(staging), {
    $set: { until: aWhile(database) },
  });
  if (matchedCount === 0) throw overtaken();
  if (documents.length > 0) await database.db.collection(collection).insertMany([...documents]);
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

/** Takes away what an import has written. */
export async function undo(database: Database, { tenantId, attempt }: Staging): Promise<void> {
  if (!(await rowsOf(database).findOne({ _id: tenantId, attempt }))) return;
  for (const { name } of tenantCollections) await database.db.collection(name).deleteMany({ tenantId });
  await rowsOf(database).deleteOne({ _id: tenantId, attempt });
}

/** Takes away what the imports of dead processes have written. */
async function sweep(database: Database): Promise<void> {
  const dead = await rowsOf(database)
    .find({ until: { $lt: database.clock() } })
    .toArray();
  for (const { _id: tenantId, attempt } of dead) await undo(database, { tenantId, attempt });
}

const rowOf = ({ tenantId: _id, attempt }: Staging) => ({ _id, attempt });

const aWhile = ({ clock }: Database) => new Date(clock().getTime() + silenceMs);

function hereAlready(message: string): CirceError<'CONFLICT_DUPLICATE'> {
  return new CirceError('CONFLICT_DUPLICATE', message, { field: 'id' });
}

function overtaken(): CirceError<'UNAVAILABLE'> {
  const message =
    'This import was silent for so long that another one has taken its place. Please begin again.';
  return new CirceError('UNAVAILABLE', message, {});
}
