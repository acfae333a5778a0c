import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adopt } from './adopt/index.ts';

const folder = join(import.meta.dirname, 'adopt');

test('the checksum of the adoption is that of its source: once released it is followed by another, not changed', async () => {
  const names = (await readdir(folder)).filter((name) => !/^checksum\.ts$|\.test\.ts$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const path of [join(folder, '..', 'documented.ts'), ...names.map((name) => join(folder, name))])
    hash.update(await readFile(path));
  expect(adopt.checksum).toBe(hash.digest('hex'));
});
