// The client of holds.ts, in a process of its own, so that only the server is measured.
import { MongoClient } from 'mongodb';

const [uri = '', size = '0'] = process.argv.slice(2);
const count = Number(size);
const client = await new MongoClient(uri).connect();
const docs = client.db('holds').collection('docs');

const document = (n: number) => ({
  n,
  key: (n * 7919) % 1_000_003,
  name: `Name ${n % 977}`,
  status: 'abc'[n % 3],
  when: new Date(1.7e12 + n * 1000),
  text: 'x'.repeat(60),
});

async function read(cursor: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const doc of cursor) if (doc) found++;
  return found;
}

const parts: [name: string, run: () => Promise<unknown>][] = [
  [
    'insert',
    async () => {
      for (let from = 0; from < count; from += 1000)
        await docs.insertMany(Array.from({ length: 1000 }, (_, n) => document(from + n)));
    },
  ],
  ['scan', () => read(docs.find({ text: 'none' }))],
  ['sort all', () => read(docs.find().sort({ key: 1 }))],
  ['sort, newest 20', () => read(docs.find().sort({ key: -1 }).limit(20))],
  ['group by 3 keys', () => read(docs.aggregate([{ $group: { _id: '$status', sum: { $sum: '$n' } } }]))],
  ['group, each its own', () => read(docs.aggregate([{ $group: { _id: '$key', sum: { $sum: '$n' } } }]))],
  ['build an index', () => docs.createIndex({ key: 1 })],
  ['update a tenth', () => docs.updateMany({ n: { $lt: count / 10 } }, { $inc: { seen: 1 } })],
  ['delete a tenth', () => docs.deleteMany({ n: { $lt: count / 10 } })],
  ['drop', () => docs.drop()],
];

for (const [name, run] of parts) {
  process.send?.({ begin: name });
  await run();
  process.send?.({ end: name });
}
await client.close();
process.disconnect?.();
