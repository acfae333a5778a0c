import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CirceError, migrations, openDatabase, shownAddress, type Database } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import type { Io } from './io.ts';
import { UsageError } from './usage.ts';

/** Every act of the command line is recorded as done by it. */
export const actor = { kind: 'system', name: 'circe command' } as const;

export interface Opened {
  readonly database: Database;
  readonly embedded: boolean;
  /** Where it lies, to be shown: a folder, or an address without what is secret in it. */
  readonly place: string;
}

/**
 * Opens the installation that the options name, made where there is none, runs work on it, and closes it whatever happens.
 * @param onlyTried that nothing is to be written: then none is made either, and one in memory takes its place
 */
export async function withInstallation<Result>(
  command: Command,
  { env }: Io,
  work: (opened: Opened) => Promise<Result>,
  onlyTried = false,
): Promise<Result> {
  const { data, uri } = named(command, env);
  return uri === undefined
    ? withFolder(data, work, onlyTried)
    : withDatabase(uri, shownAddress(uri), false, work);
}

/**
 * Whether an installation that the options name would have to be made: whatever can be looked at without it comes first.
 * @throws Error when its folder could not be
 */
export function isToBeMade(command: Command, { env }: Io): boolean {
  const { data, uri } = named(command, env);
  return uri === undefined && isNewFolder(data);
}

/**
 * The same for what makes no sense on a new one: whoever names the wrong folder would be told of an empty database, or
 * would have a backup of nothing.
 * @throws NOT_FOUND when the folder has no database; of a MongoDB that is not asked
 */
export async function withStanding<Result>(
  command: Command,
  io: Io,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const { data, uri } = named(command, io.env);
  const folder = resolve(data);
  if (uri === undefined && isMissing(fileIn(folder))) {
    const message = `There is no database in ${folder}. Where it lies is said with --data or CIRCE_DATA, of a MongoDB with --uri or MONGODB_URI.`;
    throw new CirceError('NOT_FOUND', message, { what: 'database' });
  }
  return withInstallation(command, io, work);
}

/**
 * The same for what reads an installation as a whole or changes it.
 * @throws UNAVAILABLE also when it has moved away, a restore into it has not ended, or a newer version has migrated it
 */
export function withWhole<Result>(
  command: Command,
  io: Io,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  return withStanding(command, io, async (opened) => {
    await migrations.status(opened.database);
    return work(opened);
  });
}

/**
 * What is said in the words of the command counts, and after that what the environment says, as it does for the portal.
 * @throws UsageError also for a variable that is set to nothing: another database than the one that was meant is none
 */
function named(command: Command, env: Io['env']): { data: string; uri: string | undefined } {
  const { data, uri } = command.optsWithGlobals<{ data: string; uri?: string }>();
  const isFolder = command.getOptionValueSourceWithGlobals('data') === 'cli';
  if (isFolder && uri !== undefined)
    throw new UsageError(
      '--data names the folder of an embedded database and --uri a MongoDB: say one of them.',
    );
  const { MONGODB_URI } = env;
  if (!isFolder && uri === undefined && MONGODB_URI !== undefined && !isAddress(MONGODB_URI))
    throw new UsageError('MONGODB_URI must begin with mongodb:// or mongodb+srv://.');
  if (data.trim() === '') throw new UsageError('CIRCE_DATA or --data must be a folder.');
  return { data, uri: isFolder ? undefined : (uri ?? MONGODB_URI) };
}

const fileIn = (folder: string) => join(folder, 'paper-circe.db');

/** One that may not be looked at is not missing. */
function isMissing(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

const isAddress = (place: string) => /^mongodb(\+srv)?:\/\//.test(place);

/** Whether a place is a folder whose database would have to be made. */
export function isNewPlace(place: string): boolean {
  return !isAddress(place) && isNewFolder(place);
}

/** The same with a place that is an address of a MongoDB, or else the folder of an embedded database. */
export function withPlace<Result>(
  place: string,
  work: (opened: Opened) => Promise<Result>,
  onlyTried = false,
): Promise<Result> {
  return isAddress(place)
    ? withDatabase(place, shownAddress(place), false, work)
    : withFolder(place, work, onlyTried);
}

function isNewFolder(data: string): boolean {
  const folder = resolve(data);
  if (!isMissing(fileIn(folder))) return false;
  assertMakeable(folder);
  return true;
}

/** Whoever only tries makes no folder, and is told all the same that he could not. */
function assertMakeable(folder: string): void {
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder && !isLink(folder))
      return assertMakeable(dirname(folder));
    throw new Error(`${folder} cannot be written: ${reasons[code] ?? 'it is refused'} (${code}).`, {
      cause: error,
    });
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is a link to what is not there',
  EACCES: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of its path is a file',
};

async function withFolder<Result>(
  data: string,
  work: (opened: Opened) => Promise<Result>,
  onlyTried: boolean,
): Promise<Result> {
  const folder = resolve(data);
  const file = onlyTried && isNewFolder(data) ? ':memory:' : fileIn(folder);
  const server = await startEmbedded({ file, inProcess: true });
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
  const database = await openDatabase({ uri, alone: embedded });
  try {
    return await work({ database, embedded, place });
  } finally {
    await database.close();
  }
}
