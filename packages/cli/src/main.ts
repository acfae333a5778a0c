#!/usr/bin/env node
// The circe command. Answers go to standard output, everything said to people to standard error.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A third of a second of each call would be reading sources that have not changed.
enableCompileCache(join(import.meta.dirname, '../../../.cache/compiled'));
const { run } = await import('./circe.ts');
const { processIo } = await import('./io.ts');

// Whoever reads the answer may have enough of it: circe ... | head
process.stdout.on('error', () => process.exit());
process.exitCode = await run(process.argv.slice(2), processIo);
