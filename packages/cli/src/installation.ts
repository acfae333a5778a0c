import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CirceError, isCirceError, openDatabase, type Database } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import type { Io } from './io.ts';

/** Every act of the command line is recorded as done by it. */
export const actor = { kind: 'system', name: 'circe command' } as const;

export interface Opened {
  readonly database: Database;
  readonly embedded: boolean;
  /** Where it lies, to be shown: a folder, or an address without what is secret in it. */
  readonly place: string;
}

/** Opens the installation that the options name, runs work on it, and closes it whatever happens. */
export async function withInstallation<Result>(
  command: Command,
  { env }: Io,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const { data, uri = env['MONGODB_URI'] } = command.optsWithGlobals<{
    data: string;
    uri?: string;
  }>();
  return uri ? withDatabase(uri, shown(uri), false, work) : withFolder(data, work);
}

/** The same with a place that is an address of a MongoDB, or else the folder of an embedded database. */
export function withPlace<Result>(place: string, work: (opened: Opened) => Promise<Result>): Promise<Result> {
  return /^mongodb(\+srv)?:\/\//.test(place)
    ? withDatabase(place, shown(place), false, work)
    : withFolder(place, work);
}

async function withFolder<Result>(data: string, work: (opened: Opened) => Promise<Result>): Promise<Result> {
  const folder = resolve(data);
  const server = await startEmbedded({ file: join(folder, 'paper-circe.db') });
  try {
    return await withDatabase(server.uri, folder, true, work);
  } finally {
    await server.close();
  }
}

async function withDatabase<Result>(
  uri: string,
  place: string,
  embedded: boolean,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ uri }).catch((error: unknown) => {
    if (!isCirceError(error, 'UNAVAILABLE')) throw error;
    throw new CirceError('UNAVAILABLE', `No database answers at ${place}.`, {}, error);
  });
  try {
    return await work({ database, embedded, place });
  } finally {
    await database.close();
  }
}

function shown(uri: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/)[^@/]*@/, '$1').replace(/\?.*$/, '');
}
