import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, makePages } from '../../../scripts/sdk/pages.ts';
import * as core from './index.ts';

const { pages, complaints } = makePages();

test('every public name says what it promises, and every public function which errors it throws', () => {
  expect(complaints, 'mend these doc comments, then run `npm run docs`').toEqual([]);
});

test('the API pages are what the sources say', () => {
  const stale = [...new Set([...pages.keys(), ...(existsSync(folder) ? readdirSync(folder) : [])])].filter(
    (file) => !pages.has(file) || read(file) !== pages.get(file),
  );
  expect(stale, 'run `npm run docs` and commit docs/sdk/api with your change').toEqual([]);
});

test('the pages name everything that can be imported', () => {
  const whole = [...pages.values()].join('\n');
  const names = Object.entries(core).flatMap(([name, value]) =>
    Object.prototype.toString.call(value) === '[object Module]'
      ? Object.keys(value as object).map((inner) => `${name}.${inner}`)
      : [name],
  );
  expect(names.filter((name) => !whole.includes(`\n## ${name}\n`))).toEqual([]);
});

function read(file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
