import type { Command } from 'commander';
import { backups, tenants } from '@paper-circe/core';
import { actor, withStanding } from '../installation.ts';
import { untilGivenUp, type Io } from '../io.ts';
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
      return withStanding(command, io, async ({ database, place: from }) => {
        // Half a backup would lie there for a week.
        const made = await untilGivenUp(io, 'No half backup is left.', (signal) =>
          backups.daily(database, actor, store, signal),
        );
        const { name, at, documents, bytes, pruned, unpruned } = made;
        io.out(JSON.stringify({ name, at, documents, bytes, pruned, unpruned }));
        if (await tenants.isEmpty(database))
          io.err(`There is no clinic in ${from}: see whether it is the right database.`);
        // Whoever runs it every night looks at nothing but how it ended.
        if (unpruned !== undefined)
          throw new Error(`The backup is made, and older ones could not be removed: ${unpruned}`);
      });
    });
}
