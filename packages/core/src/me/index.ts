// What a patient does through an account of his own. No function is told whose it is: it is whoever acts.
export { book, Request } from './book.ts';
export { MoveSearch, OwnNewTime } from './appointment.ts';
export { appointment, findPast, findUpcoming } from './bookings.ts';
export { cancel, reschedule } from './change.ts';
export { findStaff, findTreatments, freeTimes, TimesSearch, timesToMove } from './offer.ts';
export type { DayOfTimes, KnownStaff, OfferedTreatment } from '../public-page/offer.ts';
export type { OwnBooking } from './own-booking.ts';
export { changeContact, ContactChanges, profile, type Profile } from './profile.ts';
