import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readlink, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CirceError } from '../errors.ts';
import { noFile, unusable, type Content, type Store } from './store.ts';

/** A folder on a disk, made when something is kept in it, readable by its owner only. */
export class FolderStore implements Store {
  readonly address: string;

  /** @param address its absolute path */
  constructor(address: string) {
    this.address = address;
  }

  async check(): Promise<undefined> {
    const probe = `.probe-${process.pid}`;
    await this.keep(probe, [Buffer.from('\n')]);
    await this.remove(probe);
  }

  async keep(path: string, content: Content): Promise<void> {
    const whole = join(this.address, path);
    await tried('written', dirname(whole), () => makeFolder(dirname(whole)));
    const file = await tried('written', whole, () => open(whole, 'wx', 0o600));
    try {
      for await (const chunk of content) await tried('written', whole, () => file.appendFile(chunk));
      await tried('written', whole, () => file.sync());
      await file.close();
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(whole, { force: true });
      throw error;
    }
    await syncedFolder(dirname(whole));
  }

  async append(path: string, bytes: Uint8Array): Promise<void> {
    const whole = join(this.address, path);
    await tried('written', whole, async () => {
      await makeFolder(dirname(whole));
      const file = await open(whole, 'a', 0o600);
      try {
        const { size } = await file.stat();
        try {
          await file.appendFile(bytes);
          await file.sync();
        } catch (error) {
          // Half a line would run into the next one. Where it stays, the next process begins another file.
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
        if (size === 0) await syncedFolder(dirname(whole));
      } finally {
        await file.close();
      }
    });
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    const whole = join(this.address, path);
    const chunks = createReadStream(whole)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const next = () =>
      chunks.next().catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? noFile(whole) : error;
      });
    try {
      for (;;) {
        const { done, value } = await tried('read', whole, next);
        if (done) return;
        yield value;
      }
    } finally {
      await chunks.return?.();
    }
  }

  async has(path: string): Promise<boolean> {
    const whole = join(this.address, path);
    return tried('read', whole, () =>
      stat(whole).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          // What cannot be looked at may be there: a backup that seems to be none would be removed.
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
          throw error;
        },
      ),
    );
  }

  async list(path: string): Promise<string[]> {
    const whole = join(this.address, path);
    return tried('read', whole, () =>
      readdir(whole).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      }),
    );
  }

  async remove(path: string): Promise<void> {
    const whole = join(this.address, path);
    await tried('removed', whole, () => rm(whole, { force: true }));
  }

  async removeAll(path: string): Promise<void> {
    const whole = join(this.address, path);
    await tried('removed', whole, () => rm(whole, { recursive: true, force: true }));
  }

  in(path: string): Store {
    return new FolderStore(join(this.address, path));
  }

  above(): { store: Store; name: string } | undefined {
    const parent = dirname(this.address);
    if (parent === this.address) return undefined;
    return { store: new FolderStore(parent), name: basename(this.address) };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'its owner may not use more of the disk',
  EFBIG: 'it would be larger than a file may be',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it has no folder to lie in, and none can be made',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EIO: 'the disk has failed',
};

/** Says what the file system refuses in a sentence, with the path, which not every error of its own has. */
export async function tried<Result>(
  act: 'read' | 'written' | 'removed',
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof CirceError) throw error;
    const reason = reasons[code];
    throw unusable(`${path} cannot be ${act}: ${reason ? `${reason} (${code})` : message}.`, error);
  }
}

/** Makes a folder and those that it lies in. Node's own way to do so never ends below /proc. */
export async function makeFolder(path: string): Promise<void> {
  const isThere = () =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (await isThere()) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
    if (await isThere()) return;
    await assertNoLooseLink(path);
    throw error;
  });
  await syncedFolder(dirname(path));
}

/**
 * Of a link whose folder is away, as a disk that is not mounted, the system says no more than that it is there already.
 * @throws UNAVAILABLE
 */
export async function assertNoLooseLink(path: string): Promise<void> {
  const isLoose = await stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (!isLoose || !(await lstat(path).catch(() => undefined))?.isSymbolicLink()) return;
  throw unusable(
    `${path} is a link to ${await readlink(path)}, which is not there. Mount what it leads to, or make it.`,
  );
}

/** Puts on the disk what a folder lists. Windows does so by itself. */
async function syncedFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
