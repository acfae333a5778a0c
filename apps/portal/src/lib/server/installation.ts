// Where the process is put together: environment, database, indexes, demo data. The only file of the portal that
// knows the packages below the API.
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { demoPassword, hashPassword } from '@paper-circe/api';
import {
  archive,
  backups,
  isAlive,
  load,
  migrations,
  moves,
  openDatabase,
  shownAddress,
  tenants,
  users,
  type Database,
} from '@paper-circe/core';
import { seedDemo } from '@paper-circe/core/demo';
import { z } from 'zod';

export interface Installation {
  readonly database: Database;
  readonly kind: 'embedded' | 'mongodb';
  /** What is wrong with the disk of the embedded database, as the last write met it. */
  readonly refused: () => Promise<'full' | 'read-only or failed' | undefined>;
  /** Looks after backups, where this process does. */
  readonly keeping: backups.Keeping | undefined;
  /** How to look around, where the data is the demo's. */
  readonly demo?: Demo | undefined;
  /** Who knows it may set up this installation, which had no clinic when the process began. */
  readonly setUpKey?: string | undefined;
  close(): Promise<void>;
}

/** The clinics of the demo data and the one password of everybody in them. */
export interface Demo {
  readonly password: string;
  readonly clinics: readonly { readonly slug: string; readonly name: string }[];
}

interface Environment {
  readonly data: string;
  readonly uri: string | undefined;
  readonly demo: 'when-empty' | 'never';
  /** Where the daily backup and the log of changes go, and from which hour of the day on it is due. */
  readonly backup: { readonly store: backups.Store; readonly hour: number } | undefined;
  /** Who shows it may read the metrics; without it whoever asks from this machine. */
  readonly metricsToken: string | undefined;
  /** How far the clinic's clock is from the machine's, in milliseconds. */
  readonly clockOffset: number;
}

/** Reads what the process was told; every mistake is an error that names the variable. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  const { CIRCE_DATA = '.circe', MONGODB_URI, CIRCE_DEMO, CIRCE_CLOCK } = env;
  if (CIRCE_DATA.trim() === '' || CIRCE_DATA.includes('\0')) throw new Error('CIRCE_DATA must be a folder.');
  if (MONGODB_URI !== undefined && !/^mongodb(\+srv)?:\/\/\S+$/.test(MONGODB_URI)) {
    throw new Error('MONGODB_URI must begin with mongodb:// or mongodb+srv://.');
  }
  if (CIRCE_DEMO !== undefined && CIRCE_DEMO !== '0' && CIRCE_DEMO !== '1') {
    throw new Error(`CIRCE_DEMO must be 0 or 1, not "${CIRCE_DEMO}".`);
  }
  if (CIRCE_DEMO === '1' && MONGODB_URI) {
    throw new Error('CIRCE_DEMO=1 is for the embedded database only; unset MONGODB_URI or CIRCE_DEMO.');
  }
  return {
    data: resolve(CIRCE_DATA),
    uri: MONGODB_URI,
    demo: MONGODB_URI || CIRCE_DEMO === '0' ? 'never' : 'when-empty',
    backup: backupOf(env),
    metricsToken: metricsTokenOf(env),
    clockOffset: clockOffset(CIRCE_CLOCK, MONGODB_URI),
  };
}

function metricsTokenOf({ CIRCE_METRICS_TOKEN: token }: Record<string, string | undefined>) {
  if (token === undefined || /^[\x21-\x7e]{16,}$/.test(token)) return token;
  throw new Error('CIRCE_METRICS_TOKEN must be 16 or more visible characters without spaces.');
}

/** At three in the morning nobody books. */
const backupHour = '3';

function backupOf(env: Record<string, string | undefined>) {
  const { CIRCE_BACKUP, CIRCE_BACKUP_HOUR } = env;
  if (CIRCE_BACKUP === undefined) {
    if (CIRCE_BACKUP_HOUR === undefined) return undefined;
    throw new Error('CIRCE_BACKUP_HOUR has no meaning without CIRCE_BACKUP.');
  }
  const hour = CIRCE_BACKUP_HOUR ?? backupHour;
  if (!/^(1?\d|2[0-3])$/.test(hour)) {
    throw new Error(`CIRCE_BACKUP_HOUR must be an hour from 0 to 23, not "${hour}".`);
  }
  return { store: storeAt(CIRCE_BACKUP, env), hour: Number(hour) };
}

function storeAt(address: string, env: Record<string, string | undefined>): backups.Store {
  try {
    return backups.openStore(address, env);
  } catch (error) {
    throw unusable('CIRCE_BACKUP', error);
  }
}

