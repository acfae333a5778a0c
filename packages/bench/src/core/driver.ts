import { MongoClient, ObjectId, type ClientSession } from 'mongodb';
import { transactionOptions, type Peer } from './peer.ts';

/** The native driver, as somebody writes it who adds the tenant to every filter by hand. */
export async function driverPeer(uri: string, database: string): Promise<Peer<ClientSession>> {
  const client = await new MongoClient(uri).connect();
  const db = client.db(database);
  return {
    name: 'driver',
    transaction: (work) =>
      client.withSession((session) => session.withTransaction(() => work(session), transactionOptions)),
    one: (name, filter, session) => db.collection(name).findOne(filter, { ...(session && { session }) }),
    many: (name, filter, options, session) =>
      db
        .collection(name)
        .find(filter, { ...options, ...(session && { session }) })
        .toArray(),
    async add(name, document, session) {
      const now = new Date();
      const whole = { _id: new ObjectId(), ...document, createdAt: now, updatedAt: now };
      await db.collection(name).insertOne(whole, { session });
      return whole;
    },
    change: (name, filter, { $set, ...rest }, session) =>
      db
        .collection(name)
        .findOneAndUpdate(
          filter,
          { ...rest, $set: { ...$set, updatedAt: new Date() } },
          { session, returnDocument: 'after' },
        ),
    upsert: (name, filter, update, session) =>
      db
        .collection(name)
        .findOneAndUpdate(filter, update, { session, returnDocument: 'after', upsert: true }),
    close: () => client.close(),
  };
}
