// Bookings lie in two places: those that somebody may still work with, and the archive. Whoever moves one does it in
// one transaction, from the first to the second. So whoever reads the first and then the second misses none, and may
// meet one twice; sums are read in one snapshot. See docs/decisions/archive.md.
import type { Filter, Sort } from '../handle.ts';
import { pagedBy, type Order, type Page, type Paged } from '../page.ts';
import type { Pipeline } from '../pipeline.ts';
import { snapshot, within, type TenantScope } from '../tenancy.ts';
import { addDays, instantAt, localDate } from '../time.ts';
import { bookingsArchive, bookingsCollection } from './collection.ts';
import type { Booking } from './schema.ts';

/** How many local days a booking stays among the others: a report of a whole year needs no archive. */
const daysKept = 366;

/** The start of the first local day of which nothing is in the archive. */
export function archiveHorizon({ clock, tenant }: TenantScope): Date {
  const zone = tenant.config.timezone;
  return instantAt(addDays(localDate(clock(), zone), -daysKept), '00:00', zone);
}

/** The booking of an id, wherever it is. */
export async function findAnywhere(clinic: TenantScope, id: string): Promise<Booking | undefined> {
  const filter = { id } as Filter<Booking>;
  return (
    (await within(clinic, bookingsCollection).findOne(filter)) ??
    (await within(clinic, bookingsArchive).findOne(filter))
  );
}

interface Wanted {
  readonly limit: number;
  readonly sort: Sort<Booking>;
}

/** Bookings of both places in one order, each once. */
export async function findEverywhere(
  clinic: TenantScope,
  filter: Filter<Booking>,
  { limit, sort }: Wanted,
): Promise<Booking[]> {
  const recent = await within(clinic, bookingsCollection).find(filter, { limit, sort });
  if (recent.length === limit && (await areFirst(clinic, recent, filter, sort))) return recent;
  const old = await within(clinic, bookingsArchive).find(filter, { limit, sort });
  if (old.length === 0) return recent;
  const once = new Map([...recent, ...old].map((booking) => [booking.id, booking]));
  return [...once.values()].sort(comparing(sort)).slice(0, limit);
}

/** Whether all of the archive comes behind what was found: its first one says so. */
async function areFirst(
  clinic: TenantScope,
  found: readonly Booking[],
  filter: Filter<Booking>,
  sort: Sort<Booking>,
): Promise<boolean> {
  if (isBeyondArchive(clinic, found, sort)) return true;
  const [first] = await within(clinic, bookingsArchive).find(filter, { limit: 1, sort });
  return first === undefined || comparing(sort)(found.at(-1)!, first) <= 0;
}

/** Of a list that begins with the latest, nothing older comes between those that are too young for the archive. */
function isBeyondArchive(clinic: TenantScope, found: readonly Booking[], sort: Sort<Booking>): boolean {
  const last = found.at(-1);
  return (
    Object.keys(sort)[0] === 'startAt' &&
    sort.startAt === -1 &&
    last !== undefined &&
    last.startAt >= archiveHorizon(clinic)
  );
}

function comparing(sort: Sort<Booking>): (a: Booking, b: Booking) => number {
  const fields = Object.entries(sort) as [keyof Booking, 1 | -1][];
  return (a, b) => {
    for (const [field, direction] of fields) {
      const [one, other] = [sortable(a[field]), sortable(b[field])];
      if (one !== other) return one < other ? -direction : direction;
    }
    return 0;
  };
}

function sortable(value: unknown): string | number {
  return value instanceof Date ? value.getTime() : (value as string | number);
}

/**
 * One page of a list of both places.
 * @param list what tells this list from others, where its filter goes on with the clock
 */
export function pagedEverywhere(
  clinic: TenantScope,
  filter: Filter<Booking>,
  order: Order<Booking>,
  page: Page,
  list: unknown = filter,
): Promise<Paged<Booking>> {
  return pagedBy<Booking>([clinic.tenantId, bookingsCollection.name, list], order, page, (beyond, options) =>
    findEverywhere(clinic, (beyond ? { $and: [filter, beyond] } : filter) as Filter<Booking>, options),
  );
}

/** The rows of one pipeline over each of the places: what they have in common is the caller's to add. */
export async function aggregateEverywhere<Row extends object>(
  clinic: TenantScope,
  pipeline: Pipeline,
): Promise<Row[]> {
  return snapshot(clinic, async (inside) => [
    ...(await within(inside, bookingsCollection).aggregate<Row>(pipeline)),
    ...(await within(inside, bookingsArchive).aggregate<Row>(pipeline)),
  ]);
}

/** The same of bookings that start at an instant or later: of those that are too young, the archive has none. */
export async function aggregateSince<Row extends object>(
  clinic: TenantScope,
  from: Date,
  pipeline: Pipeline,
): Promise<Row[]> {
  return from < archiveHorizon(clinic)
    ? aggregateEverywhere(clinic, pipeline)
    : within(clinic, bookingsCollection).aggregate<Row>(pipeline);
}
