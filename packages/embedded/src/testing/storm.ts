import { MongoClient } from 'mongodb';
import { startEmbedded } from '../index.ts';

/** Writes without end and tells its parent what was acknowledged: the process that the durability test kills. */
const server = await startEmbedded({ file: process.argv[2] as string });
const client = await new MongoClient(server.uri).connect();
const db = client.db('storm');
await db.collection('single').createIndex({ n: 1 }, { unique: true });
await db.collection('left').createIndex({ t: 1 });
let next = (await db.collection('single').countDocuments()) * 1000 + Math.floor(Math.random() * 1000) + 1;
const name = (): number => next++ * 10_000 + Math.floor(Math.random() * 10_000);

async function writeAlone(): Promise<never> {
  for (;;) {
    const n = name();
    await db.collection('single').insertOne({ n });
    process.send?.({ write: n });
  }
}

async function writeTogether(): Promise<never> {
  for (;;) {
    const t = name();
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await db.collection('left').insertOne({ t }, { session });
        await db.collection('right').insertOne({ t }, { session });
      }),
    );
    process.send?.({ transaction: t });
  }
}

await Promise.all([writeAlone(), writeAlone(), writeAlone(), writeTogether(), writeTogether()]);
