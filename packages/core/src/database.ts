import { MongoClient, type Collection as RawCollection } from 'mongodb';
import { apiTokensCollection } from './api-tokens/collection.ts';
import { auditEvents } from './audit.ts';
import { bookingsArchive, bookingsCollection } from './bookings/collection.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Collection, IndexDefinition, TenantDocument } from './collections.ts';
import { newCommits, type Database } from './connection.ts';
import { counters } from './counters.ts';
import { dayClosesCollection } from './day-closes/collection.ts';
import { isNotNow } from './driver-errors.ts';
import { acrossTenants, installFirewall } from './firewall.ts';
import { idempotencyKeys } from './idempotency.ts';
import { imagesCollection } from './images/collection.ts';
import { buildIndexes, type Unbuilt } from './indexes.ts';
import { endAll } from './lease.ts';
import { watchPool } from './load.ts';
import { migrationProblemIndexes } from './migrations/collection.ts';
import { patientsCollection } from './patients/collection.ts';
import { remembering } from './remembering.ts';
import { sessionsCollection } from './sessions/collection.ts';
import { staffCollection } from './staff/collection.ts';
import { tenantIndexes } from './tenants/collection.ts';
import { treatmentsCollection } from './treatments/collection.ts';
import { usersCollection } from './users/collection.ts';
import { passwordLinks } from './users/link-collection.ts';
import { assertAddress, unopened, wrongAddress } from './unopened.ts';
import { signInAttempts } from './users/sign-in-attempts.ts';

export type { Database } from './connection.ts';

/** How to reach the database. */
export interface DatabaseOptions {
  /** A MongoDB connection string: a replica set, a sharded cluster, or anything that speaks the protocol. */
  readonly uri: string;
  /** The database's name; the client's documentation calls it `paper-circe`. */
  readonly name?: string;
  /** Where "now" comes from; the machine's own clock when it is left out. */
  readonly clock?: Clock;
  /**
   * Whether nobody but this process can reach it, as an embedded file that it has just opened: what an earlier process
   * held in it is free then, without waiting for half a minute.
   */
  readonly alone?: boolean;
  /** How long to wait for the database to answer, in milliseconds; ten seconds when it is left out. */
  readonly timeoutMs?: number;
  /**
   * Whether somebody waits for every answer, as at a desk: who asks a database that is away is told so within about ten
   * seconds, where it takes the driver up to a minute or two to give up one that is silent. See `whereSomebodyWaits`.
   */
  readonly somebodyWaits?: boolean;
}

/**
 * How a database that is away is found out soon. A server is asked every second whether it is there, on a connection of
 * its own: what takes long at one that answers is never cut, be it an export, an archive or the build of an index. Where
 * no answer has come for a second and `connectTimeoutMS`, the commands under way there end at once; what is asked then
 * waits for `serverSelectionTimeoutMS`, in which another member takes over after a planned step down. A transaction may
 * need that twice, to be taken back and to be tried again: in all 4 + 2 * 2.5 seconds. The address may say otherwise.
 */
const whereSomebodyWaits = {
  heartbeatFrequencyMS: 1_000,
  connectTimeoutMS: 3_000,
  serverSelectionTimeoutMS: 2_500,
};

/** Of whose documents every change is in the audit. */
export const auditedCollections: readonly Collection<TenantDocument>[] = [
  usersCollection,
  patientsCollection,
  staffCollection,
  treatmentsCollection,
  bookingsCollection,
  dayClosesCollection,
];

/** Every collection whose documents belong to a tenant. */
export const tenantCollections: readonly Collection<TenantDocument>[] = [
  ...auditedCollections,
  bookingsArchive,
  imagesCollection,
  auditEvents,
  counters,
  idempotencyKeys,
  sessionsCollection,
  passwordLinks,
  signInAttempts,
  apiTokensCollection,
];

/** The indexes of every collection that has any. */
export const allIndexes: readonly { readonly name: string; readonly indexes: readonly IndexDefinition[] }[] =
  [
    { name: 'tenants', indexes: tenantIndexes },
    { name: 'migrationProblems', indexes: migrationProblemIndexes },
    ...tenantCollections,
  ];

