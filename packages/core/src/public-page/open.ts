import { VisitSteps } from '../bookings/schema.ts';
import { notFound } from '../errors.ts';
import { actingAs, type TenantScope } from '../tenancy.ts';

/** What a visitor books at once: at most four treatments, each with one of the staff or with `any`. */
export const PublicSteps = VisitSteps.max(4);

/**
 * The clinic as whoever comes from outside sees it, whoever he may be signed in as: the rules for patients bind him.
 * @throws NOT_FOUND when the clinic has no public page
 */
export function fromOutside(clinic: TenantScope): TenantScope {
  if (!clinic.tenant.config.booking.publicPage) throw notFound('public page');
  return actingAs(clinic, { kind: 'public' });
}
