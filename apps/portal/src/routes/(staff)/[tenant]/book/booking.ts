// What saving a booking, or a visit of several, comes to.
import type { Booking, PaymentMethod, StaffId, TreatmentId } from '@paper-circe/api';
import { formatDay, formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ClinicApi } from '#lib/server/api.ts';
import type { FlashBack } from '#lib/server/flash.ts';

interface Step {
  readonly treatmentId: TreatmentId;
  readonly staffId: StaffId | 'any';
}

type Given = Omit<Parameters<ClinicApi['bookings']['bookVisit']>[0], 'steps'>;

/** Books one treatment, or all of them as one visit. */
export async function bookAll(api: ClinicApi, steps: readonly Step[], given: Given): Promise<Booking[]> {
  const [first, ...others] = steps;
  if (first && others.length === 0) return [await api.bookings.book({ ...first, ...given })];
  return api.bookings.bookVisit({ steps: [...steps], ...given });
}

/** What the treatments cost together. */
export async function priceOf(api: ClinicApi, steps: readonly Step[]): Promise<number> {
  const treatments = await Promise.all(steps.map(({ treatmentId: id }) => api.treatments.get({ id })));
  return treatments.reduce((sum, { price }) => sum + price, 0);
}

/** Takes a deposit for the first treatment, and what is beyond its price for the next ones. */
export async function payInOrder(
  api: ClinicApi,
  bookings: readonly Booking[],
  { method, amount }: { readonly method: PaymentMethod; readonly amount: number },
): Promise<void> {
  let left = amount;
  for (const { id, price } of bookings) {
    const part = Math.min(left, price);
    if (part > 0) await api.bookings.pay({ id, method, amount: part });
    left -= part;
  }
}

/** How what was just made is taken back. */
export function wayBack(bookings: readonly Booking[], here: string, paid: boolean): FlashBack | undefined {
  const [first, ...others] = bookings;
  if (!first) return undefined;
  if (others.length === 0) return { id: first.id, undo: 'cancel' };
  if (paid) return { action: `${here}?/cancelVisit`, fields: {} };
  return { action: `${here}?/undoVisit`, fields: { revision: String(first.revision) } };
}

/** What is said of it on the next page. */
export async function doneText(
  api: ClinicApi,
  bookings: readonly Booking[],
  { timezone, today }: { readonly timezone: string; readonly today: string },
): Promise<string> {
  const { localDate, startAt, staffId } = bookings[0]!;
  if (bookings.length > 1)
    return m.visit_done({ when: formatTime(startAt, timezone, 'day-time'), count: bookings.length });
  const { name: staff } = await api.staff.get({ id: staffId });
  const time = formatTime(startAt, timezone);
  return localDate === today
    ? m.book_done_today({ time, staff })
    : m.book_done({ day: formatDay(localDate, 'short-day'), time, staff });
}
