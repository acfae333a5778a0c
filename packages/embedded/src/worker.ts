import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddedOptions, EmbeddedServer, Refused } from './options.ts';

/** The server in a thread of its own: nothing that it does can hold the event loop of its clients. */

export type WorkerOptions = Omit<EmbeddedOptions, 'clock' | 'inProcess'>;

/** What the thread is told, and what it says. */
export type Order = { id: number } & ({ backup: string } | { refused: true } | { close: true });
export type Report =
  | { uri: string; file: string }
  | { id: number; error?: Error; answer?: Refused | undefined };

export async function startInWorker(options: WorkerOptions): Promise<EmbeddedServer> {
  // Beside this file, which is JavaScript in the published package.
  const thread = new URL(`./worker-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { workerData: options });
  const [started] = (await once(worker, 'message')) as [Report & { uri: string; file: string }];
  type Waiting = { resolve: (answer: Refused | undefined) => void; reject: (error: Error) => void };
  const waiting = new Map<number, Waiting>();
  worker.on('message', ({ id, error, answer }: { id: number; error?: Error; answer?: Refused }) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(error);
    else one?.resolve(answer);
  });
  // A worker that ends answers nobody any more.
  worker.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the worker of the database has ended'));
  });
  let next = 1;
  const order = (what: { backup: string } | { refused: true } | { close: true }) =>
    new Promise<Refused | undefined>((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      worker.postMessage({ ...what, id: next++ } satisfies Order);
    });
  let closing: Promise<void> | undefined;
  return {
    uri: started.uri,
    file: started.file,
    backup: async (file) => void (await order({ backup: file })),
    refused: () => order({ refused: true }),
    close: () => (closing ??= order({ close: true }).then(async () => void (await worker.terminate()))),
  };
}
