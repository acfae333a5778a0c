// The database of a test run, in this order: MONGODB_URI, a real mongod through mongodb-memory-server where
// its binary is already on the machine, the embedded server. The same tests pass on all of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '@paper-circe/embedded';
import './index.ts';

interface Server {
  readonly uri: string;
  readonly name: string;
  close(): Promise<void>;
}

async function realMongod(): Promise<Server | undefined> {
  const { MongoMemoryReplSet } = await import('mongodb-memory-server');
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  // Looks for a binary and never downloads one.
  if (!(await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions()))) return undefined;
  const replSet = await MongoMemoryReplSet.create({ replSet: { count: 1 } });
  return { uri: replSet.getUri(), name: 'mongod', close: async () => void (await replSet.stop()) };
}

async function embedded(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'circe-test-'));
  const server = await startEmbedded({ file: join(folder, 'test.db'), durability: 'relaxed' });
  return {
    uri: server.uri,
    name: 'the embedded database',
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['MONGODB_URI'];
  const server: Server = given
    ? { uri: given, name: 'MONGODB_URI', close: async () => undefined }
    : ((await realMongod()) ?? (await embedded()));
  console.log(`[${project.name}] tests run against ${server.name}`);
  project.provide('databaseUri', server.uri);
  return () => server.close();
}
