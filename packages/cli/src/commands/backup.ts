import type { Command } from 'commander';
import { backups } from '@paper-circe/core';
import { withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

export function addBackup(program: Command, io: Io): void {
  program
    .command('backup [folder]')
    .description(
      'make a full backup of everything in a folder (or CIRCE_BACKUP), read it back, and remove those older than 30 days',
    )
    .action((folder: string | undefined, _options: object, command: Command) => {
      const target = folder ?? io.env['CIRCE_BACKUP'];
      if (!target) throw new UsageError('Missing: the folder, or CIRCE_BACKUP.');
      return withInstallation(command, io, async ({ database }) => {
        const { name, at, documents, bytes, pruned } = await backups.daily(database, target);
        io.out(JSON.stringify({ name, at, documents, bytes, pruned }));
      });
    });
}
