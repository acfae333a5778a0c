// What an address says about a booking in the making: who, which treatment, with whom.
import { every, failureOf, PatientId, StaffId, TreatmentId } from '@paper-circe/api';
import { everybodyAt, type ClinicApi } from './api.ts';
import { sane } from './form.ts';

/** The chosen patient with what is to be known of him, or whoever fits what was typed (`q`). */
export async function patientChoice(api: ClinicApi, url: URL) {
  const id = sane(PatientId, url.searchParams.get('patient'));
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  if (!id) {
    const found = query ? (await api.patients.search({ text: query, limit: 12 })).items : [];
    return { query, found, patient: undefined, booked: [] };
  }
  try {
    const [{ now }, patient, { items }] = await Promise.all([
      api.clinic.current(),
      api.patients.get({ id }),
      api.bookings.findByPatient({ patientId: id, limit: 20 }),
    ]);
    const booked = items
      .filter(({ status, endAt }) => (status === 'pending' || status === 'confirmed') && endAt > now)
      .reverse();
    return { query, found: [], patient, booked };
  } catch (thrown) {
    // An old link to somebody who is not there: the choice is made anew.
    if (failureOf(thrown)?.code !== 'NOT_FOUND') throw thrown;
    return { query, found: [], patient: undefined, booked: [] };
  }
}

/** The price list, the chosen treatment, who performs it, and who of them is asked for. */
export async function treatmentChoice(api: ClinicApi, url: URL) {
  const [treatments, everybody] = await Promise.all([
    Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
    everybodyAt(api),
  ]);
  const asked = sane(TreatmentId, url.searchParams.get('treatment'));
  const treatment = treatments.find(({ id }) => id === asked);
  const staff = everybody
    .filter(({ id }) => treatment?.assignedStaff.includes(id))
    .map(({ id, name }) => ({ id, name }));
  const wanted = sane(StaffId, url.searchParams.get('staff'));
  const staffId = staff.find(({ id }) => id === wanted)?.id ?? ('any' as const);
  return {
    treatments: treatments.map(({ id, name, category, durationMin, price, popularity }) => {
      return { id, name, category, durationMin, price, popularity };
    }),
    treatment,
    staff,
    staffId,
  };
}
