import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddedOptions, EmbeddedServer } from './options.ts';
import type { Order, Report } from './worker-thread.ts';

/** The server in a thread of its own: nothing that it does can hold the event loop of its clients. */

export type WorkerOptions = Omit<EmbeddedOptions, 'clock' | 'inProcess'>;

export async function startInWorker(options: WorkerOptions): Promise<EmbeddedServer> {
  // Beside this file, which is JavaScript in the published package.
  const thread = new URL(`./worker-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { workerData: options });
  const [started] = (await once(worker, 'message')) as [Report & { uri: string; file: string }];
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  worker.on('message', ({ id, error }: { id: number; error?: Error }) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(error);
    else one?.resolve();
  });
  // A worker that ends answers nobody any more.
  worker.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the worker of the database has ended'));
  });
  let next = 1;
  const order = (what: { backup: string } | { close: true }): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      worker.postMessage({ ...what, id: next++ } satisfies Order);
    });
  let closing: Promise<void> | undefined;
  return {
    uri: started.uri,
    file: started.file,
    backup: (file) => order({ backup: file }),
    close: () => (closing ??= order({ close: true }).then(async () => void (await worker.terminate()))),
  };
}
