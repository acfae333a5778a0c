// What a restore would take: which backup, and how much of the log.
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CirceError, invalid } from '../errors.ts';
import { backupsIn, readBackup, type Backup } from './folder.ts';
import { changesIn, logFolder, pagesOf, type Span } from './log.ts';
import { assertKnown } from './manifest.ts';
import { timeOf } from './page.ts';
import { schemaVersions } from './schema-versions.ts';
import type { Change } from './stream.ts';

export interface Plan {
  readonly name: string;
  readonly folder: string;
  readonly backup: Backup;
  /** The moment whose state will be had. */
  readonly at: Date;
  /** What happened between the backup and that moment. */
  logged(): AsyncIterable<Change>;
}

/**
 * @param folder a backup, or the folder that backups lie in: then the newest that there was at the moment
 * @param at the moment; `last` for the latest that the log reaches, and the backup's own when it is left out
 */
export async function planned(folder: string, at: Date | 'last' | undefined): Promise<Plan> {
  const whole = resolve(folder);
  const isOne = await access(join(whole, 'manifest.json')).then(
    () => true,
    () => false,
  );
  const parent = isOne ? dirname(whole) : whole;
  const names = isOne ? [basename(whole)] : await backupsIn(parent);
  for (const name of names) {
    const backup = await readBackup(join(parent, name));
    if (at instanceof Date && new Date(backup.at) > at) continue;
    assertKnown(name, backup.schema, schemaVersions);
    return { name, folder: join(parent, name), backup, ...(await continued(parent, backup, at)) };
  }
  const message =
    names.length === 0
      ? `There is no backup in ${whole}.`
      : 'There is no backup from before that moment: the log needs one to begin with.';
  throw new CirceError('NOT_FOUND', message, { what: 'backup' });
}

async function* nothing(): AsyncGenerator<Change> {
  // The backup alone is what is wanted.
}

async function continued(
  parent: string,
  backup: Backup,
  at: Date | 'last' | undefined,
): Promise<Pick<Plan, 'at' | 'logged'>> {
  const made = new Date(backup.at);
  if (at === undefined || (at instanceof Date && at.getTime() === made.getTime())) {
    return { at: made, logged: nothing };
  }
  const log = logFolder(parent, backup.history);
  const pages = (await pagesOf(log)).filter(({ page }) => new Date(page.until) > made);
  const [first, last] = [pages[0]?.page, pages.at(-1)?.page];
  const end = last && first && new Date(first.since) <= made ? new Date(last.until) : made;
  const moment = at === 'last' ? end : at;
  if (moment > end || !last) {
    if (at === 'last') return { at: made, logged: nothing };
    const message = `From this backup on the log reaches until ${end.toISOString()} and no further.`;
    throw invalid('at', message);
  }
  const span: Span = { after: timeOf(backup.time), upTo: timeOf(last.time), at: moment };
  return { at: moment, logged: () => changesIn(pages, span) };
}
