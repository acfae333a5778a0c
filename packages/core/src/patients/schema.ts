import { z } from 'zod';
import type { Id, TenantDocument } from '../collections.ts';
import { PhoneText } from '../phone.ts';
import { Email, IdText, line, Locale, paragraph } from '../text.ts';

export type PatientId = Id<'patients'>;
export const PatientId = IdText.brand<'patients', 'inout'>();

/** The most characters of notes. */
export const notesMax = 2000;

/** A patient to be registered. */
export const NewPatient = z.strictObject({
  name: line(120),
  /** In any spelling that people of the clinic's country use. */
  phone: PhoneText,
  email: Email.optional(),
  /** Allergies and anything that whoever treats the patient must know. */
  notes: paragraph(notesMax).optional(),
  /** The language the patient is written to in; the clinic's when it is left out. */
  locale: Locale.optional(),
});
export type NewPatient = z.input<typeof NewPatient>;

/** Somebody who is treated. */
export interface Patient extends TenantDocument {
  readonly id: PatientId;
  readonly name: string;
  /** E.164; tells two patients of a tenant apart. */
  readonly phone: string;
  readonly email?: string;
  readonly notes?: string;
  /** The language the patient is written to in; the clinic's when there is none. */
  readonly locale?: Locale;
  readonly lastVisitAt?: Date;
  /** Completed bookings, and the visits that no booking here stands for. */
  readonly totalVisits: number;
  /** Visits before the clinic's bookings were kept here, or counted by `incrementVisits`. */
  readonly otherVisits?: { readonly count: number; readonly lastAt?: Date };
  readonly isActive: boolean;
  /** Who this duplicate was merged into; it is inactive, and its id and phone answer with that patient. */
  readonly mergedInto?: PatientId;
  /** When all that tells who it is was taken away on request; see `erase`. */
  readonly erasedAt?: Date;
  /** What the patient is found by, folded. */
  readonly searchWords: readonly string[];
}
