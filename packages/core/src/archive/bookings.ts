import { actInParts } from '../act.ts';
import { record } from '../audit.ts';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import { archiveHorizon } from '../bookings/everywhere.ts';
import { finalStatuses, type Booking } from '../bookings/schema.ts';
import type { Filter } from '../handle.ts';
import { askedOf, transact, within, type TenantScope } from '../tenancy.ts';
import { minute } from '../time.ts';

/** The act whose events name the bookings that they moved, in `bookingIds`. */
export const archiveAct = 'archive.bookings';

/** How many bookings move in one transaction: more would be little faster, and whoever works beside it would wait for each. */
const batch = 100;

/** What changed a day ago can no longer be undone, and nobody has it on the screen. */
const restMin = 24 * 60;

/**
 * Moves a clinic's old bookings to the archive: completed, cancelled or missed, begun more than a year ago and not
 * changed since yesterday. 100 at a time, each time in one transaction: killed at any point, every booking is in one
 * of the two places, and the next call goes on. Lists, histories and reports that reach back a year read both. A
 * second call moves none.
 * @returns how many were moved, or in a dry run would be
 * @throws CONFLICT_DUPLICATE when the scope's idempotency key was used for something else
 */
export async function archiveBookings(clinic: TenantScope): Promise<number> {
  if (askedOf(clinic).dryRun) return within(clinic, bookingsCollection).count(due(clinic));
  return actInParts(clinic, archiveAct, {}, async () => {
    let moved = 0;
    for await (const some of archiveByBatch(clinic)) moved += some;
    return moved;
  });
}

/** The same, telling after each batch how many it moved. */
export async function* archiveByBatch(clinic: TenantScope): AsyncGenerator<number, void> {
  for (;;) {
    const some = await transact(clinic, moveSome);
    yield some;
    if (some < batch) return;
  }
}

async function moveSome(inside: TenantScope): Promise<number> {
  const archive = within(inside, bookingsArchive);
  const some = { limit: batch, sort: { startAt: 1, id: 1 } } as const;
  const bookingIds = await within(inside, bookingsCollection).moveTo(archive, due(inside), some);
  const moved = bookingIds.length;
  const subject = { collection: archive.name, id: inside.tenantId };
  const changes = { bookings: { to: moved }, bookingIds: { to: bookingIds } };
  if (moved > 0) await record(inside, archiveAct, subject, changes);
  return moved;
}

function due(clinic: TenantScope): Filter<Booking> {
  return {
    startAt: { $lt: archiveHorizon(clinic) },
    status: { $in: finalStatuses },
    updatedAt: { $lt: new Date(clinic.clock().getTime() - restMin * minute) },
  };
}
