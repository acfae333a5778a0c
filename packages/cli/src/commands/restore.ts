import type { Command } from 'commander';
import { backups, named } from '@paper-circe/core';
import { z } from 'zod';
import { actor, isToBeMade, withInstallation, type Opened } from '../installation.ts';
import { untilGivenUp, type Io } from '../io.ts';
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
    .action((place: string, { dryRun = false, at, replace }: Options, command: Command) => {
      const moment = at === undefined ? undefined : momentOf(at);
      const store = backups.openStore(place, io.env);
      const looked = async (signal: AbortSignal | undefined) => {
        const checked = await backups.check(store, moment, signal);
        for (const line of toldOf(checked, moment, await backups.survey(checked))) io.err(line);
        return checked;
      };
      return untilGivenUp(io, 'Nothing was written.', async (signal) => {
        // No database is made for what turns out to be no backup.
        const from = isToBeMade(command, io) ? await looked(signal) : undefined;
        const restored = async ({ database, place: into }: Opened) => {
          const done = await backups.restore(database, actor, from ?? (await looked(signal)), {
            dryRun,
            signal,
            ...(replace && { replace }),
            onProgress: (what, documents) => io.err(`${what}: ${documents}`),
          });
          io.out(JSON.stringify(done));
          io.err(dryRun ? `This could be restored into ${into}.` : `Restored into ${into}.`);
        };
        await withInstallation(command, io, restored, dryRun);
      });
    });
}

/** Of many backups one is taken: whoever is in a hurry sees which one, how old it is, and what else there is. */
function toldOf(
  { name, at }: backups.Checked,
  moment: Date | 'last' | undefined,
  { clinics, elsewhere, newer, unread, loggedUntil }: backups.Survey,
): string[] {
  const count = clinics.length === 1 ? '1 clinic' : `${clinics.length} clinics`;
  const some = clinics.length === 0 ? 'without a clinic' : `with ${count} (${named(clinics)})`;
  const lines = [`The state of ${at.toISOString()}, ${ageOf(at)}, from the backup ${name}, ${some}.`];
  if (loggedUntil && moment === undefined)
    lines.push(`The log goes on until ${loggedUntil.toISOString()}: --at last restores that too.`);
  for (const [backup, has] of Map.groupBy(elsewhere, (one) => one.backup))
    lines.push(`Not in it: ${named(has.map(({ clinic }) => clinic))}, which the backup ${backup} has.`);
  if (newer.length > 0 && !(moment instanceof Date)) lines.push(`Newer and not taken: ${named(newer)}.`);
  if (unread.length > 0) lines.push(`Others that cannot be read: ${named(unread)}.`);
  return lines;
}

const ages = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

function ageOf(at: Date): string {
  const minutes = Math.floor((Date.now() - at.getTime()) / 60_000);
  if (minutes < 0) return 'which is to come by the clock of this machine';
  if (minutes < 120) return ages.format(-minutes, 'minute');
  return minutes < 48 * 60
    ? ages.format(-Math.floor(minutes / 60), 'hour')
    : ages.format(-Math.floor(minutes / 1440), 'day');
}

function momentOf(text: string): Date | 'last' {
  if (text === 'last') return text;
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return new Date(text);
  throw new UsageError(`--at is an instant with its zone, such as 2026-11-22T10:15:00+07:00, not "${text}".`);
}
