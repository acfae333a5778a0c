import type { ChangeStream, Collection, Db, MongoClient } from 'mongodb';
import type { Task } from '../rounds.ts';
import type { Replay } from '@paper-circe/embedded/testing/replay';
import type { Floor } from './floor.ts';

/** One way to reach a server, with what the tasks need of it. */
export interface Way {
  readonly name: string;
  readonly client: MongoClient;
  readonly db: Db;
  readonly docs: Collection;
  next: number;
}

interface Act {
  readonly name: string;
  readonly calls: number;
  /** Its command, of what is one operation on one document. */
  readonly single?: string;
  /** Whether it is recognised when it is repeated, as what the driver writes is. */
  readonly writes?: true;
  /** What SQLite must do for it at least, and how many round trips the driver makes. */
  readonly raw: (floor: Floor, n: number) => unknown;
  readonly trips: number;
  readonly run: (way: Way, n: number) => Promise<unknown>;
}

export const STORED = 10_000;
export const document = (n: number) => ({
  n,
  group: n % 50,
  name: `Name ${n % 997}`,
  when: new Date(1.7e12 + n * 1000),
  list: [n, n + 1],
});

const some = (n: number): number => (n * 7919) % STORED;

const acts: Act[] = [
  {
    name: 'insertOne',
    writes: true,
    single: 'insert',
    calls: 100,
    trips: 1,
    raw: (floor) => floor.add(1),
    run: (way) => way.docs.insertOne(document(way.next++)),
  },
  {
    name: 'insertMany of 100',
    writes: true,
    calls: 20,
    trips: 1,
    raw: (floor) => floor.add(100),
    run: (way) => way.docs.insertMany(Array.from({ length: 100 }, () => document(way.next++))),
  },
  {
    name: 'findOne by an index',
    single: 'find',
    calls: 300,
    trips: 1,
    raw: (floor, n) => floor.find(some(n)),
    run: (way, n) => way.docs.findOne({ n: some(n) }),
  },
  {
    name: 'find a range of 100',
    calls: 100,
    trips: 1,
    raw: (floor, n) => floor.range(some(n) % 9000, 100),
    run: (way, n) =>
      way.docs
        .find({ n: { $gte: some(n) % 9000, $lt: (some(n) % 9000) + 100 } })
        .batchSize(200)
        .toArray(),
  },
  {
    name: 'updateOne',
    writes: true,
    single: 'update',
    calls: 100,
    trips: 1,
    raw: (floor, n) => floor.change(some(n)),
    run: (way, n) => way.docs.updateOne({ n: some(n) }, { $inc: { seen: 1 } }),
  },
  {
    name: 'findOneAndUpdate',
    writes: true,
    single: 'findAndModify',
    calls: 100,
    trips: 1,
    raw: (floor, n) => floor.change(some(n)),
    run: (way, n) => way.docs.findOneAndUpdate({ n: some(n) }, { $inc: { seen: 1 } }),
  },
  {
    name: 'group over 10,000',
    calls: 3,
    trips: 1,
    raw: (floor) => floor.read(STORED),
    run: (way) =>
      way.docs
        .aggregate([{ $match: { n: { $lt: STORED } } }, { $group: { _id: '$group', sum: { $sum: '$n' } } }])
        .toArray(),
  },
  {
    name: 'a transaction of two writes',
    writes: true,
    calls: 60,
    trips: 3,
    raw: (floor) => floor.add(2),
    run: (way) =>
      way.client.withSession((session) =>
        session.withTransaction(async () => {
          await way.docs.insertOne(document(way.next++), { session });
          await way.docs.insertOne(document(way.next++), { session });
        }),
      ),
  },
];

/** Those that are one operation on one document. */
export const singles: ReadonlySet<string> = new Set(
  acts.flatMap(({ name, single }) => (single === undefined ? [] : name)),
);

/**
 * Each act by every way, with the raw cost and the driver's pings first, which the others are compared with.
 * @param bounds ways to servers that answer single operations with nothing but the raw cost
 */
export function tasksOf(
  floor: Floor,
  ways: readonly [Way, ...Way[]],
  bounds: readonly (Way & { readonly server: Replay })[],
): Task[] {
  let count = 0;
  for (const { server } of bounds)
    for (const { single, raw } of acts) if (single) server.replay(single, () => raw(floor, count++));
  return acts.map(({ name, single, writes, calls, trips, raw, run }) => {
    const besidePings = async (work: () => unknown): Promise<void> => {
      work();
      for (let trip = 0; trip < trips; trip++) await ways[0].db.command({ ping: 1 });
    };
    return {
      name,
      calls,
      contenders: [
        {
          name: 'node:sqlite + ping',
          run: () => besidePings(() => raw(floor, count++)),
        },
        ...(writes
          ? [
              {
                name: 'unrecognised + ping',
                run: () => besidePings(() => floor.unrecognised(() => raw(floor, count++))),
              },
            ]
          : []),
        ...[...ways, ...(single ? bounds : [])].map((way) => ({
          name: way.name,
          run: () => run(way, count++),
        })),
      ],
    };
  });
}

/** One caller against sixteen at once, who may share a commit: microseconds for each write. */
export const togetherTask = (way: Way): Task => ({
  name: `insertOne, 16 writes, ${way.name}`,
  calls: 10,
  contenders: [
    {
      name: 'one after another',
      run: async () => {
        for (let n = 0; n < 16; n++) await way.docs.insertOne(document(way.next++));
      },
    },
    {
      name: 'sixteen callers',
      run: () => Promise.all(Array.from({ length: 16 }, () => way.docs.insertOne(document(way.next++)))),
    },
  ],
});

/** How long after its write an event arrives. */
export async function latencyTask(
  ways: readonly [Way, ...Way[]],
): Promise<{ task: Task; close: () => Promise<void> }> {
  const streams: ChangeStream[] = [];
  const contenders = [];
  for (const way of ways) {
    const watched = way.db.collection('watched');
    const stream = watched.watch();
    streams.push(stream);
    // It begins with its first answer.
    await stream.tryNext();
    contenders.push({
      name: way.name,
      run: () => Promise.all([stream.next(), watched.insertOne({})]),
    });
  }
  const [first, ...others] = contenders;
  if (!first) throw new Error('there is no way to measure');
  return {
    task: { name: 'a change stream: from a write to its event', calls: 30, contenders: [first, ...others] },
    close: async () => void (await Promise.all(streams.map((stream) => stream.close()))),
  };
}