const tenantOwned = new Set(tenantCollections.map((collection) => collection.name));
/** Collections of the installation itself. */
export const installationCollections: readonly string[] = [
  'tenants',
  'imports',
  'migrations',
  'migrationProblems',
  'backups',
  'schedules',
];
const shared = new Set(installationCollections);

/**
 * Connects, with the firewall on. Errors say why, and nothing of the address that is secret.
 * @throws UNAVAILABLE when the database does not answer in time
 * @throws UNAUTHENTICATED when it refuses the user or the password of the address
 * @throws VALIDATION when the address is none
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const name = options.name ?? 'paper-circe';
  const client = clientOf(options);
  watchPool(client);
  installFirewall(client, { database: name, tenantOwned, shared });
  try {
    await connected(client, options.timeoutMs);
  } catch (error) {
    await client.close();
    throw unopened(error, options.uri);
  }
  const db = client.db(name);
  const collections = remembering<RawCollection>();
  const database: Database = {
    client,
    db,
    raw: (collection) => collections(collection, () => db.collection(collection)),
    clock: options.clock ?? systemClock,
    commits: newCommits(),
    close: () => client.close(),
  };
  // A disk that takes nothing, and what is no database of ours, is said by what comes next.
  if (options.alone) await acrossTenants('leases', () => endAll(database)).catch(() => undefined);
  return database;
}

const startMs = 10_000;

/** At a start the database may start too, so that nobody is told yet that it is away. */
async function connected(client: MongoClient, timeoutMs = startMs): Promise<void> {
  for (const until = Date.now() + timeoutMs; ;)
    try {
      await client.connect();
      return;
    } catch (error) {
      if (!isNotNow(error) || Date.now() >= until) throw error;
    }
}

function clientOf({ uri, timeoutMs = startMs, somebodyWaits }: DatabaseOptions): MongoClient {
  assertAddress(uri);
  const sooner = Object.entries(somebodyWaits ? whereSomebodyWaits : {});
  try {
    return new MongoClient(uri, {
      monitorCommands: true,
      ignoreUndefined: false,
      serverSelectionTimeoutMS: timeoutMs,
      ...Object.fromEntries(sooner.filter(([option]) => !new RegExp(`[?&]${option}=`, 'i').test(uri))),
      appName: 'paper-circe',
    });
  } catch (error) {
    throw wrongAddress(error as Error, uri);
  }
}

/**
 * Makes the documented indexes and ours where they are missing. Safe to run at every start, and twice at once;
 * `migrations.migrate` does it too.
 * @throws Error when one of our collections is a view, or compares text by a collation: no filter on `tenantId` could
 * be trusted there
 */
export async function ensureIndexes(database: Database): Promise<void> {
  const [unbuilt] = await everyIndex(database);
  if (unbuilt) throw unbuilt.error;
}

/** Makes every index that can be made, and answers the others. */
export async function everyIndex(database: Database): Promise<Unbuilt[]> {
  const { db } = database;
  return acrossTenants('indexes', async () => {
    const names = allIndexes.map(({ name }) => name);
    const found = await db.listCollections({ name: { $in: names } }, { nameOnly: false }).toArray();
    assertPlain(found);
    const unbuilt: Unbuilt[] = [];
    for (const { name, indexes } of allIndexes) unbuilt.push(...(await buildIndexes(db, name, indexes)));
    return unbuilt;
  });
}

/** Exported for its test: the embedded server has neither views nor collations. */
export function assertPlain(found: readonly { name: string; type?: string; options?: object }[]): void {
  for (const { name, type, options = {} } of found) {
    if (type === 'view' || 'collation' in options) throw new Error(`${name} is no plain collection.`);
  }
}

/** Whether the database answers, within two seconds. */
export async function isAlive(database: Database): Promise<boolean> {
  try {
    await database.db.command({ ping: 1 }, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  }
}
