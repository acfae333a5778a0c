#!/usr/bin/env node
// The circe command. Answers go to standard output, everything said to people to standard error.
import { run } from './circe.ts';
import { processIo } from './io.ts';

// Whoever reads the answer may have enough of it: circe ... | head
process.stdout.on('error', () => process.exit());
process.exitCode = await run(process.argv.slice(2), processIo);
