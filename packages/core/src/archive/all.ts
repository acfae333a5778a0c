import type { Actor } from '../actor.ts';
import type { Database } from '../connection.ts';
import { every } from '../page.ts';
import { asking } from '../tenancy.ts';
import { findActive, openTenant } from '../tenants/read.ts';
import { archiveBookings } from './bookings.ts';

/** What became of one clinic's bookings. */
export interface Archived {
  readonly slug: string;
  /** How many moved, or in a dry run would. */
  readonly moved: number;
}

/**
 * Moves the old bookings of every active clinic to the archive, one clinic after another.
 * @param actor who is recorded to have done it
 * @throws NOT_FOUND when a clinic is suspended meanwhile
 * @throws UNAVAILABLE when a newer version has written the settings of a clinic
 */
export async function* archiveAll(
  database: Database,
  actor: Actor,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): AsyncGenerator<Archived, void> {
  for await (const { id, slug } of every((page) => findActive(database, page))) {
    const clinic = await openTenant(database, id, actor);
    yield { slug, moved: await archiveBookings(asking(clinic, { dryRun })) };
  }
}
