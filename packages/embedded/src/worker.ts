import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { EmbeddedOptions, EmbeddedServer } from './options.ts';

/** The server in a thread of its own: nothing that it does can hold the event loop of its clients. */

export type WorkerOptions = Omit<EmbeddedOptions, 'clock' | 'inProcess'>;

export type Order = { id: number; backup: string } | { id: number; close: true };
export type Report = { uri: string; file: string } | { id: number; error?: Error };

export async function startInWorker(options: WorkerOptions): Promise<EmbeddedServer> {
  const worker = new Worker(new URL('./worker-thread.ts', import.meta.url), { workerData: options });
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
