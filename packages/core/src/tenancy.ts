// The only door to a tenant's data. A scope is opened for one tenant and one actor; everything that reads or
// writes a tenant's documents takes it first, and goes through a handle that cannot name another tenant.
import type { ClientSession, Db } from 'mongodb';
import type { Actor } from './actor.ts';
import type { Clock } from './clock.ts';
import type { Collection, TenantDocument } from './collections.ts';
import type { Database } from './connection.ts';
import { duplicateIndex, translated } from './driver-errors.ts';
import { TenantHandle } from './handle.ts';
import type { Tenant } from './tenants/schema.ts';

/** A clinic that is being imported, and until when its process is believed to be alive. */
export interface ImportRow {
  /** The clinic's id, and which attempt it is. */
  readonly _id: string;
  readonly attempt: string;
  readonly until: Date;
}

interface Door {
  readonly database: Database;
  /** The driver's own, for what an embedder keeps beside; the firewall stands before every clinic's collections. */
  readonly db: Db;
  readonly session: ClientSession | undefined;
  readonly asked: Asked;
}

/** What a caller wants of the next mutation beside having it done. */
export interface Asked {
  readonly idempotencyKey?: string;
  readonly dryRun?: boolean;
}

interface Seen {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly clock: Clock;
}

/**
 * One tenant as one actor sees it. Made by {@link openTenant} only: the package exports the type alone, a copy with
 * another tenant in it has no door, and does not compile where a scope belongs.
 */
export class TenantScope {
  readonly tenantId: string;
  /** The tenant as it was when the scope was opened: its zone, hours and limits. */
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly #door: Door;

  /** @internal */
  constructor({ tenant, actor, clock }: Seen, door: Door) {
    this.tenantId = tenant.id;
    this.tenant = tenant;
    this.actor = actor;
    this.clock = clock;
    this.#door = door;
    Object.freeze(this);
  }

  /** @internal */
  static door(scope: TenantScope): Door {
    return scope.#door;
  }
}

const { door } = TenantScope;

function derived(clinic: TenantScope, seen: Partial<Seen>, through: Partial<Door> = {}): TenantScope {
  return new TenantScope({ ...clinic, ...seen }, { ...door(clinic), ...through });
}

/** Makes a scope of a tenant that was already read. Not exported from the package: callers use `openTenant`. */
export function scopeOf(database: Database, tenant: Tenant, actor: Actor): TenantScope {
  const { db, clock } = database;
  return new TenantScope({ tenant, actor, clock }, { database, db, session: undefined, asked: {} });
}

/** The same scope for somebody else, for instance once a session has told who is asking. */
export function actingAs(clinic: TenantScope, actor: Actor): TenantScope {
  return derived(clinic, { actor });
}

/** The same scope at another time. Not exported from the package. */
export function clocked(clinic: TenantScope, clock: Clock): TenantScope {
  return derived(clinic, { clock });
}

/** The same scope with more asked of its mutations. Not exported from the package: callers use `once` and `dryRun`. */
export function asking(clinic: TenantScope, asked: Asked): TenantScope {
  return derived(clinic, {}, { asked: { ...door(clinic).asked, ...asked } });
}

/** Whether a scope is the one of a running transaction. */
export function isInside(clinic: TenantScope): boolean {
  return door(clinic).session !== undefined;
}

/** What is asked of a mutation that begins here; nothing inside another one, which it was asked of. */
export function askedOf(clinic: TenantScope): Asked {
  const { session, asked } = door(clinic);
  return session ? {} : asked;
}

/** The handle of one of the tenant's collections. Not exported from the package. */
export function within<Document extends TenantDocument>(
  clinic: TenantScope,
  collection: Collection<Document>,
): TenantHandle<Document> {
  const { database, session } = door(clinic);
  return new TenantHandle<Document>(
    database.raw(collection.name),
    collection,
    clinic.tenant,
    clinic.clock,
    session,
  );
}

/** Attempts after the first when a unique key of a counter was taken by a transaction that won. */
const retries = 8;

/**
 * Runs work in one transaction and answers what it answers; inside another transaction it joins that one.
 * The work may run more than once, so it must do nothing outside the database.
 */
export async function transact<Result>(
  clinic: TenantScope,
  work: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  if (door(clinic).session) return work(clinic);
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await inTransaction(clinic, work);
      announce(clinic);
      return result;
    } catch (error) {
      if (isRaceForNew(error) && attempt < retries) continue;
      throw translated(error);
    }
  }
}

