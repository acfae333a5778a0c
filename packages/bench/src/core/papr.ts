import { MongoClient, type ClientSession, type Document, type ObjectId } from 'mongodb';
import Papr, { schema, types } from 'papr';
import { transactionOptions, type Name, type Peer } from './peer.ts';

/** What the acts use of a model. What its fields are, papr knows in types and in the server's validation only. */
interface Model {
  findOne(filter: Document, options: Document): Promise<Document | null>;
  find(filter: Document, options: Document): Promise<Document[]>;
  insertOne(document: Document, options: Document): Promise<{ _id: ObjectId }>;
  findOneAndUpdate(filter: Document, update: Document, options: Document): Promise<Document | null>;
}

export async function paprPeer(uri: string, database: string): Promise<Peer<ClientSession>> {
  const client = await new MongoClient(uri).connect();
  const papr = new Papr();
  papr.initialize(client.db(database));
  const owned = schema({ tenantId: types.string({ required: true }) }, { timestamps: true });
  const model = (name: Name) => papr.model(name, owned) as unknown as Model;
  const models: Record<Name, Model> = {
    patients: model('patients'),
    staff: model('staff'),
    treatments: model('treatments'),
    bookings: model('bookings'),
    counters: model('counters'),
    auditEvents: model('auditEvents'),
  };
  return {
    name: 'papr',
    transaction: (work) =>
      client.withSession((session) => session.withTransaction(() => work(session), transactionOptions)),
    one: (name, filter, session) => models[name].findOne(filter, { ...(session && { session }) }),
    many: (name, filter, options, session) =>
      models[name].find(filter, { ...options, ...(session && { session }) }),
    add: (name, document, session) => models[name].insertOne(document, { session }),
    change: (name, filter, update, session) =>
      models[name].findOneAndUpdate(filter, update, { session, returnDocument: 'after' }),
    upsert: (name, filter, update, session) =>
      models[name].findOneAndUpdate(filter, update, { session, returnDocument: 'after', upsert: true }),
    close: () => client.close(),
  };
}
