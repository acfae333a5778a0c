export { archiveAll, type Archived } from './all.ts';
export { archiveBookings } from './bookings.ts';
