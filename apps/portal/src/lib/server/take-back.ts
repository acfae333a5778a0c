import type { BookingId } from '@paper-circe/api';
import type { ClinicApi } from './api.ts';

/**
 * Takes back the last act on a booking; what was done to its whole visit is taken back as a whole.
 * @param revision the booking as whoever undoes saw it; without it the last act is undone, whoever did it
 * @returns whether that was an act on the visit
 */
export async function takeBack(api: ClinicApi, id: BookingId, revision?: number): Promise<boolean> {
  const { visitId, lastChange } = await api.bookings.get({ id });
  if (visitId && lastChange?.together) {
    await api.bookings.undoVisit({ visitId, ...(revision && { seen: { id, revision } }) });
    return true;
  }
  await api.bookings.undo({ id, ...(revision && { revision }) });
  return false;
}
