import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointThread } from './checkpoints.ts';

// What runs in the thread that checkpoints.ts starts.
const { path, synchronous, running } = workerData as CheckpointThread;

parentPort?.on('message', () => {
  try {
    const db = new DatabaseSync(path, { timeout: 0 });
    db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_checkpoint(PASSIVE)`);
    db.close();
  } catch {
    // What is not copied stays in the log: a full disk is told to whoever writes.
  } finally {
    Atomics.store(running, 0, 0);
    Atomics.notify(running, 0);
  }
});
