import { z } from 'zod';
import { Limit, Page, paged, type Paged } from '../page.ts';
import { invalid, notFound } from '../errors.ts';
import { pipeline } from '../pipeline.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { dayInterval, localDate, LocalDate, type Interval } from '../time.ts';
import { PatientId } from '../patients/schema.ts';
import { bookingsArchive, bookingsCollection } from './collection.ts';
import { archiveHorizon, findAnywhere, findEverywhere, pagedEverywhere } from './everywhere.ts';
import { BookingId, mostSteps, VisitId, type Booking, type BookingStatus } from './schema.ts';
import { parsed } from '../parsed.ts';

/** No clinic has as many bookings in a day. */
export const dayLimit = 5_000;

const idsLimit = 500;
const Ids = z.array(BookingId).max(idsLimit);

/** The statuses of bookings that are still to come, or take place now. */
export const aheadStatuses = ['pending', 'confirmed'] as const satisfies readonly BookingStatus[];

/** The tenant's bookings, the latest start first. */
export function findByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Booking>> {
  return pagedEverywhere(clinic, {}, { field: 'startAt', direction: -1 }, page);
}

/**
 * Every booking that starts on a local day of the clinic, by time.
 * @param date such as `2026-11-24`; midnight to midnight in the clinic's zone
 * @throws VALIDATION also when the day has more than 5,000: a part of a day would look like the whole
 */
export async function findByTenantAndDate(clinic: TenantScope, date: string): Promise<Booking[]> {
  return startingIn(clinic, dayInterval(parsed(LocalDate, date), clinic.tenant.config.timezone));
}

/** Every booking that starts in about a day, by time; of some statuses when they are named. */
export async function startingIn(
  clinic: TenantScope,
  { from, to }: Interval,
  statuses?: readonly BookingStatus[],
): Promise<Booking[]> {
  const filter = {
    startAt: { $gte: new Date(from), $lt: new Date(to) },
    ...(statuses && { status: { $in: statuses } }),
  };
  const options = { sort: { startAt: 1, id: 1 }, limit: dayLimit + 1 } as const;
  const found =
    from < archiveHorizon(clinic).getTime()
      ? await findEverywhere(clinic, filter, options)
      : await within(clinic, bookingsCollection).find(filter, options);
  if (found.length > dayLimit) throw invalid('date', `There are more than ${dayLimit} bookings on this day.`);
  return found;
}

/** Those still to begin that wait for the clinic to confirm them, the soonest first. */
export function findPending(clinic: TenantScope, page: Page = {}): Promise<Paged<Booking>> {
  const sort = { field: 'startAt', direction: 1 } as const;
  return paged(clinic, within(clinic, bookingsCollection), pending(clinic), sort, page, ['pending']);
}

/** How many of those still to begin wait for the clinic to confirm them; beyond 50, only that there are more. */
export function countPending(clinic: TenantScope): Promise<Counted> {
  return counted(clinic, pending(clinic), 1);
}

/**
 * Those of days before today whose time is over and of which nobody has said what became of them: visits, payments and
 * no-shows are wrong until somebody does. The latest first.
 */
export function findLeftOpen(clinic: TenantScope, page: Page = {}): Promise<Paged<Booking>> {
  const sort = { field: 'startAt', direction: -1 } as const;
  return paged(clinic, within(clinic, bookingsCollection), leftOpen(clinic), sort, page, ['left open']);
}

/** How many there are of what `findLeftOpen` finds; beyond 50, only that there are more. */
export function countLeftOpen(clinic: TenantScope): Promise<Counted> {
  return counted(clinic, leftOpen(clinic), -1);
}

function pending(clinic: TenantScope) {
  return { status: 'pending', startAt: { $gte: clinic.clock() } } as const;
}

function leftOpen({ clock, tenant }: TenantScope) {
  const now = clock();
  const { from } = dayInterval(localDate(now, tenant.config.timezone), tenant.config.timezone);
  return {
    status: { $in: aheadStatuses },
    startAt: { $lt: new Date(from) },
    // A treatment over midnight is still under way.
    endAt: { $lte: now },
  } as const;
}

