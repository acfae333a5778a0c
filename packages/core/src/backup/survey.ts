// What whoever restores should know before: of all that lies in a place one backup is taken.
import { isCirceError } from '../errors.ts';
import { Contents } from './contents.ts';
import { lastPage, logOf } from './log.ts';
import { timeOf } from './page.ts';
import type { Plan } from './plan.ts';
import type { Checked } from './restore.ts';

/** What a restore would take, and what it would leave. */
export interface Survey {
  /** The short names of the clinics that are in the backup. */
  readonly clinics: readonly string[];
  /** Clinics that it does not have, each with the backup of the same place that has it, the newest of them. */
  readonly elsewhere: readonly { readonly clinic: string; readonly backup: string }[];
  /** Newer backups of the same place that were not taken: without a clinic, or named by a clock that was ahead. */
  readonly newer: readonly string[];
  /** Others that cannot be read, so that nobody knows what they have. */
  readonly unread: readonly string[];
  /** Until when the log goes on behind the backup. */
  readonly loggedUntil?: Date;
}

/**
 * Looks through the place of a backup that {@link check} has chosen.
 * @throws NOT_FOUND when what was chosen is not there any more
 * @throws VALIDATION when it is damaged
 * @throws UNAVAILABLE when it cannot be read
 */
export async function survey(checked: Checked): Promise<Survey> {
  const { plan } = checked;
  const { name: chosen, place, names } = plan;
  const contents = new Contents(place);
  const own = await contents.clinicsOf(chosen);
  const elsewhere = new Map<string, { clinic: string; backup: string }>();
  const unread: string[] = [];
  for (const name of names) {
    if (name === chosen) continue;
    try {
      const other = await contents.backupOf(name);
      if (!other) unread.push(name);
      // What was there until the moment is in the log from the backup on.
      if (!other || (other.history === plan.backup.history && new Date(other.at) <= plan.at)) continue;
      for (const [id, clinic] of await contents.clinicsOf(name))
        if (!own.has(id) && !elsewhere.has(id)) elsewhere.set(id, { clinic, backup: name });
    } catch (error) {
      if (!isCirceError(error)) throw error;
      unread.push(name);
    }
  }
  const loggedUntil = await reachOf(plan);
  return {
    clinics: [...own.values()],
    elsewhere: [...elsewhere.values()],
    newer: names.filter((name) => name > chosen),
    unread,
    ...(loggedUntil && { loggedUntil }),
  };
}

/** One that is damaged is found by whoever asks for it. */
async function reachOf({ backup, place }: Plan): Promise<Date | undefined> {
  try {
    const tail = await lastPage(logOf(place, backup.history));
    const goesOn = tail && timeOf(tail.time).greaterThan(timeOf(backup.time));
    return goesOn ? new Date(tail.until) : undefined;
  } catch (error) {
    if (isCirceError(error)) return undefined;
    throw error;
  }
}
