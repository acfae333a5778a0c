import { BookingId } from '@paper-circe/api';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { inPath } from '#lib/server/form.ts';
import type { PageServerLoad } from './$types';

/** What a patient takes home: a booking and what was paid for it. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const booking = await api.bookings.get({ id });
    const [patient, staff] = await Promise.all([
      api.patients.get({ id: booking.patientId }),
      api.staff.get({ id: booking.staffId }),
    ]);
    return { booking, patientName: patient.name, staffName: staff.name };
  } catch (error) {
    refuse(event, error);
  }
};
