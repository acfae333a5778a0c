// What a restore would take: which backup, and how much of the log.
import { CirceError, invalid } from '../errors.ts';
import { dayMs } from '../time.ts';
import {
  backupsIn,
  begunAt,
  holdsClinic,
  isFinished,
  isWithClinic,
  readBackup,
  type Backup,
} from './folder.ts';
import { changesIn, logOf, pagesOf, type Span } from './log.ts';
import { assertKnown, manifestName } from './manifest.ts';
import { timeOf } from './page.ts';
import { schemaVersions } from './schema-versions.ts';
import type { Store } from './store.ts';
import type { Change } from './stream.ts';

export interface Plan {
  readonly name: string;
  readonly store: Store;
  readonly backup: Backup;
  /** The place that it lies in, and the whole backups there, in the order in which they are taken. */
  readonly place: Store;
  readonly names: readonly string[];
  /** The moment whose state will be had. */
  readonly at: Date;
  /** What happened between the backup and that moment. */
  logged(): AsyncIterable<Change>;
}

/**
 * @param given a backup, or the place that backups lie in: then the newest that there was at the moment. One without a
 * clinic stands behind those that have some: a database that was lost and began anew has made it
 * @param at the moment; `last` for the latest that the log reaches, and the backup's own when it is left out
 */
export async function planned(given: Store, at: Date | 'last' | undefined): Promise<Plan> {
  const one = (await given.has(manifestName)) ? given.above() : undefined;
  const place = one?.store ?? given;
  const names = await finishedIn(place);
  const found = await newestOf(place, one ? [one.name] : names, at);
  if (found) {
    const { name, backup } = found;
    assertKnown(name, backup.schema, schemaVersions);
    return { name, store: place.in(name), backup, place, names, ...(await continued(place, backup, at)) };
  }
  const message =
    names.length === 0
      ? `There is no backup in ${given.address}.`
      : 'There is no backup from before that moment: the log needs one to begin with.';
  throw new CirceError('NOT_FOUND', message, { what: 'backup' });
}

interface Found {
  readonly name: string;
  readonly backup: Backup;
}

/** The newest that there was at a moment. One without a clinic only where none has one. */
async function newestOf(
  place: Store,
  names: readonly string[],
  at?: Date | 'last',
): Promise<Found | undefined> {
  let found: Found | undefined;
  for (const name of names) {
    const backup = await readBackup(place.in(name));
    if (at instanceof Date && new Date(backup.at) > at) continue;
    if (holdsClinic(backup)) return { name, backup };
    found ??= { name, backup };
  }
  return found;
}

/**
 * The address of the newest backup of a place that has a clinic; undefined where none has. It is what `restore` takes
 * when it is given that place.
 * @throws UNAVAILABLE when the place cannot be read
 * @throws NOT_FOUND when one was removed meanwhile
 */
export async function newestWithClinic(place: Store): Promise<string | undefined> {
  for (const name of await finishedIn(place))
    if (await isWithClinic(place.in(name))) return place.in(name).address;
  return undefined;
}

/** The whole backups of a place, the newest first. What a clock that was ahead has named stands behind all others. */
async function finishedIn(place: Store): Promise<string[]> {
  const names = await backupsIn(place);
  const finished = await Promise.all(names.map((name) => isFinished(place, name)));
  const whole = names.filter((_, n) => finished[n]);
  // A clock may be wrong by its zone.
  const isAhead = (name: string) => (begunAt(name)?.getTime() ?? 0) > Date.now() + dayMs;
  return [...whole.filter((name) => !isAhead(name)), ...whole.filter(isAhead)];
}

async function* nothing(): AsyncGenerator<Change> {
  // The backup alone is what is wanted.
}

async function continued(
  place: Store,
  backup: Backup,
  at: Date | 'last' | undefined,
): Promise<Pick<Plan, 'at' | 'logged'>> {
  const made = new Date(backup.at);
  if (at === undefined || (at instanceof Date && at.getTime() === made.getTime())) {
    return { at: made, logged: nothing };
  }
  const log = logOf(place, backup.history);
  const after = timeOf(backup.time);
  const pages = await pagesOf(log, { at: made, time: after });
  const last = pages.at(-1)?.page;
  if (!last && at === 'last') return { at: made, logged: nothing };
  const end = last ? new Date(last.until) : made;
  if (!last || (at instanceof Date && at > end)) {
    const message = `From this backup on the log reaches until ${end.toISOString()} and no further.`;
    throw invalid('at', message);
  }
  const moment = at === 'last' ? undefined : at;
  const span: Span = { after, upTo: timeOf(last.time), at: moment };
  return { at: moment ?? end, logged: () => changesIn(log, pages, span) };
}
