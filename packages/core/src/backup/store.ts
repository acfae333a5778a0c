import { CirceError } from '../errors.ts';

/**
 * A place where backups lie: a folder, or what begins with a prefix in a bucket. It holds files, named by paths with
 * slashes below its own address.
 */
export interface Store {
  /** What people call it; it holds no secret. */
  readonly address: string;
  /**
   * Sees whether files can be kept here.
   * @returns why they cannot at the moment, where the place is not reached
   * @throws UNAVAILABLE when it refuses, so that somebody has to change something
   */
  check(): Promise<string | undefined>;
  /** Keeps a new file, which is there for good when this is done, or not at all. */
  keep(path: string, content: Content): Promise<void>;
  /** Adds to the end of a file, all of it or nothing. Not there where a file is kept as a whole only. */
  append?(path: string, bytes: Uint8Array): Promise<void>;
  /** @throws NOT_FOUND when there is no such file */
  read(path: string): AsyncIterable<Uint8Array>;
  has(path: string): Promise<boolean>;
  /** The names right below a path; none where there is nothing. */
  list(path: string): Promise<string[]>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** Removes everything below a path. */
  removeAll(path: string): Promise<void>;
  /** The place below this one. */
  in(path: string): Store;
  /** The place that this one lies in, and its name there; undefined for what lies in none. */
  above(): { readonly store: Store; readonly name: string } | undefined;
}

/** The bytes of a file, in chunks of any size. */
export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** All of a small file. */
export async function textOf(store: Store, path: string): Promise<string> {
  return Buffer.concat(await Array.fromAsync(store.read(path))).toString('utf8');
}

export function noFile(where: string): CirceError<'NOT_FOUND'> {
  return new CirceError('NOT_FOUND', `There is no ${where}.`, { what: 'file' });
}

export function unusable(message: string, cause?: unknown): CirceError<'UNAVAILABLE'> {
  return new CirceError('UNAVAILABLE', message, {}, cause);
}
