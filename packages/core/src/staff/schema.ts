import { z } from 'zod';
import { DateException, TimeOff, WeeklyHours } from '../availability/hours.ts';
import type { Id, TenantDocument } from '../collections.ts';
import { uploadedPath } from '../images/address.ts';
import { IdText, line, WebAddress } from '../text.ts';

export type StaffId = Id<'staff'>;
export const StaffId = IdText.brand<'staff', 'inout'>();

export const fields = {
  name: line(120),
  /** The job, such as `Therapist` or `Doctor`. */
  role: line(60),
  rating: z.number().min(0).max(5),
};

export const Skills = z.array(line(60)).max(50);
export const WorkingHours = z.array(WeeklyHours).max(50);
export const Exceptions = z
  .array(DateException)
  .max(400)
  .refine(
    (all) => new Set(all.map(({ date }) => date)).size === all.length,
    'A date has one entry, with all of its hours.',
  );
export const TimesOff = z.array(TimeOff).max(200);
/** What is uploaded with `uploadAvatar` is named by its path in this installation. */
export const UploadedAvatar = z
  .string()
  .regex(uploadedPath, 'Write the path of a picture that was uploaded.');

/** A staff member to be added. Without working hours nobody can be booked with them. */
export const NewStaff = z.strictObject({
  name: fields.name,
  role: fields.role,
  skills: Skills.default([]),
  workingHours: WorkingHours.default([]),
  exceptions: Exceptions.default([]),
  timeOff: TimesOff.default([]),
  rating: fields.rating.default(0),
  avatar: WebAddress.optional(),
});
export type NewStaff = z.input<typeof NewStaff>;

/** Somebody who performs treatments. */
export interface Staff extends TenantDocument {
  readonly id: StaffId;
  readonly name: string;
  readonly role: string;
  readonly skills: readonly string[];
  /** `mon 09:00-12:00`; several a day make a break. */
  readonly workingHours: readonly string[];
  /** Dates with other hours than the weekly ones. */
  readonly exceptions: readonly DateException[];
  readonly timeOff: readonly TimeOff[];
  readonly rating: number;
  /** The address of a picture: of a website, or of this installation where it was uploaded. */
  readonly avatar?: string;
  readonly isActive: boolean;
}
