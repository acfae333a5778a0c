// Where the process is put together: environment, database, indexes, demo data. The only file of the portal that
// knows the packages below the API.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hashPassword } from '@paper-circe/api';
import { isAlive, migrations, openDatabase, tenants, users, type Database } from '@paper-circe/core';
import { demoPassword, isEmpty, seedDemo } from '@paper-circe/core/demo';
import { z } from 'zod';

export interface Installation {
  readonly database: Database;
  readonly kind: 'embedded' | 'mongodb';
  /** How to look around, where the data is the demo's. */
  readonly demo?: Demo | undefined;
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
    clockOffset: clockOffset(CIRCE_CLOCK, MONGODB_URI),
  };
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

let starting: Promise<Installation> | undefined;

/** Opens the installation, once in the life of the process. */
export function start(): Promise<Installation> {
  return (starting ??= open(readEnvironment(process.env)));
}

async function open(environment: Environment): Promise<Installation> {
  const { uri, kind, closeServer } = await connection(environment);
  try {
    const { clockOffset: offset } = environment;
    if (offset !== 0) console.log('The clock is set by CIRCE_CLOCK, and runs on from there.');
    const database = await openDatabase({ uri, clock: () => new Date(Date.now() + offset) });
    await migrated(database);
    if (environment.demo === 'when-empty' && (await isEmpty(database))) {
      console.log('The database is empty: filling it with two demo clinics ...');
      await seedDemo(database, await hashPassword(demoPassword));
    }
    const demo = kind === 'embedded' ? await demoOf(database) : undefined;
    if (demo) console.log(`Demo password: ${demo.password}`);
    const close = async () => {
      await database.close();
      await closeServer();
    };
    return { database, kind, demo, close };
  } catch (error) {
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

async function connection({ data, uri }: Environment) {
  if (uri) {
    console.log(`Database: MongoDB at ${withoutSecrets(uri)}`);
    return { uri, kind: 'mongodb' as const, closeServer: () => Promise.resolve() };
  }
  const file = join(data, 'paper-circe.db');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const { startEmbedded } = await import('@paper-circe/embedded');
  const server = await startEmbedded({ file });
  console.log(`Database: embedded, not MongoDB, for one machine. The data lies in ${file}`);
  return { uri: server.uri, kind: 'embedded' as const, closeServer: () => server.close() };
}

function withoutSecrets(uri: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/)[^@/]*@/, '$1').replace(/\?.*$/, '');
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

/** What `GET /health` says. */
export async function health(): Promise<{ status: 'ok' | 'unavailable'; database: Installation['kind'] }> {
  const { database, kind } = await start();
  return { status: (await isAlive(database)) ? 'ok' : 'unavailable', database: kind };
}
