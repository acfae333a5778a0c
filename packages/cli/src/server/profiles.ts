// Servers that somebody signed in to, in a file that only he can read.
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

export const Profile = z.strictObject({ url: z.string(), tenant: z.string(), token: z.string() });
export type Profile = z.output<typeof Profile>;

const Profiles = z.strictObject({
  /** The one that is used where none is named. */
  current: z.string().optional(),
  profiles: z.record(z.string(), Profile),
});
export type Profiles = z.output<typeof Profiles>;

export function profilesFile({ env }: Io): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'circe', 'profiles.json');
}

/** @throws UsageError when others may read the file, or nobody can */
export async function readProfiles(io: Io): Promise<Profiles> {
  const file = profilesFile(io);
  const { mode } = (await stat(file).catch(() => undefined)) ?? {};
  if (mode === undefined) return { profiles: {} };
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new UsageError(`Others may read the tokens in ${file}. Say: chmod 600 ${file}`);
  }
  try {
    return Profiles.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new UsageError(`${file} cannot be read. Mend it or take it away, and sign in again.`);
  }
}

/** Writes them beside the file and then in its place, so that it is whole at every moment. */
export async function writeProfiles(io: Io, profiles: Profiles): Promise<void> {
  const file = profilesFile(io);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 });
  await rename(beside, file);
}
