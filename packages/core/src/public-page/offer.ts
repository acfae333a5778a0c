import { z } from 'zod';
import { visits } from '../availability/visits.ts';
import type { Page, Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import * as staff from '../staff/read.ts';
import type { Staff } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { LocalDate } from '../time.ts';
import * as treatments from '../treatments/read.ts';
import type { Treatment } from '../treatments/schema.ts';
import { fromOutside, PublicSteps } from './open.ts';

/** A treatment as a patient chooses it. */
export type OfferedTreatment = Pick<
  Treatment,
  'id' | 'name' | 'category' | 'durationMin' | 'price' | 'description' | 'assignedStaff'
>;

/** A staff member as a patient knows her. */
export type KnownStaff = Pick<Staff, 'id' | 'name' | 'role' | 'avatar'>;

/** The active treatments as patients see them, in the order of the price list. */
export async function offered(clinic: TenantScope, page: Page): Promise<Paged<OfferedTreatment>> {
  const { items, next } = await treatments.findByTenant(clinic, page);
  return {
    items: items.map(({ id, name, category, durationMin, price, description, assignedStaff }) => {
      return { id, name, category, durationMin, price, assignedStaff, ...(description && { description }) };
    }),
    next,
  };
}

/** The active staff as patients know them, by name. */
export async function known(clinic: TenantScope, page: Page): Promise<Paged<KnownStaff>> {
  const { items, next } = await staff.findByTenant(clinic, page);
  return { items: items.map(({ id, name, role, avatar }) => ({ id, name, role, ...(avatar && { avatar }) })), next }; // prettier-ignore
}

/**
 * The active treatments, in the order of the price list.
 * @throws NOT_FOUND when the clinic has no public page
 */
export async function findTreatments(clinic: TenantScope, page: Page = {}): Promise<Paged<OfferedTreatment>> {
  return offered(fromOutside(clinic), page);
}

/**
 * The active staff, by name.
 * @throws NOT_FOUND when the clinic has no public page
 */
export async function findStaff(clinic: TenantScope, page: Page = {}): Promise<Paged<KnownStaff>> {
  return known(fromOutside(clinic), page);
}

/** What free times a visitor asks for; they lie on the clinic's grid. */
export const PublicTimesSearch = z.strictObject({
  steps: PublicSteps,
  /** The first local day, such as `2026-11-24`. */
  from: LocalDate,
  /** How many local days. */
  days: z.int().min(1).max(14).default(1),
});
export type PublicTimesSearch = z.input<typeof PublicTimesSearch>;

/** The free times of one local day. */
export interface DayOfTimes {
  readonly date: string;
  readonly times: readonly { readonly startAt: Date; readonly endAt: Date }[];
}

/**
 * The times at which some treatments can be booked one after another, with the clinic's notice, grid and window.
 * @throws NOT_FOUND when the clinic has no public page, or a treatment or a staff member does not exist or is inactive
 * @throws VALIDATION also when the treatments last longer than a day
 */
export async function freeTimes(clinic: TenantScope, input: PublicTimesSearch): Promise<DayOfTimes[]> {
  return timesFor(fromOutside(clinic), parsed(PublicTimesSearch, input));
}

/** The times at which some treatments can be booked, without who would do them. */
export async function timesFor(
  clinic: TenantScope,
  given: z.output<typeof PublicTimesSearch>,
): Promise<DayOfTimes[]> {
  const days = await visits(clinic, given);
  return days.map(({ date, starts }) => ({
    date,
    times: starts.map(({ startAt, endAt }) => ({ startAt, endAt })),
  }));
}
