import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CheckpointThread } from './checkpoint-thread.ts';
import type { Connection } from './connection.ts';

/** After so many written rows it is worth asking how long the log is. */
const LOOK_EVERY = 250;
/** So many pages are worth copying. */
const MANY = 1000;
const CLOSING = 30_000;

/** SQLite tells how long its log is since 3.51. An older one copies by itself, in the commit that makes the log long. */
const [, minor = 0] = (process.versions['sqlite'] ?? '').split('.').map(Number);
export const BY_ITSELF = minor < 51 ? MANY : 0;

/**
 * Copies what has been committed from SQLite's log into the file. It takes the disk long, so a thread of its own
 * does it, which is started when there is first enough to copy; nobody waits for it.
 */
export class Checkpoints {
  readonly #writer: Connection;
  readonly #thread: CheckpointThread;
  #worker: Worker | undefined;
  /** No thread can be had. */
  #failed = false;
  #seen = 0;
  /** Whether the thread has copied since the last look. */
  #copied = false;

  constructor(path: string, writer: Connection, synchronous: string) {
    this.#writer = writer;
    this.#thread = { path, synchronous, running: new Int32Array(new SharedArrayBuffer(4)) };
  }

  /** To be called after each commit. */
  look(): void {
    if (BY_ITSELF) return;
    if (!this.#copied && this.#writer.writes - this.#seen < LOOK_EVERY) return;
    if (Atomics.load(this.#thread.running, 0) === 1) return;
    this.#seen = this.#writer.writes;
    this.#copied = false;
    const { pages, copied } = this.#writer.log();
    const left = pages - copied;
    // SQLite begins its log anew when all of it is copied: the thread cannot do that alone while others write.
    if (pages >= MANY && (left <= pages / 16 || this.#failed)) this.#copyHere();
    else if (left >= MANY) this.#copyThere();
  }

  #copyHere(): void {
    try {
      this.#writer.checkpoint();
    } catch {
      // What is not copied stays in the log: a full disk is told to whoever writes.
    }
  }

  #copyThere(): void {
    const worker = (this.#worker ??= this.#open());
    this.#copied = true;
    Atomics.store(this.#thread.running, 0, 1);
    worker.postMessage('copy');
  }

  #open(): Worker {
    // Beside this file, which is JavaScript in the published package.
    const thread = new URL(`./checkpoint-thread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(thread, { workerData: this.#thread });
    worker.unref();
    worker.on('error', () => {
      this.#failed = true;
      Atomics.store(this.#thread.running, 0, 0);
    });
    return worker;
  }

  /** Waits until the file is nobody's but the caller's. */
  close(): void {
    Atomics.wait(this.#thread.running, 0, 1, CLOSING);
    void this.#worker?.terminate();
  }
}
