import type { Command } from 'commander';
import { ensureIndexes } from '@paper-circe/core';
import { withInstallation } from '../installation.ts';

export function addIndexes(program: Command): void {
  program
    .command('indexes')
    .description('make the indexes that are missing; safe to run twice')
    .action((_options: object, command: Command) =>
      withInstallation(command, async ({ database }) => {
        await ensureIndexes(database);
        console.error('All indexes are there.');
      }),
    );
}
