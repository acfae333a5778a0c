import type { Command } from 'commander';
import { backups } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

export function addBackup(program: Command, io: Io): void {
  program
    .command('backup [place]')
    .description(
      'make a full backup of everything in a folder or s3://bucket/prefix (or CIRCE_BACKUP), read it back, and remove those older than 30 days',
    )
    .action((place: string | undefined, _options: object, command: Command) => {
      const target = place ?? io.env['CIRCE_BACKUP'];
      if (!target) throw new UsageError('Missing: the place, or CIRCE_BACKUP.');
      const store = backups.openStore(target, io.env);
      return withInstallation(command, io, async ({ database }) => {
        const { name, at, documents, bytes, pruned } = await backups.daily(database, actor, store);
        io.out(JSON.stringify({ name, at, documents, bytes, pruned }));
      });
    });
}
