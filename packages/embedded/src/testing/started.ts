import { randomUUID } from 'node:crypto';
import { MongoClient, type Collection, type Db, type Document } from 'mongodb';
import { startEmbedded, type EmbeddedOptions, type EmbeddedServer } from '../index.ts';

/** A started server with a client on it, for tests. */
export interface Started extends AsyncDisposable {
  server: EmbeddedServer;
  client: MongoClient;
  db: Db;
  /** An empty collection of its own. */
  fresh<T extends Document = Document>(): Collection<T>;
}

/**
 * Starts a server for a test; `MONGODB_URI` runs the same tests against another one, so that a wrong
 * expectation of ours is found there.
 */
export async function started(options: Partial<EmbeddedOptions> = {}): Promise<Started> {
  const external = process.env['MONGODB_URI'];
  const server = external
    ? {
        uri: external,
        file: '',
        backup: () => Promise.reject(new Error('not here')),
        refused: () => Promise.resolve(undefined),
        close: () => Promise.resolve(),
      }
    : await startEmbedded({ file: ':memory:', ...options });
  const client = await new MongoClient(server.uri, { promoteValues: true }).connect();
  const db = client.db(`test-${randomUUID().slice(0, 8)}`);
  let next = 0;
  return {
    server,
    client,
    db,
    fresh: <T extends Document = Document>() => db.collection<T>(`c${++next}`),
    async [Symbol.asyncDispose]() {
      if (external) await db.dropDatabase();
      await client.close();
      await server.close();
    },
  };
}
