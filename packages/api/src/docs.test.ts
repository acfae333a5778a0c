import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeProcedurePage, procedurePage } from '../../../scripts/sdk/procedures.ts';
import { trpcCodes } from './errors.ts';
import { dryRunHeader, idempotencyHeader } from './shared/headers.ts';
import { maxBatch } from './shared/limits.ts';

// The compiler reads all of core for it.
test('the table of procedures is what the router says', { timeout: 120_000 }, () => {
  expect(readFileSync(procedurePage, 'utf8'), 'run `npm run docs` and commit docs/api with your change').toBe(
    makeProcedurePage(),
  );
});

test('the guide names every error, both headers and the limit of a batch', () => {
  const guide = readFileSync(new URL('../../../docs/api/README.md', import.meta.url), 'utf8');
  for (const name of [...Object.keys(trpcCodes), 'INTERNAL', idempotencyHeader, dryRunHeader])
    expect(guide).toContain(`\`${name}`);
  expect(guide).toContain(`at most ${maxBatch} calls`);
});
