// The database of a test run, in this order: MONGODB_URI, a real mongod through mongodb-memory-server where
// its binary is already on the machine, the embedded server. The same tests pass on all of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { TestDatabase } from './index.ts';

interface Chosen {
  readonly database: TestDatabase;
  readonly name: string;
  close(): Promise<void>;
}

async function realMongod(): Promise<Chosen | undefined> {
  const { MongoMemoryReplSet } = await import('mongodb-memory-server');
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  // Looks for a binary and never downloads one.
  if (!(await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions()))) return undefined;
  const replSet = await MongoMemoryReplSet.create({ replSet: { count: 1 } });
  const database = { uri: replSet.getUri() };
  return { database, name: 'mongod', close: async () => void (await replSet.stop()) };
}

async function embedded(): Promise<Chosen> {
  const folder = await mkdtemp(join(tmpdir(), 'circe-test-'));
  return {
    database: { folder },
    name: 'the embedded database',
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const uri = process.env['MONGODB_URI'];
  const { database, name, close }: Chosen = uri
    ? { database: { uri }, name: 'MONGODB_URI', close: async () => undefined }
    : ((await realMongod()) ?? (await embedded()));
  console.log(`[${project.name}] tests run against ${name}`);
  project.provide('testDatabase', database);
  return close;
}
