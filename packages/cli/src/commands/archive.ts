import type { Command } from 'commander';
import { archive, migrations } from '@paper-circe/core';
import { actor, withStanding } from '../installation.ts';
import type { Io } from '../io.ts';

/** After how many bookings of a clinic it says how far it is. */
const told = 10_000;

export function addArchive(program: Command, io: Io): void {
  program
    .command('archive')
    .description(
      'move final bookings of more than a year ago to the archive; safe to run twice, or to kill and run again',
    )
    .option('--dry-run', 'only say how many would move')
    .action(({ dryRun = false }: { dryRun?: boolean }, command: Command) =>
      withStanding(command, io, async ({ database }) => {
        if (!dryRun) await migrations.migrate(database, { again: false });
        let all = 0;
        let said = 0;
        const onBatch = ({ slug, moved }: archive.Archived) => {
          if (moved < said) said = 0;
          if (moved - said < told) return;
          said = moved;
          io.err(`${slug}: ${moved} so far`);
        };
        for await (const { slug, moved } of archive.archiveAll(database, actor, { dryRun, onBatch })) {
          io.out(JSON.stringify({ slug, moved }));
          all += moved;
        }
        io.err(`${all} bookings ${dryRun ? 'would be ' : ''}moved.`);
      }),
    );
}