function unusable(variable: string, error: unknown): Error {
  return new Error(`${variable}: ${messageOf(error)}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `CIRCE_CLOCK` lets a test or a demonstration begin at a chosen moment; a real clinic has the real time. */
function clockOffset(moment: string | undefined, uri: string | undefined): number {
  if (moment === undefined) return 0;
  if (uri) throw new Error('CIRCE_CLOCK is for the embedded database only; unset it or MONGODB_URI.');
  const instant = z.iso.datetime({ offset: true }).safeParse(moment);
  if (!instant.success) {
    throw new Error(`CIRCE_CLOCK must be an instant such as 2026-11-24T09:00:00+07:00, not "${moment}".`);
  }
  return Date.parse(instant.data) - Date.now();
}

/** Where the installation itself is reached, behind a proxy: not known without one. */
export const origin = (): string | undefined =>
  process.env['ORIGIN'] ? new URL(process.env['ORIGIN']).origin : undefined;

let starting: Promise<Installation> | undefined;

/** Opens the installation, once in the life of the process. */
export function start(): Promise<Installation> {
  return (starting ??= open(readEnvironment(process.env)));
}

async function open(environment: Environment): Promise<Installation> {
  if (environment.backup) await assertWritable(environment.backup.store);
  const { clockOffset: offset } = environment;
  const clock = () => new Date(Date.now() + offset);
  const { uri, kind, refused, closeServer } = await connection(environment, clock);
  let database: Database | undefined;
  try {
    if (offset !== 0) console.log('The clock is set by CIRCE_CLOCK, and runs on from there.');
    database = await openDatabase({
      uri,
      clock,
      alone: kind === 'embedded',
      somebodyWaits: kind === 'mongodb',
    });
    await migrated(database);
    const isEmpty = await tenants.isEmpty(database);
    const left = isEmpty && environment.backup ? await backupIn(environment.backup.store) : undefined;
    const fills = isEmpty && left === undefined && environment.demo === 'when-empty';
    if (fills) {
      console.log('The database is empty: filling it with two demo clinics ...');
      await seedDemo(database, await hashPassword(demoPassword));
    }
    const demo = kind === 'embedded' ? await demoOf(database) : undefined;
    if (demo) console.log(`Demo password: ${demo.password}`);
    const setUpKey = isEmpty && !fills ? randomBytes(18).toString('base64url') : undefined;
    const keeping = environment.backup && keptIn(database, environment.backup);
    const archiving = archive.keepArchiving(database, (line) => console.log(line));
    const watching = moves.watch(database, endsFor);
    const { close: closeDatabase } = database;
    const close = async () => {
      watching.stop();
      await archiving.stop();
      await keeping?.stop();
      await closeDatabase();
      await closeServer();
    };
    return { database, kind, refused, demo, setUpKey, keeping, close };
  } catch (error) {
    // The server waits for its connections to end.
    await database?.close();
    await closeServer();
    throw error;
  }
}

/** Nothing is served before the database is of this version. What could not be repaired waits for somebody. */
async function migrated(database: Database): Promise<void> {
  const onWait = (owner: string) => console.log(`Waiting for ${owner}, which is migrating the database ...`);
  const { ran, problems } = await migrations.migrate(database, { again: false, onWait });
  for (const { name, changed } of ran)
    if (changed > 0) console.log(`Migration ${name}: ${changed} documents.`);
  if (problems.length > 0) {
    console.log(
      `${problems.length} things in the database need somebody to look at them: circe migrate --dry-run`,
    );
  }
}

/** What is written to a database that the installation leaves would be lost: the process ends at once, and drains nothing. */
function endsFor(to: string): void {
  console.log(`This installation is moving to ${to}: the server ends. Start it there.`);
  process.kill(process.pid, 'SIGINT');
}

/** A place that cannot be written is said at the start, and not at three in the morning. A line may be down for a while. */
async function assertWritable(store: backups.Store): Promise<void> {
  const unreached = await store.check().catch((error: unknown) => {
    throw unusable('CIRCE_BACKUP', error);
  });
  if (unreached !== undefined) console.log(`Backups wait until their place is reached: ${unreached}`);
}

/** What may have been here before the disk was lost. Where that cannot be told, something may have been. */
async function backupIn(store: backups.Store): Promise<string | undefined> {
  try {
    const newest = await backups.newestWithClinic(store);
    if (newest === undefined) return undefined;
    console.log(`The database is empty, and there are backups of clinics, the newest in ${newest}`);
    console.log(`If they belong here, end this process and restore: circe restore ${newest} --at last`);
    return newest;
  } catch (error) {
    console.log(`The database is empty, and whether there are backups is not known: ${messageOf(error)}`);
    return store.address;
  }
}

function keptIn(database: Database, { store, hour }: NonNullable<Environment['backup']>): backups.Keeping {
  console.log(`Backups: daily from ${hour}:00, and every change within a minute, in ${store.address}`);
  return backups.keep(database, { store, hour, say: (line) => console.log(line) });
}

/** @param clock by which what is kept for a time runs out: by the machine's, ahead of it, that would be gone within a minute */
async function connection({ data, uri }: Environment, clock: () => Date) {
  if (uri) {
    console.log(`Database: MongoDB at ${shownAddress(uri)}`);
    const none = () => Promise.resolve(undefined);
    return { uri, kind: 'mongodb' as const, refused: none, closeServer: none };
  }
  const file = join(data, 'paper-circe.db');
  const { startEmbedded } = await import('@paper-circe/embedded');
  const server = await startEmbedded({ file, clock, inProcess: true }).catch((error: unknown) => {
    throw unusable('CIRCE_DATA', error);
  });
  console.log(`Database: embedded, not MongoDB, for one machine. The data lies in ${file}`);
  const refused = async () => {
    const why = await server.refused();
    return why && (why.codeName === 'OutOfDiskSpace' ? 'full' : 'read-only or failed');
  };
  return { uri: server.uri, kind: 'embedded' as const, refused, closeServer: () => server.close() };
}

async function demoOf(database: Database): Promise<Demo | undefined> {
  const platform = tenants.openPlatform(database, { kind: 'system', name: 'start' });
  if (!(await users.findByEmailAndTenant(platform, 'platform@circe.demo'))) return undefined;
  const found = await Promise.all(['jakarta', 'bali'].map((slug) => tenants.findBySlug(database, slug)));
  const clinics = found.flatMap((tenant) =>
    tenant?.isActive ? [{ slug: tenant.slug, name: tenant.name }] : [],
  );
  return { password: demoPassword, clinics };
}

/** Whether this installation still waits for its first clinic. */
export async function awaitsSetUp(): Promise<boolean> {
  const { database, setUpKey } = await start();
  return setUpKey !== undefined && (await tenants.isEmpty(database));
}

/** The clinic of an installation that has one: who works there need not know its short name. Of several none is told. */
export async function onlyClinic(): Promise<Demo['clinics']> {
  const { items } = await tenants.findActive((await start()).database, { limit: 2 });
  return items.length === 1 ? items.map(({ slug, name }) => ({ slug, name })) : [];
}

/** Whether a host is the own domain of a clinic, which may be suspended: that is said under it too. */
export async function isClinicDomain(domain: string): Promise<boolean> {
  return (await tenants.findByDomain((await start()).database, domain)) !== undefined;
}

interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly database: Installation['kind'];
  /** Of the embedded database, while its disk takes no writes: what is there can be read. */
  readonly disk?: Awaited<ReturnType<Installation['refused']>>;
  /**
   * Where backups are made: when the newest one was, until when every change is logged, and since when old ones could
   * not be removed.
   */
  readonly backup?: Readonly<Record<'newest' | 'loggedUntil' | 'unprunedSince', Date | null>>;
}

/** What `GET /health` says. */
export async function health(): Promise<Health> {
  const { database, kind, keeping, refused } = await start();
  if (!(await isAlive(database))) return { status: 'unavailable', database: kind };
  const disk = await refused();
  if (disk) return { status: 'unavailable', database: kind, disk };
  if (!keeping) return { status: 'ok', database: kind };
  const { newest, loggedUntil = null, unprunedSince = null } = await backups.status(database);
  const backup = { newest: newest?.at ?? null, loggedUntil, unprunedSince };
  return { status: 'ok', database: kind, backup };
}

/** What `GET /health/ready` says. */
export async function isReady(): Promise<boolean> {
  return isAlive((await start()).database);
}

/** How busy this process is with its database. */
export async function databaseLoad() {
  return load((await start()).database);
}

/**
 * Seconds since the newest backup, since the last change that is in the log, and since old backups could not be removed,
 * where there are any, and how far this process is behind the changes, where it is the one that writes the log.
 */
export async function backupAges(): Promise<Record<'newest' | 'log' | 'unpruned' | 'stream', number>> {
  const { database, keeping } = await start();
  const { newest, loggedUntil, unprunedSince } = keeping ? await backups.status(database) : {};
  const since = (at: Date | undefined) => (at ? (database.clock().getTime() - at.getTime()) / 1000 : NaN);
  return {
    newest: since(newest?.at),
    log: since(loggedUntil),
    unpruned: since(unprunedSince),
    stream: keeping?.lag() ?? Number.NaN,
  };
}
