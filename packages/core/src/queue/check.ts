import { bookingsCollection } from '../bookings/collection.ts';
import { counted } from '../counters.ts';
import { snapshot, within, type TenantScope } from '../tenancy.ts';
import { addDays, instantAt, localDate } from '../time.ts';

/** The counter of a day's queue numbers is behind the highest one: the next walk-in would get one that is taken. */
export interface WrongQueue {
  readonly date: string;
  readonly counted: number;
  readonly highest: number;
}

/** Today's counter of queue numbers when it is wrong; nothing in a sound database. */
export async function findWrongQueue(clinic: TenantScope): Promise<WrongQueue[]> {
  const { timezone } = clinic.tenant.config;
  const date = localDate(clinic.clock(), timezone);
  const from = instantAt(date, '00:00', timezone);
  const to = instantAt(addDays(date, 1), '00:00', timezone);
  return snapshot(clinic, async (inside) => {
    const number = await counted(inside, `queue:${date}`);
    const last = await within(inside, bookingsCollection).findOne(
      { startAt: { $gte: from, $lt: to }, queueNumber: { $gt: number } },
      { sort: { queueNumber: -1 } },
    );
    return last?.queueNumber === undefined ? [] : [{ date, counted: number, highest: last.queueNumber }];
  });
}
