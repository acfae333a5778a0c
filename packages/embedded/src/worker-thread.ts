import { parentPort, workerData } from 'node:worker_threads';
import { startEmbedded } from './index.ts';
import type { Refused } from './options.ts';
import type { Order, Report, WorkerOptions } from './worker.ts';

// What runs in the thread that worker.ts starts.
const port = parentPort;
if (!port) throw new Error('this file is the inside of a worker thread');
const server = await startEmbedded(workerData as WorkerOptions);
port.on('message', (order: Order) => {
  done(order).then(
    (answer) => port.postMessage({ id: order.id, answer } satisfies Report),
    (error: Error) => port.postMessage({ id: order.id, error } satisfies Report),
  );
});

async function done(order: Order): Promise<Refused | undefined> {
  if ('refused' in order) return server.refused();
  await ('backup' in order ? server.backup(order.backup) : server.close());
  return undefined;
}

port.postMessage({ uri: server.uri, file: server.file } satisfies Report);