/** Reads all of it at one moment: what is written meanwhile is seen by each of the reads, or by none. */
export async function snapshot<Result>(
  clinic: TenantScope,
  reads: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  if (door(clinic).session) return reads(clinic);
  try {
    return await inTransaction(clinic, reads);
  } catch (error) {
    throw translated(error);
  }
}

function inTransaction<Result>(
  clinic: TenantScope,
  work: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  return door(clinic).database.client.withSession((own) =>
    own.withTransaction((session) => work(derived(clinic, {}, { session })), {
      readConcern: 'snapshot',
      writeConcern: { w: 'majority' },
    }),
  );
}

/** Another tenant's scope in the running transaction, for the few acts that belong to two tenants. */
export function beside(inside: TenantScope, tenant: Tenant): TenantScope {
  return derived(inside, { tenant });
}

/** The installation's own collection, in the running transaction. Not exported from the package. */
export function tenantsCollection(inside: TenantScope) {
  const { db, session } = door(inside);
  return { raw: db.collection('tenants'), options: session ? { session } : {} };
}

/** A number of some clinic. */
interface Count {
  readonly tenantId: string;
  readonly name: string;
  readonly value: number;
  readonly updatedAt: Date;
}

/** Some counters of several clinics, in one query: for `acrossTenants` only. Not exported from the package. */
export function countersOf(
  inside: TenantScope,
  tenants: readonly Tenant[],
  names: readonly string[],
): Promise<Count[]> {
  const { db, session } = door(inside);
  const filter = { tenantId: { $in: tenants.map(({ id }): string => id) }, name: { $in: [...names] } };
  return db
    .collection<Count>('counters')
    .find(filter, session ? { session } : {})
    .toArray();
}

/** The installation's own collection of imports, in the running transaction. Not exported from the package. */
export function importsCollection(inside: TenantScope) {
  const { db, session } = door(inside);
  return { raw: db.collection<ImportRow>('imports'), options: session ? { session } : {} };
}

/** What two transactions may make at once, each thinking it was the first. */
const racedFor = new Set([
  'counters_name',
  'idempotencyKeys_key',
  'dayCloses_date',
  'passwordLinks_ofUser',
  'images_sha256',
]);

/** Two transactions created the same document at once: the loser simply finds it there the next time. */
function isRaceForNew(error: unknown): boolean {
  const index = duplicateIndex(error);
  return index !== undefined && racedFor.has(index);
}

/**
 * Calls back after each commit on this tenant in this process, until the returned function is called. What the
 * callback throws is not caught: what was committed must not look as if it had failed.
 */
export function onCommit(clinic: TenantScope, callback: () => void): () => void {
  const { commits } = door(clinic).database;
  const listener = (tenantId: string) => {
    if (tenantId === clinic.tenantId) queueMicrotask(callback);
  };
  commits.on('commit', listener);
  return () => void commits.off('commit', listener);
}

/** Tells the listeners in this process of a change. */
export function announce(clinic: TenantScope): void {
  door(clinic).database.commits.emit('commit', clinic.tenantId);
}

const waiting = new WeakMap<Database, number>();

/** How many wait in a lane of this connection. */
export function waitingInLanes(database: Database): number {
  return waiting.get(database) ?? 0;
}

/** One lane for each tenant and purpose of a connection, so that writers of one counter do not collide for nothing. */
const lanesOf = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * Runs work after the work that entered the same lane before it. Only for speed: what is right is decided by
 * the database, since other processes have lanes of their own.
 */
export async function inLane<Result>(
  clinic: TenantScope,
  lane: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (door(clinic).session) return work();
  const { database } = door(clinic);
  const lanes = lanesOf.get(database) ?? new Map<string, Promise<unknown>>();
  lanesOf.set(database, lanes);
  const key = `${clinic.tenantId} ${lane}`;
  const before = lanes.get(key) ?? Promise.resolve();
  waiting.set(database, waitingInLanes(database) + 1);
  const begin = () => {
    waiting.set(database, waitingInLanes(database) - 1);
    return work();
  };
  const run = before.then(begin, begin);
  const settled = run.then(
    () => undefined,
    () => undefined,
  );
  lanes.set(key, settled);
  try {
    return await run;
  } finally {
    if (lanes.get(key) === settled) lanes.delete(key);
  }
}
