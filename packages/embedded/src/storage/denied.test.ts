import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';

/** To root nothing is denied, so it is nobody who opens. */
const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;
const script = `
  import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
  for (const file of process.argv.slice(1))
    await startEmbedded({ file }).then(
      (server) => { console.log('opened'); return server.close(); },
      (error) => console.log(error.message),
    );`;

/** What a process without rights says of each file when it opens one after the other. */
function opened(files: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, ...files],
    { encoding: 'utf8', cwd: tmpdir(), ...(isRoot && { uid: nobody, gid: nobody }) },
  );
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

const because = 'permission denied (EACCES)';

// Windows has no such rights.
test.runIf(process.platform !== 'win32')(
  'what may not be read or written is said with its path, and nothing is touched',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'embedded-denied-'));
    chmodSync(root, 0o711);
    const template = join(root, 'template.db');
    await startEmbedded({ file: template }).then((server) => server.close());
    const give = (path: string, owner: number) => isRoot && chownSync(path, owner, owner);
    const made = (name: string) => {
      const folder = join(root, name);
      mkdirSync(folder);
      give(folder, nobody);
      const file = join(folder, 'data.db');
      copyFileSync(template, file);
      give(file, nobody);
      return { folder, file };
    };
    const files = (
      [
        ['', 0o000, 'read'],
        ['', 0o222, 'read'],
        ['', 0o444, 'written'],
        ['-wal', 0o000, 'read'],
        ['-wal', 0o444, 'written'],
        ['-shm', 0o444, 'written'],
        ['-lock', 0o000, 'read'],
        // A lock on what may only be read would keep no second process out.
        ['-lock', 0o444, 'written'],
        ['-lock-journal', 0o444, 'written'],
      ] as const
    ).map(([end, mode, act]) => {
      const { file } = made(`${end || 'file'}-${mode}`);
      const path = `${file}${end}`;
      if (end !== '') writeFileSync(path, '');
      give(path, 0);
      chmodSync(path, mode);
      return { path, file, said: `${path} cannot be ${act}: ${because}` };
    });
    const folders = [0o555, 0o444, 0o000].map((mode) => {
      const { folder, file } = made(`folder-${mode}`);
      give(folder, 0);
      chmodSync(folder, mode);
      return { path: folder, file, said: `${folder} cannot be written: ${because}` };
    });
    const all = [...files, ...folders];
    const whole = made('whole');
    try {
      expect(opened([whole.file, ...all.map(({ file }) => file)])).toEqual([
        'opened',
        ...all.map(({ said }) => said),
      ]);
      for (const { path } of all) {
        chmodSync(path, 0o700);
        give(path, nobody);
      }
      for (const { file } of all) expect(readFileSync(file).equals(readFileSync(template))).toBe(true);
      expect(opened(all.map(({ file }) => file))).toEqual(all.map(() => 'opened'));
    } finally {
      for (const { path } of folders) chmodSync(path, 0o700);
      rmSync(root, { recursive: true });
    }
  },
);
