// Several bookings as a page showed them, in one field: `id.revision`, with commas between them.
import { BookingId } from '@paper-circe/api';
import { z } from 'zod';
import { needed } from './form.ts';

export interface Seen {
  readonly id: BookingId;
  readonly revision: number;
}

/** Bookings as they were seen, as a field and an address have them. */
export const seenText = (bookings: readonly Seen[]): string =>
  bookings.map(({ id, revision }) => `${id}.${revision}`).join(',');

const One = z
  .string()
  .regex(/^[^.]+\.\d+$/)
  .transform((text) => {
    const [id, revision] = text.split('.');
    return { id, revision: Number(revision) };
  })
  .pipe(z.strictObject({ id: BookingId, revision: z.int().min(1) }));

export const SeenText = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(One).min(1).max(100));

/** What a form about several bookings was filled in at, by its hidden field. */
export const seenIn = (form: FormData): Seen[] => needed(SeenText, form.get('seen'));
