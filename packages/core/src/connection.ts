import { EventEmitter } from 'node:events';
import type { Db, MongoClient } from 'mongodb';
import type { Clock } from './clock.ts';

/** An open connection to one installation's database. */
export interface Database {
  readonly client: MongoClient;
  readonly db: Db;
  readonly clock: Clock;
  /** Tells listeners in this process that something was committed. */
  readonly commits: Commits;
  close(): Promise<void>;
}

export type Commits = EventEmitter<{ commit: [tenantId: string] }>;

export function newCommits(): Commits {
  return new EventEmitter<{ commit: [tenantId: string] }>().setMaxListeners(0);
}
