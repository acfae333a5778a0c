// Inserting in a transaction as one command. The driver asks nothing again there, and its own way decodes each answer
// once for the listeners of its command events, the firewall is one, and once more for the result. See docs/decisions/reads.md.
import { MongoServerError, type ClientSession, type Collection, type Document } from 'mongodb';

/**
 * Inserts one document.
 * @throws what the driver's `insertOne` throws
 */
export async function insertInside(
  raw: Collection,
  document: Document,
  session: ClientSession,
): Promise<void> {
  const command = { insert: raw.collectionName, documents: [document], ordered: true };
  const { writeErrors } = await raw.db.command(command, { session });
  if (writeErrors) throw new MongoServerError(writeErrors[0]);
}
