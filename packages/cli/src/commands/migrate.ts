import type { Command } from 'commander';
import { migrations } from '@paper-circe/core';
import { withInstallation, withStanding, type Opened } from '../installation.ts';
import type { Io } from '../io.ts';

export function addMigrate(program: Command, io: Io): void {
  const group = program
    .command('migrate')
    .description(
      'make the indexes and bring the database to this version; safe to run twice, or to kill and run again',
    )
    .option('--dry-run', 'only say what would change')
    .option('--again', 'look through everything once more, also what was left in order')
    .action(({ dryRun = false, again }: { dryRun?: boolean; again?: true }, command: Command) => {
      const migrate = async ({ database }: Opened) => {
        const onWait = (owner: string) => io.err(`Waiting for ${owner}, which is migrating this database.`);
        const { ran, problems } = await migrations.migrate(database, {
          dryRun,
          onWait,
          ...(again && { again }),
        });
        for (const problem of problems) io.out(JSON.stringify(problem));
        for (const { number, name, changed } of ran) {
          io.err(`${number} ${name}: ${changed} documents ${dryRun ? 'would be ' : ''}changed.`);
        }
        if (ran.length === 0) io.err('This database is up to date.');
        if (problems.length > 0) {
          io.err(`${problems.length} things were not repaired. Repair them and run this again.`);
        }
      };
      return withInstallation(command, io, migrate, dryRun);
    });
  group
    .command('status')
    .description('say which migrations this database has behind it')
    .action((_options: object, command: Command) =>
      withStanding(command, io, async ({ database }) => {
        const status = await migrations.status(database);
        for (const migration of status.migrations) io.out(JSON.stringify(migration));
        if (status.owner !== undefined) io.err(`${status.owner} is migrating it now.`);
      }),
    );
}
