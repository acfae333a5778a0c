#!/usr/bin/env node
// The circe command. Answers go to stdout, everything said to people to stderr.
// Exit codes: 0 ok, 1 anything else, 2 usage, 4 not found, 5 conflict, 6 validation.
import { Command, CommanderError } from 'commander';
import { isCirceError, type ErrorCode } from '@paper-circe/core';
import { addCheck } from './commands/check.ts';
import { addMigrate } from './commands/migrate.ts';
import { addSeed } from './commands/seed.ts';
import { addTenants } from './commands/tenants.ts';
import { addUsers } from './commands/users.ts';
import { UsageError } from './usage.ts';

const exitCodes: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 3,
  FORBIDDEN: 3,
  NOT_FOUND: 4,
  CONFLICT_SLOT: 5,
  CONFLICT_DUPLICATE: 5,
  ILLEGAL_TRANSITION: 5,
  STALE: 5,
  VALIDATION: 6,
  RATE_LIMITED: 7,
};

const program = new Command('circe')
  .description('Looks after an installation of Paper Circe')
  .option('--data <folder>', 'folder of the embedded database', process.env['CIRCE_DATA'] ?? '.circe')
  .option('--uri <address>', 'a MongoDB to use instead (or MONGODB_URI)')
  .addHelpText(
    'after',
    '\nThe embedded database belongs to one process: stop the portal before you work on its file.',
  )
  .showHelpAfterError()
  .exitOverride();

for (const add of [addMigrate, addTenants, addUsers, addSeed, addCheck]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has said what is wrong already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  console.error(`circe: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) return 2;
  return isCirceError(error) ? (exitCodes[error.code] ?? 1) : 1;
}
