// The embedded server against what SQLite and the driver cost by themselves, over every transport, in one run.
// `BENCH_PEER` may name the connection string of another MongoDB-compatible server, which then runs along.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, startInWorker } from '@paper-circe/embedded';
import { startReplay } from '@paper-circe/embedded/testing/replay';
import { MongoClient } from 'mongodb';
import { besideBar, compareEach, print, ratio, type Closer, type Result } from '../rounds.ts';
import { Floor } from './floor.ts';
import { document, latencyTask, singles, STORED, tasksOf, togetherTask, type Way } from './tasks.ts';

/** Of the speed of SQLite and the driver’s pings, for single operations on a durable file; and of sixteen callers, of one. */
const [SINGLE, SIXTEEN] = [0.8, 2];
const barred: ReadonlySet<string> = new Set(['unix socket', 'in the process']);

async function reach(name: string, uri: string): Promise<Way> {
  const client = await new MongoClient(uri).connect();
  const db = client.db(`bench-${Date.now().toString(36)}`);
  const docs = db.collection('docs');
  await docs.createIndex({ n: 1 });
  await docs.insertMany(Array.from({ length: STORED }, (_, n) => document(n)));
  return { name, client, db, docs, next: STORED };
}

export async function benchEmbedded(closer: Closer = {}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-bench-'));
  const file = (name: string): string => join(folder, `${name}.sqlite`);
  const servers = [
    await startEmbedded({ file: file('socket') }),
    await startEmbedded({ file: file('memory'), inProcess: true }),
    await startInWorker({ file: file('worker') }),
    await startEmbedded({ file: file('relaxed'), inProcess: true, durability: 'relaxed' }),
  ] as const;
  const [socket, memory, worker, relaxed] = servers;
  const peer = process.env['BENCH_PEER'];
  const ways: [Way, ...Way[]] = [
    await reach('unix socket', socket.uri),
    await reach('in the process', memory.uri),
    await reach('worker thread', worker.uri),
    await reach('in the process, relaxed', relaxed.uri),
    ...(peer ? [await reach('peer', peer)] : []),
  ];
  const bounds = [];
  for (const way of barred) {
    const server = await startReplay(way === 'in the process');
    bounds.push({ ...(await reach(`at most, ${way}`, server.uri)), server });
  }
  const floor = new Floor(folder);
  floor.add(STORED);
  console.log('Embedded: shares of the speed of the same rows in node:sqlite plus the driver’s pings.');
  const latency = await latencyTask(ways);
  const tasks = [...tasksOf(floor, ways, bounds), ...ways.slice(0, 3).map(togetherTask), latency.task];
  for await (const results of compareEach(tasks, closer)) {
    print(results);
    printBars(results);
  }
  await latency.close();
  for (const { client, db } of [...ways, ...bounds]) {
    await db.dropDatabase();
    await client.close();
  }
  floor.close();
  for (const server of [...servers, ...bounds.map(({ server }) => server)]) await server.close();
  await rm(folder, { recursive: true, force: true });
}

function printBars(results: readonly Result[]): void {
  const [measure, ...others] = results as [Result, ...Result[]];
  for (const one of others) {
    const least = barOf(measure.task, one.contender);
    if (least !== undefined) console.log(`  bar: ${one.contender} ${besideBar(ratio(one, measure), least)}`);
  }
}

function barOf(task: string, contender: string): number | undefined {
  if (contender === 'sixteen callers') return SIXTEEN;
  return singles.has(task) && barred.has(contender) ? SINGLE : undefined;
}
