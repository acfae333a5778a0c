import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { supported } from './supported.ts';

test('the README lists what the code supports, no more and no less', () => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(supported());
});
