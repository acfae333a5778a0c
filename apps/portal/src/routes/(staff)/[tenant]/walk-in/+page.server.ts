import { redirect } from '@sveltejs/kit';
import { BookingId, failureOf, PatientId, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused, type Clinic, type ClinicApi } from '#lib/server/api.ts';
import { patientChoice, treatmentChoice } from '#lib/server/choice.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, revisionOf, sane, textOf } from '#lib/server/form.ts';
import { registerAndGoOn, restoreAndGoOn } from '#lib/server/patients.ts';
import type { Actions, PageServerLoad } from './$types';

/** A walk-in in the making, and the ticket of the one before (`done`). */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  try {
    const [clinic, ticket, who, what, queue] = await Promise.all([
      api.clinic.current(),
      ticketOf(api, url),
      patientChoice(api, url),
      treatmentChoice(api, url),
      api.queue.findToday(),
    ]);
    const waiting = queue.filter(({ state }) => state !== 'in-treatment').length;
    const { treatment } = what;
    const expected = treatment ? await expectedTimes(api, clinic, treatment.id) : {};
    // Whoever is free first comes first.
    const soonest = (id: string) => expected[id]?.getTime() ?? Infinity;
    const staff = what.staff.toSorted((a, b) => (soonest(a.id) < soonest(b.id) ? -1 : 1));
    return { ...who, ...what, staff, ticket, waiting, expected, today: clinic.today, now: clinic.now };
  } catch (error) {
    refuse(event, error);
  }
};

async function ticketOf(api: ClinicApi, url: URL) {
  const id = sane(BookingId, url.searchParams.get('done'));
  if (!id) return undefined;
  try {
    const booking = await api.bookings.get({ id });
    const { name } = await api.staff.get({ id: booking.staffId });
    return { ...booking, staffName: name };
  } catch (thrown) {
    if (failureOf(thrown)?.code !== 'NOT_FOUND') throw thrown;
    return undefined;
  }
}

const tick = 5 * 60_000;

/** The earliest start today of each staff member, and of anybody under `any`: where joining would put the patient. */
async function expectedTimes(
  api: ClinicApi,
  clinic: Clinic,
  treatmentId: TreatmentId,
): Promise<Record<string, Date>> {
  const [day] = await api.availability.search({ treatmentId, from: clinic.today, stepMin: 5 });
  const now = Math.floor(clinic.now.getTime() / tick) * tick;
  const expected: Record<string, Date> = {};
  for (const { startAt, staffIds } of day?.slots ?? []) {
    if (startAt.getTime() < now) continue;
    for (const id of ['any', ...staffIds]) expected[id] ??= startAt;
  }
  return expected;
}

const Who = z.union([z.literal('any'), StaffId]);

export const actions: Actions = {
  register: registerAndGoOn,
  restore: restoreAndGoOn,

  join: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const notes = textOf(form, 'notes');
    const reason = textOf(form, 'reason');
    let booking;
    try {
      booking = await api.queue.join({
        patientId: needed(PatientId, form.get('patientId')),
        treatmentId: needed(TreatmentId, form.get('treatmentId')),
        staffId: needed(Who, form.get('staffId')),
        ...(notes && { notes }),
        ...(form.has('reason') && { override: { reason } }),
      });
    } catch (thrown) {
      return refused(event, thrown, { form: 'join', notes, reason });
    }
    redirect(303, `${paths.walkIn(slug)}?done=${booking.id}`);
  },

  cancel: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const id = needed(BookingId, form.get('id'));
    let revision;
    try {
      ({ revision } = await api.bookings.cancel({ id, ...revisionOf(form) }));
    } catch (thrown) {
      return refused(event, thrown, { form: 'cancel', notes: '', reason: '' });
    }
    setFlash(event, m.walkin_cancelled(), { id, undo: 'undo', revision });
    redirect(303, paths.walkIn(slug));
  },
};
