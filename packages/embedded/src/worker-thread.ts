import { parentPort, workerData } from 'node:worker_threads';
import { startEmbedded } from './index.ts';
import type { WorkerOptions } from './worker.ts';

export type Order = { id: number; backup: string } | { id: number; close: true };
export type Report = { uri: string; file: string } | { id: number; error?: Error };

// What runs in the thread that worker.ts starts.
const port = parentPort;
if (!port) throw new Error('this file is the inside of a worker thread');
const server = await startEmbedded(workerData as WorkerOptions);
port.on('message', (order: Order) => {
  const done = 'backup' in order ? server.backup(order.backup) : server.close();
  done.then(
    () => port.postMessage({ id: order.id } satisfies Report),
    (error: Error) => port.postMessage({ id: order.id, error } satisfies Report),
  );
});
port.postMessage({ uri: server.uri, file: server.file } satisfies Report);
