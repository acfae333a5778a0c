// How pages reach the API: the same procedures as over HTTP, called in this process for the request at hand.
import { error, fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import {
  createCaller,
  createContext,
  createPlatformCaller,
  every,
  failureOf,
  type Booking,
  type Context,
  type ContextOptions,
  type Failure,
  type Staff,
} from '@paper-circe/api';
import { m } from '#lib/paraglide/messages.js';
import { failureText, isSuspension } from '#lib/failure.ts';
import { loginPath } from '#lib/paths.ts';
import { origin, start } from './installation.ts';

/**
 * Who asks and at which clinic. A page and its layout are read for one request, and ask once; an act changes what would be
 * read, so that what follows it in its request asks anew.
 */
function contextOf(event: RequestEvent, tenant: string, idempotencyKey?: string): Promise<Context> {
  if (event.request.method !== 'GET') return openedContext(event, tenant, idempotencyKey);
  const known = (event.locals.contexts ??= new Map());
  let context = known.get(tenant);
  if (!context) known.set(tenant, (context = openedContext(event, tenant)));
  return context;
}

async function openedContext(event: RequestEvent, tenant: string, idempotencyKey?: string): Promise<Context> {
  const { database, kind } = await start();
  const options: ContextOptions = {
    database,
    tenant,
    request: event.request,
    cookies: event.cookies,
    address: event.getClientAddress(),
    origin: origin(),
    requestId: event.locals.requestId,
    idempotencyKey,
    demo: kind === 'embedded',
  };
  return createContext(options);
}

/**
 * The procedures of the clinic in the address; a page at an address that the clinic had before leads to its own.
 * @param idempotencyKey of a form whose second sending shall do nothing more
 */
export async function clinicApi(event: RequestEvent, tenant: string, idempotencyKey?: string) {
  const opening = contextOf(event, tenant, idempotencyKey);
  const context = await opening.catch((thrown: unknown) => refuse(event, thrown));
  const { slug, formerSlugs } = context.clinic.tenant;
  // A form that was opened before the clinic's address changed is done all the same.
  const reads = event.request.method === 'GET' || event.request.method === 'HEAD';
  if (reads && formerSlugs?.includes(tenant)) redirect(308, atSlug(event.url, tenant, slug));
  return createCaller(context);
}

/** The same page under another slug: the first part of the path that is the one before. */
function atSlug({ pathname, search }: URL, before: string, slug: string): string {
  const parts = pathname.split('/');
  return parts.with(parts.indexOf(before), slug).join('/') + search;
}

export type ClinicApi = Awaited<ReturnType<typeof clinicApi>>;

/** Everybody who works at the clinic. */
export function everybodyAt(api: ClinicApi): Promise<Staff[]> {
  return Array.fromAsync(every((page) => api.staff.findByTenant(page)));
}

/** Who works at the clinic no longer and still has some of these bookings. */
export function formerStaff(
  api: ClinicApi,
  staff: readonly Pick<Staff, 'id'>[],
  bookings: readonly Pick<Booking, 'staffId'>[],
): Promise<Staff[]> {
  const gone = new Set(bookings.map(({ staffId }) => staffId)).difference(new Set(staff.map(({ id }) => id)));
  return Promise.all([...gone].map((id) => api.staff.get({ id })));
}

/** Bookings with the names of those who have them, who may work at the clinic no longer. */
export async function withStaffNames<One extends Booking>(
  api: ClinicApi,
  staff: readonly Pick<Staff, 'id' | 'name'>[],
  bookings: readonly One[],
) {
  const former = await formerStaff(api, staff, bookings);
  const names = new Map([...staff, ...former].map(({ id, name }) => [id, name]));
  return bookings.map((booking) => ({ ...booking, staffName: names.get(booking.staffId) ?? '' }));
}

/** A clinic as `clinic.current` shows it. */
export type Clinic = Awaited<ReturnType<ClinicApi['clinic']['current']>>;

/** The procedures of the installation, which is not there under a clinic's own domain. */
export async function platformApi(event: RequestEvent) {
  const context = await contextOf(event, 'platform').catch((thrown: unknown) => refuse(event, thrown));
  return createPlatformCaller(context);
}

export const statuses: Record<Failure['code'], number> = {
  NOT_FOUND: 404,
  VALIDATION: 400,
  CONFLICT_SLOT: 409,
  CONFLICT_DUPLICATE: 409,
  ILLEGAL_TRANSITION: 409,
  QUOTA_EXCEEDED: 403,
  STALE: 409,
  FORBIDDEN: 403,
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** For a `load`: sends whoever is not signed in to the login, and turns every other failure into the error page. */
export function refuse(event: RequestEvent, thrown: unknown): never {
  const failure = failureOf(thrown);
  if (!failure || failure.code === 'INTERNAL') throw thrown;
  if (failure.code === 'UNAUTHENTICATED') redirect(303, loginPath(event.url));
  error(
    statuses[failure.code],
    isSuspension(failure) ? suspension(event) : { message: failureText(failure) },
  );
}

/** That a clinic is suspended, in words for whoever asks: a patient works nowhere here, and signs in nowhere. */
const suspension = ({ route }: RequestEvent) =>
  /^\/(book|\[tenant\]\/mine)\b/.test(route.id ?? '')
    ? { message: m.suspended_public_text(), suspended: m.suspended_public() }
    : { message: m.suspended_text(), suspended: m.suspended_title() };

/** For a form action: the failure as the form gets it back, with what was typed. */
export function refused<Typed extends Record<string, unknown>>(
  event: RequestEvent,
  thrown: unknown,
  typed: Typed,
): ActionFailure<{ failure: Failure; typed: Typed }> {
  const failure = failureOf(thrown);
  if (!failure || failure.code === 'INTERNAL') throw thrown;
  if (failure.code === 'UNAUTHENTICATED' && !event.url.pathname.endsWith('/login')) {
    redirect(303, loginPath(event.url));
  }
  return fail(statuses[failure.code], { failure, typed });
}
