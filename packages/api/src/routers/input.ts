import { bookings, IdText, LocalDate, patients, Seen, staff, treatments, users } from '@paper-circe/core';
import { z } from 'zod';

export const Text = z.string().trim().min(1).max(120);
/**
 * A picture in base64. In a request of 256 KB at most that is one of 190 KB; a larger one, of up to 500 KB, goes through the
 * portal's forms.
 */
export const Base64Picture = z
  .string()
  .max(700_000)
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'This is no base64.');
export const ABooking = z.strictObject({ id: bookings.BookingId });
export const SeenBooking = Seen.extend(ABooking.shape);
export const AVisit = z.strictObject({ visitId: bookings.VisitId });
export const APatient = z.strictObject({ id: patients.PatientId });
export const AStaffMember = z.strictObject({ id: staff.StaffId });
export const ATreatment = z.strictObject({ id: treatments.TreatmentId });
export const AUser = z.strictObject({ id: users.UserId });
export const ASession = z.strictObject({ id: IdText });
export const ADay = z.strictObject({ date: LocalDate });
export const OfPatient = z.strictObject({ patientId: patients.PatientId });
