import type { Command } from 'commander';
import { backups } from '@paper-circe/core';
import { z } from 'zod';
import { actor, isToBeMade, withInstallation, type Opened } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly at?: string;
  readonly replace?: true;
}

export function addRestore(program: Command, io: Io): void {
  program
    .command('restore <place>')
    .description(
      'restore everything into an empty database, from a backup or from the newest one in a folder or s3://bucket/prefix',
    )
    .option('--dry-run', 'read and check everything, and write nothing')
    .option(
      '--at <instant>',
      'the state of that moment, such as 2026-11-22T10:15:00+07:00, or "last" for all that is known',
    )
    .option('--replace', 'drop everything that the database holds first')
    .action(async (place: string, { dryRun = false, at, replace }: Options, command: Command) => {
      const moment = at === undefined ? undefined : momentOf(at);
      const store = backups.openStore(place, io.env);
      // No database is made for what turns out to be no backup.
      const from = isToBeMade(command, io) ? await backups.check(store, moment) : store;
      const restored = async ({ database, place: into }: Opened) => {
        const done = await backups.restore(database, actor, from, {
          dryRun,
          ...(moment && { at: moment }),
          ...(replace && { replace }),
          onProgress: (what, documents) => io.err(`${what}: ${documents}`),
        });
        io.out(JSON.stringify(done));
        io.err(dryRun ? `This could be restored into ${into}.` : `Restored into ${into}.`);
      };
      await withInstallation(command, io, restored, dryRun);
    });
}

function momentOf(text: string): Date | 'last' {
  if (text === 'last') return text;
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return new Date(text);
  throw new UsageError(`--at is an instant with its zone, such as 2026-11-22T10:15:00+07:00, not "${text}".`);
}
