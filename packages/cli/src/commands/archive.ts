import type { Command } from 'commander';
import { archive, migrations } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';

export function addArchive(program: Command, io: Io): void {
  program
    .command('archive')
    .description(
      'move final bookings of more than a year ago to the archive; safe to run twice, or to kill and run again',
    )
    .option('--dry-run', 'only say how many would move')
    .action(({ dryRun = false }: { dryRun?: boolean }, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        if (!dryRun) await migrations.migrate(database, { again: false });
        let all = 0;
        for await (const { slug, moved } of archive.archiveAll(database, actor, { dryRun })) {
          io.out(JSON.stringify({ slug, moved }));
          all += moved;
        }
        io.err(`${all} bookings ${dryRun ? 'would be ' : ''}moved.`);
      }),
    );
}
