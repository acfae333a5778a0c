import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { asking, scopeOf } from '../tenancy.ts';
import { everyClinic } from '../tenants/read.ts';
import { archiveBookings, archiveByBatch } from './bookings.ts';

/** What became of one clinic's bookings. */
export interface Archived {
  readonly slug: string;
  /** How many moved, or in a dry run would. */
  readonly moved: number;
}

/** How to archive everywhere; everything may be left out. */
export interface ArchiveOptions {
  /** Moves none, and says how many would. */
  readonly dryRun?: boolean;
  /** Told after each batch how many of the clinic's have moved so far, and waited for. */
  readonly onBatch?: (sofar: Archived) => Promise<void> | void;
}

/**
 * Moves the old bookings of every clinic to the archive, one clinic after another, suspended ones too: their data grows
 * old like everybody's.
 * @param actor who is recorded to have done it
 * @throws UNAVAILABLE when the database does not answer
 * @throws CONFLICT_DUPLICATE never: it names no key
 */
export async function* archiveAll(
  database: Database,
  actor: Actor,
  { dryRun = false, onBatch }: ArchiveOptions = {},
): AsyncGenerator<Archived, void> {
  for await (const tenant of everyClinic(database)) {
    const clinic = asking(scopeOf(database, tenant, actor), { dryRun });
    let moved = 0;
    if (dryRun) moved = await archiveBookings(clinic);
    else
      for await (const some of archiveByBatch(clinic)) {
        moved += some;
        await onBatch?.({ slug: tenant.slug, moved });
      }
    yield { slug: tenant.slug, moved };
  }
}
