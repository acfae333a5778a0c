import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeProcedurePage, procedurePage } from '../../../scripts/sdk/procedures.ts';
import { describedProcedures } from './described.ts';
import { trpcCodes } from './errors.ts';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';
import { maxBatch } from './shared/limits.ts';

// The compiler reads all of core for it.
test('the table of procedures is what the router says', { timeout: 120_000 }, () => {
  expect(readFileSync(procedurePage, 'utf8'), 'run `npm run docs` and commit docs/api with your change').toBe(
    makeProcedurePage(),
  );
});

test('every procedure says in a sentence of its own what it does', () => {
  for (const address of ['clinic', 'platform'] as const) {
    const all = describedProcedures(address).map(({ says }) => says);
    for (const says of all) expect(says).toMatch(/^[A-Z][^|]{10,130}\.$/);
    expect(all.toSorted()).toEqual([...new Set(all)].toSorted());
  }
});

test('every threat names tests that are there, and those that it quotes by their names', () => {
  const root = new URL('../../../', import.meta.url);
  const page = readFileSync(new URL('docs/security.md', root), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| (?!Threat |-)/.test(line));
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const shown = row.split('|').at(-2) ?? '';
    const files = Array.from(shown.matchAll(/`([^`]+\.ts)`/g), ([, path = '']) =>
      readFileSync(new URL(path.startsWith('e2e') ? path : `packages/${path}`, root), 'utf8'),
    );
    expect(files.length, row).toBeGreaterThan(0);
    for (const file of files) expect(file, row).toMatch(/\btest(\.each)?\(/);
    for (const [, name = ''] of shown.matchAll(/"([^"]+?)(?: \.\.\.)?"/g))
      expect(files.join('\n'), row).toContain(name);
  }
});

test('the guide names every error, both headers and the limit of a batch', () => {
  const guide = readFileSync(new URL('../../../docs/api/README.md', import.meta.url), 'utf8');
  for (const name of [...Object.keys(trpcCodes), 'INTERNAL', idempotencyHeader, dryRunHeader])
    expect(guide).toContain(`\`${name}`);
  expect(guide).toContain(`at most ${maxBatch} calls`);
});
