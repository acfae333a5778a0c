// What may come in, the closed lists and the arithmetic of local days: everything of core that needs no database,
// for code that runs in a browser.
export { Days } from './availability/days.ts';
export { DateException, Hours, isAway, TimeOff, WeeklyHours } from './availability/hours.ts';
export { intersection, without } from './availability/intervals.ts';
export {
  BookingId,
  BookingSource,
  BookingStatus,
  NewBooking,
  PaymentMethod,
  PaymentStatus,
  type Payment,
  VisitId,
} from './bookings/schema.ts';
export { NewPatient, PatientId } from './patients/schema.ts';
export { NewStaff, StaffId } from './staff/schema.ts';
export { NewTenant, reservedSlugs, Slug, TenantConfig, TenantId } from './tenants/schema.ts';
export {
  addDays,
  daysBetween,
  instantAt,
  type Interval,
  LocalDate,
  localDate,
  localTime,
  weekdayOf,
} from './time.ts';
export { Locale } from './text.ts';
export { NewTreatment, TreatmentId } from './treatments/schema.ts';
export { Email, Role, UserId } from './users/schema.ts';
