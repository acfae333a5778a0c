// What an address says about a booking in the making: who, which treatment, with whom.
import { every, failureOf, PatientId, type Staff, type StaffId, type Treatment } from '@paper-circe/api';
import { stepsIn, type VisitStep } from '#lib/visit-steps.ts';
import { everybodyAt, type ClinicApi } from './api.ts';
import { sane } from './form.ts';

/** The chosen patient with what is to be known of him, or whoever fits what was typed (`q`); nobody who is inactive. */
export async function patientChoice(api: ClinicApi, url: URL) {
  const id = sane(PatientId, url.searchParams.get('patient'));
  const query = url.searchParams.get('q')?.trim().slice(0, 120) ?? '';
  const nobody = { query, found: [], patient: undefined, inactive: undefined, booked: [] };
  if (!id) {
    const found = query ? (await api.patients.search({ text: query, limit: 12 })).items : [];
    return { ...nobody, found };
  }
  try {
    const [{ now }, patient, { items }] = await Promise.all([
      api.clinic.current(),
      api.patients.get({ id }),
      api.bookings.findByPatient({ patientId: id, limit: 20 }),
    ]);
    if (!patient.isActive) return { ...nobody, inactive: { id, name: patient.name } };
    const booked = items
      .filter(({ status, endAt }) => (status === 'pending' || status === 'confirmed') && endAt > now)
      .reverse();
    return { ...nobody, patient, booked };
  } catch (thrown) {
    // An old link to somebody who is not there: the choice is made anew.
    if (failureOf(thrown)?.code !== 'NOT_FOUND') throw thrown;
    return nobody;
  }
}

/** The price list, the chosen treatment, who performs it, and who of them is asked for. */
export async function treatmentChoice(api: ClinicApi, url: URL) {
  const { treatments, chosen } = await listed(api, stepsIn(url.searchParams).slice(0, 1));
  const [step] = chosen;
  return {
    treatments,
    treatment: step?.treatment,
    staff: step?.staff ?? [],
    staffId: step?.staffId ?? ('any' as const),
  };
}

/** The price list, and each treatment of a visit with who performs it and who of them is asked for. */
export async function visitChoice(api: ClinicApi, url: URL) {
  const { treatments, chosen } = await listed(api, stepsIn(url.searchParams));
  return { treatments, steps: chosen };
}

async function listed(api: ClinicApi, wanted: readonly VisitStep[]) {
  const [treatments, everybody] = await Promise.all([
    Array.fromAsync(every((page) => api.treatments.findByTenant(page))),
    everybodyAt(api),
  ]);
  const chosen = wanted.flatMap(({ treatmentId, staffId }) => {
    const treatment = treatments.find(({ id }) => id === treatmentId);
    if (!treatment) return [];
    const staff = performersOf(treatment, everybody);
    return [{ treatment, staff, staffId: staff.find(({ id }) => id === staffId)?.id ?? ('any' as const) }];
  });
  return {
    treatments: treatments.map(({ id, name, category, durationMin, price, popularity }) => {
      return { id, name, category, durationMin, price, popularity };
    }),
    chosen,
  };
}

/** Those who perform a treatment. */
export function performersOf(
  { assignedStaff }: Pick<Treatment, 'assignedStaff'>,
  everybody: readonly Pick<Staff, 'id' | 'name' | 'avatar'>[],
): { id: StaffId; name: string; avatar: string | undefined }[] {
  return everybody
    .filter(({ id }) => assignedStaff.includes(id))
    .map(({ id, name, avatar }) => ({ id, name, avatar }));
}
