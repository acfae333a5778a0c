// Where the process is put together: environment, database, indexes, demo data. The only file of the portal that
// knows the packages below the API.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hashPassword } from '@paper-circe/api';
import { ensureIndexes, isAlive, openDatabase, tenants, users, type Database } from '@paper-circe/core';
import { demoPassword, isEmpty, seedDemo } from '@paper-circe/core/demo';

export interface Installation {
  readonly database: Database;
  readonly kind: 'embedded' | 'mongodb';
  close(): Promise<void>;
}

interface Environment {
  readonly data: string;
  readonly uri: string | undefined;
  readonly demo: 'when-empty' | 'never';
}

/** Reads what the process was told; every mistake is an error that names the variable. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  const { CIRCE_DATA = '.circe', MONGODB_URI, CIRCE_DEMO } = env;
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
  };
}

let starting: Promise<Installation> | undefined;

/** Opens the installation, once in the life of the process. */
export function start(): Promise<Installation> {
  return (starting ??= open(readEnvironment(process.env)));
}

async function open(environment: Environment): Promise<Installation> {
  const { uri, kind, closeServer } = await connection(environment);
  try {
    const database = await openDatabase({ uri });
    await ensureIndexes(database);
    if (environment.demo === 'when-empty' && (await isEmpty(database))) {
      console.log('The database is empty: filling it with two demo clinics ...');
      await seedDemo(database, await hashPassword(demoPassword));
    }
    if (kind === 'embedded' && (await hasDemo(database))) console.log(`Demo password: ${demoPassword}`);
    const close = async () => {
      await database.close();
      await closeServer();
    };
    return { database, kind, close };
  } catch (error) {
    await closeServer();
    throw error;
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

async function hasDemo(database: Database): Promise<boolean> {
  const platform = tenants.openPlatform(database, { kind: 'system', name: 'start' });
  return (await users.findByEmailAndTenant(platform, 'platform@circe.demo')) !== undefined;
}

/** What `GET /health` says. */
export async function health(): Promise<{ status: 'ok' | 'unavailable'; database: Installation['kind'] }> {
  const { database, kind } = await start();
  return { status: (await isAlive(database)) ? 'ok' : 'unavailable', database: kind };
}
