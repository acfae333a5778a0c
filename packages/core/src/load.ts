import type { MongoClient } from 'mongodb';
import type { Database } from './connection.ts';
import { waitingInLanes } from './tenancy.ts';

/** How busy one process is with its database. */
export interface Load {
  /** Connections that are open. */
  readonly connections: number;
  /** Connections that a command is sent by. */
  readonly inUse: number;
  /** Commands that wait for a connection. */
  readonly waiting: number;
  /** Acts, bookings above all, that wait for the one before them at the same clinic. */
  readonly waitingInLanes: number;
}

type Pool = { -readonly [Key in 'connections' | 'inUse' | 'waiting']: number };

const pools = new WeakMap<MongoClient, Pool>();

/** Keeps account of a client's connections, from before it has any. */
export function watchPool(client: MongoClient): void {
  const pool: Pool = { connections: 0, inUse: 0, waiting: 0 };
  pools.set(client, pool);
  client.on('connectionCreated', () => pool.connections++);
  client.on('connectionClosed', () => pool.connections--);
  client.on('connectionCheckOutStarted', () => pool.waiting++);
  client.on('connectionCheckOutFailed', () => pool.waiting--);
  client.on('connectionCheckedOut', () => {
    pool.waiting--;
    pool.inUse++;
  });
  client.on('connectionCheckedIn', () => pool.inUse--);
}

/** How busy this process is with a database, at this moment. */
export function load(database: Database): Load {
  const none: Pool = { connections: 0, inUse: 0, waiting: 0 };
  return { ...(pools.get(database.client) ?? none), waitingInLanes: waitingInLanes(database) };
}
