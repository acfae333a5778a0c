import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the thread is told: which file, and where it says that it is at work. */
export interface CheckpointThread {
  path: string;
  synchronous: string;
  running: Int32Array<SharedArrayBuffer>;
}

// What runs in the thread that checkpoints.ts starts.
const { path, synchronous, running } = workerData as CheckpointThread;

function copy(): void {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_checkpoint(PASSIVE)`);
  } finally {
    db.close();
  }
}

parentPort?.on('message', () => {
  try {
    copy();
  } catch {
    // What is not copied stays in the log: a full disk is told to whoever writes.
  } finally {
    Atomics.store(running, 0, 0);
    Atomics.notify(running, 0);
  }
});