/** As far as it is told, how many there are of something. */
export interface Counted {
  readonly count: number;
  readonly isMore: boolean;
}

const countedLimit = 50;

/** @param direction of the finder: in that order the index ends where the counting does */
async function counted(
  clinic: TenantScope,
  filter: ReturnType<typeof pending | typeof leftOpen>,
  direction: 1 | -1,
): Promise<Counted> {
  const [found] = await within(clinic, bookingsCollection).aggregate<{ count: number }>(
    pipeline([
      { $match: filter },
      { $sort: { startAt: direction } },
      { $limit: countedLimit + 1 },
      { $count: 'count' },
    ]),
  );
  const count = found?.count ?? 0;
  return { count: Math.min(count, countedLimit), isMore: count > countedLimit };
}

/** The tenant's walk-ins, the newest first. */
export function findWalkInsByTenant(clinic: TenantScope, page: Page = {}): Promise<Paged<Booking>> {
  const sort = { field: 'createdAt', direction: -1 } as const;
  return pagedEverywhere(clinic, { source: 'walk-in' }, sort, page);
}

/** The documented sample "today's bookings": today's pending and confirmed ones in the clinic's zone, by time. */
export async function findTodays(clinic: TenantScope): Promise<Booking[]> {
  const zone = clinic.tenant.config.timezone;
  return startingIn(clinic, dayInterval(localDate(clinic.clock(), zone), zone), aheadStatuses);
}

/** Which part of a history is wanted: the first ten, if nothing is said. */
export const VisitsPage = Page.extend({ limit: Limit.default(10) });

/**
 * The documented sample "patient visit history": a patient's completed bookings, the latest first, ten at a time
 * unless another limit is asked for.
 */
export async function findVisitHistory(
  clinic: TenantScope,
  patientId: PatientId,
  page: Page = {},
): Promise<Paged<Booking>> {
  const order = { field: 'startAt', direction: -1 } as const;
  const filter = { patientId: parsed(PatientId, patientId), status: 'completed' } as const;
  return pagedEverywhere(clinic, filter, order, parsed(VisitsPage, page));
}

/** Everything a patient ever booked, the latest start first. */
export async function findByPatient(
  clinic: TenantScope,
  patientId: PatientId,
  page: Page = {},
): Promise<Paged<Booking>> {
  const sort = { field: 'startAt', direction: -1 } as const;
  const filter = { patientId: parsed(PatientId, patientId) };
  return pagedEverywhere(clinic, filter, sort, page);
}

/** Every booking of one visit, by time; none when there is no such visit. */
export async function findByVisit(clinic: TenantScope, visitId: VisitId): Promise<Booking[]> {
  const filter = { visitId: parsed(VisitId, visitId) };
  return findEverywhere(clinic, filter, { sort: { startAt: 1 }, limit: mostSteps });
}

/** The same of several visits at once. */
export async function findByVisits(clinic: TenantScope, visitIds: readonly VisitId[]): Promise<Booking[]> {
  const filter = { visitId: { $in: visitIds } };
  return findEverywhere(clinic, filter, { sort: { startAt: 1 }, limit: mostSteps * visitIds.length });
}

/** Every booking of these ids, at most 500, that exists; in no particular order. */
export async function findByIds(clinic: TenantScope, ids: readonly BookingId[]): Promise<Booking[]> {
  const wanted = parsed(Ids, ids);
  const found = await within(clinic, bookingsCollection).find({ id: { $in: wanted } }, { limit: idsLimit });
  const known = new Set<string>(found.map(({ id }) => id));
  const missing = wanted.filter((id) => !known.has(id));
  if (missing.length === 0) return found;
  const old = await within(clinic, bookingsArchive).find({ id: { $in: missing } }, { limit: idsLimit });
  return [...found, ...old];
}

/**
 * One booking, whatever its status.
 * @throws NOT_FOUND
 */
export async function get(clinic: TenantScope, id: BookingId): Promise<Booking> {
  const found = typeof id === 'string' ? await findAnywhere(clinic, id) : undefined;
  if (!found) throw notFound('booking');
  return found;
}
