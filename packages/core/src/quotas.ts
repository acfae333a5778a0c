import { bookingsArchive, bookingsCollection } from './bookings/collection.ts';
import type { Booking } from './bookings/schema.ts';
import type { Collection } from './collections.ts';
import { counted } from './counters.ts';
import { snapshot, within, type TenantScope } from './tenancy.ts';
import { addDays, instantAt, localMonth } from './time.ts';
import { usersCollection } from './users/collection.ts';

/** A counter of a quota that does not say what is there. */
export interface WrongCount {
  readonly quota: 'maxUsers' | 'maxBookings';
  readonly counted: number;
  readonly found: number;
}

/** How much of a limit is used. */
export interface Usage {
  readonly used: number;
  readonly limit: number;
}

/** How many active users a clinic has, and bookings of this calendar month of its zone, against how many it may have. */
export async function usage(clinic: TenantScope): Promise<Record<WrongCount['quota'], Usage>> {
  const { timezone, features } = clinic.tenant.config;
  const month = localMonth(clinic.clock(), timezone);
  const [users, booked] = await Promise.all([counted(clinic, 'users'), counted(clinic, `bookings:${month}`)]);
  return {
    maxUsers: { used: users, limit: features.maxUsers },
    maxBookings: { used: booked, limit: features.maxBookings },
  };
}

/** The counters of active users and of this month's bookings that are wrong; none in a sound database. */
export async function findWrongCounts(clinic: TenantScope): Promise<WrongCount[]> {
  const { timezone } = clinic.tenant.config;
  const month = localMonth(clinic.clock(), timezone);
  const next = addDays(`${month}-01`, 31).slice(0, 7);
  const [$gte, $lt] = [month, next].map((one) => instantAt(`${one}-01`, '00:00', timezone)) as [Date, Date];
  const booked = (inside: TenantScope, collection: Collection<Booking>) =>
    within(inside, collection).count({
      source: { $in: ['walk-in', 'online'] },
      createdAt: { $gte, $lt },
      imported: { $exists: false },
    });
  return snapshot(clinic, async (inside) => {
    const counts: WrongCount[] = [
      {
        quota: 'maxUsers',
        counted: await counted(inside, 'users'),
        found: await within(inside, usersCollection).count({ isActive: true }),
      },
      {
        quota: 'maxBookings',
        counted: await counted(inside, `bookings:${month}`),
        found: (await booked(inside, bookingsCollection)) + (await booked(inside, bookingsArchive)),
      },
    ];
    return counts.filter((one) => one.counted !== one.found);
  });
}
