import * as bookings from '../bookings/index.ts';
import { atOnce, must, times, type Check, type Tally } from './kit.ts';
import * as users from '../users/index.ts';

const most = 3;
const desks = 12;

const maxBookings: Check = {
  name: 'quotas/bookings',
  promise: `Of ${desks} bookings at once a clinic that may make ${most} a month makes ${most}.`,
  async run(kit) {
    const { desk, wish, at, day, scope } = await kit.newClinic({ features: { maxBookings: most } });
    const starts = times(desks, (index) => at(day(1), `${String(index + 8).padStart(2, '0')}:00`));
    const tally = await atOnce(starts.map((start, index) => () => desk(index).book(wish(start))));
    const { items } = await bookings.findByTenant(scope);
    keptTo(most, tally, items.length);
  },
};

const refusals: Check = {
  name: 'quotas/refusals',
  promise: 'A booking that is refused uses nothing up.',
  async run(kit) {
    const { desk, wrapper, wish, at, day } = await kit.newClinic({ features: { maxBookings: 2 } });
    const [taken, free] = [wish(at(day(1), '10:00')), wish(at(day(1), '11:00'))];
    await wrapper.book(taken);
    const { made } = await atOnce(times(4, (index) => () => desk(index).book(taken)));
    must(made.length === 0, 'A time was booked twice.');
    const second = await atOnce([() => wrapper.book(free)]);
    must(
      second.made.length === 1,
      `The second of two bookings was refused: ${JSON.stringify(second.refused)}.`,
    );
  },
};

const maxUsers: Check = {
  name: 'quotas/users',
  promise: `Of ${desks} users added at once a clinic that may have ${most} has ${most}.`,
  async run(kit) {
    const { desk, scope } = await kit.newClinic({ features: { maxUsers: most } });
    const user = (index: number) => ({
      email: `user-${index}@example.com`,
      name: 'User',
      passwordHash: 'not-a-hash-of-anything',
    });
    const tally = await atOnce(times(desks, (index) => () => desk(index).addUser(user(index))));
    const { items } = await users.findByTenant(scope);
    keptTo(most, tally, items.length);
  },
};

function keptTo(limit: number, { made, refused }: Tally<unknown>, kept: number): void {
  must(
    made.length === limit,
    `${made.length} were answered as made; refused were ${JSON.stringify(refused)}.`,
  );
  must(kept === limit, `${kept} are stored.`);
  const others = Object.keys(refused).filter((code) => code !== 'QUOTA_EXCEEDED');
  must(others.length === 0, `Some were refused as ${others.join(', ')}, not as QUOTA_EXCEEDED.`);
}

export const quotas: readonly Check[] = [maxBookings, refusals, maxUsers];
