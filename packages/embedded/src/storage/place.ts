// Where a data file lies, before SQLite looks at it: what it says of a folder that cannot be written helps nobody.
import { accessSync, closeSync, constants, lstatSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'its owner may not use more of the disk',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  ENOENT: 'it cannot be made there',
  EIO: 'the disk has failed',
  ENOLINK: 'it is a link to what is not there',
};

/** @throws Error that says what is refused and why, in a sentence */
function tried(path: string, action: () => void, act: 'read' | 'written' = 'written'): void {
  try {
    action();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = reasons[code];
    throw new Error(`${path} cannot be ${act}: ${reason ? `${reason} (${code})` : message}`, {
      cause: error,
    });
  }
}

/** Makes the folder of a file and those that it lies in, for their owner only, and tries that they can be written. */
export function prepare(file: string): void {
  const folder = dirname(file);
  makeFolder(folder);
  // Beside what SQLite has open: a process that closes one of its files loses all its locks on it.
  const probe = `${file}-probe-${process.pid}`;
  tried(folder, () => {
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
  });
  if (isThere(file, 'folder')) tried(file, () => fail('EISDIR'));
  for (const end of ends) allowed(file + end);
}

/** A data file, and what SQLite puts beside it. */
const ends = ['', '-wal', '-shm', '-lock', '-lock-journal'];

/**
 * What may only be read SQLite opens all the same, and a lock on that keeps nobody out: whoever ran as root once and
 * died has left such files.
 */
function allowed(path: string): void {
  if (!isThere(path)) return;
  tried(path, () => accessSync(path, constants.R_OK), 'read');
  tried(path, () => accessSync(path, constants.W_OK));
}

function fail(code: string): never {
  throw Object.assign(new Error(), { code });
}

/** Node's own way to make a folder with those that it lies in never ends below /proc. */
function makeFolder(path: string): void {
  if (isThere(path, 'folder')) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  tried(path, () => {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (isThere(path, 'folder')) return;
      // Of a link whose disk is not mounted the system says no more than that it is there already.
      if (!isThere(path) && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) fail('ENOLINK');
      throw error;
    }
  });
}

function isThere(path: string, kind?: 'folder'): boolean {
  try {
    const found = statSync(path);
    return kind === undefined || found.isDirectory();
  } catch {
    return false;
  }
}
