// The embedded server in a process of its own, so that what is measured of this one is the clients' work.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs work against `MONGODB_URI`, or a server that lives as long as the work. */
export async function withServer(work: (uri: string) => Promise<void>): Promise<void> {
  const given = process.env['MONGODB_URI'];
  if (given) return work(given);
  const folder = await mkdtemp(join(tmpdir(), 'circe-bench-'));
  const server = fork(new URL('./server-process.ts', import.meta.url), [join(folder, 'bench.db')]);
  try {
    const [uri] = (await once(server, 'message')) as [string];
    await work(uri);
  } finally {
    server.disconnect();
    await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}
