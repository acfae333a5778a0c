import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { supported } from './supported.ts';

/** Without the padding that a formatter gives to a table. */
const plain = (text: string): string => text.replaceAll(/[ -]+/g, ' ');

test('the README lists what the code supports, no more and no less', () => {
  expect(plain(readFileSync(new URL('../README.md', import.meta.url), 'utf8'))).toContain(plain(supported()));
});
