import { MongoClient } from 'mongodb';
import { startEmbedded } from '../index.ts';

/** What the process that is killed has been told to be written, as it tells its parent. */
export type Acknowledged =
  | { single: number }
  | { transaction: number }
  | { batch: number }
  | { long: number }
  | { moved: number; version: number };

export const BATCH = 40;
/** Of so many documents a transaction is committed in parts. */
export const LONG = 250;
const MOVING = 100;

/** Writes without end, in every way there is: the process that the durability test kills. */
async function storm(file: string): Promise<never> {
  const server = await startEmbedded({ file });
  const client = await new MongoClient(server.uri).connect();
  const db = client.db('storm');
  await db.collection('single').createIndex({ n: 1 }, { unique: true });
  await db.collection('left').createIndex({ t: 1 });
  const moving = db.collection<{ _id: number }>('moving');
  await moving.createIndex({ version: 1 });
  const longs = db.collection('long');
  await longs.createIndex({ k: -1 }, { unique: true });
  let next = Date.now() * 1000;
  const tell = (what: Acknowledged): void => void process.send?.(what);

  const lanes: (() => Promise<unknown>)[] = [
    async () => {
      const single = next++;
      await db.collection('single').insertOne({ n: single });
      tell({ single });
    },
    async () => {
      const transaction = next++;
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await db.collection('left').insertOne({ t: transaction }, { session });
          await db.collection('right').insertOne({ t: transaction }, { session });
        }),
      );
      tell({ transaction });
    },
    async () => {
      const batch = next++;
      await db
        .collection('batches')
        .insertMany(Array.from({ length: BATCH }, (_, k) => ({ batch, k, tags: [k, k + 1] })));
      tell({ batch });
    },
    async () => {
      const moved = Math.floor(Math.random() * MOVING);
      const version = next++;
      await moving.bulkWrite([
        { deleteOne: { filter: { _id: (moved + 1) % MOVING, version: { $lt: 0 } } } },
        {
          updateOne: {
            filter: { _id: moved },
            update: { $max: { version }, $push: { list: { $each: [version], $slice: -3 } } },
            upsert: true,
          },
        },
        { replaceOne: { filter: { _id: -1 }, replacement: { version, list: [moved] }, upsert: true } },
      ]);
      tell({ moved, version });
    },
    async () => {
      const long = next++;
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await longs.deleteMany({}, { session });
          const all = Array.from({ length: LONG }, (_, k) => ({ long, k, text: 'x'.repeat(200) }));
          await longs.insertMany(all, { session });
        }),
      );
      tell({ long });
    },
    async () => {
      await db.collection('batches').createIndex({ tags: 1, batch: -1 });
      await db.collection('batches').dropIndex('tags_1_batch_-1');
    },
  ];
  const forever = async (lane: () => Promise<unknown>): Promise<never> => {
    for (;;) await lane();
  };
  return Promise.race([...lanes, ...lanes.slice(0, 4)].map(forever));
}

const file = process.argv[2];
if (process.send && file) await storm(file);
