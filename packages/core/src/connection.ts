import { EventEmitter } from 'node:events';
import type { Collection, Db, MongoClient } from 'mongodb';
import type { Clock } from './clock.ts';

/** An open connection to one installation's database. */
export interface Database {
  /** @internal No raw collection of a clinic's data leaves core: built types leave these out. */
  readonly client: MongoClient;
  /** @internal */
  readonly db: Db;
  /** @internal A collection of one of our names: the driver's object for it, made once. */
  readonly raw: (name: string) => Collection;
  readonly clock: Clock;
  /** @internal Tells listeners in this process that something was committed. */
  readonly commits: Commits;
  close(): Promise<void>;
}

export type Commits = EventEmitter<{ commit: [tenantId: string] }>;

export function newCommits(): Commits {
  return new EventEmitter<{ commit: [tenantId: string] }>().setMaxListeners(0);
}
