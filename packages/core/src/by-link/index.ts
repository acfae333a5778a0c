// What a patient without an account does by a link of his booking. Whoever has its secret sees and changes that booking
// alone, with all of the visit that it is one of; any other secret answers like one that never was.
export { cancel, reschedule } from './change.ts';
export { get, type LinkedBooking } from './get.ts';
export { ByLink, LinkedMove, LinkedSearch } from './link.ts';
export { timesToMove } from './times.ts';
