import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openDatabase, type Database } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import type { Io } from './io.ts';

/** Every act of the command line is recorded as done by it. */
export const actor = { kind: 'system', name: 'circe command' } as const;

export interface Opened {
  readonly database: Database;
  readonly embedded: boolean;
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
  if (uri) return withDatabase(uri, false, work);
  const folder = resolve(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const server = await startEmbedded({ file: join(folder, 'paper-circe.db') });
  try {
    return await withDatabase(server.uri, true, work);
  } finally {
    await server.close();
  }
}

async function withDatabase<Result>(
  uri: string,
  embedded: boolean,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ uri });
  try {
    return await work({ database, embedded });
  } finally {
    await database.close();
  }
}
