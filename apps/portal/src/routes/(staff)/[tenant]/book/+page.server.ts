import { redirect } from '@sveltejs/kit';
import { instantAt, LocalDate, PatientId, StaffId, TreatmentId } from '@paper-circe/api';
import { z } from 'zod';
import { formatDay, formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { patientChoice, treatmentChoice } from '#lib/server/choice.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, sane, textOf } from '#lib/server/form.ts';
import { registerAndGoOn } from '#lib/server/patients.ts';
import { ClockTime, slotChoice } from '#lib/server/slots.ts';
import type { Actions, PageServerLoad } from './$types';

/** A booking in the making. All of it stands in the address: who, what, with whom, when. */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  try {
    const clinic = await api.clinic.current();
    const [who, what] = await Promise.all([patientChoice(api, url), treatmentChoice(api, url)]);
    const { treatment, staffId } = what;
    if (!treatment) return { ...who, ...what, today: clinic.today, slots: undefined, chosen: undefined };
    const date = url.searchParams.get('date');
    const slots = await slotChoice(api, clinic, {
      treatmentId: treatment.id,
      staffId,
      date,
      from: url.searchParams.get('from'),
    });
    const time = slots.date === date ? sane(ClockTime, url.searchParams.get('time')) : undefined;
    const offered = slots.times.find((slot) => slot.time === time);
    const startAt = time && instantAt(slots.date, time, clinic.timezone);
    const endAt = startAt && new Date(startAt.getTime() + treatment.durationMin * 60_000);
    const chosen =
      time && startAt && endAt
        ? { date: slots.date, time, startAt, endAt, staffIds: offered?.staffIds ?? [] }
        : undefined;
    return { ...who, ...what, today: clinic.today, slots, chosen };
  } catch (error) {
    refuse(event, error);
  }
};

const Who = z.union([z.literal('any'), StaffId]);

export const actions: Actions = {
  register: registerAndGoOn,

  book: async (event) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const form = await event.request.formData();
    const date = needed(LocalDate, form.get('date'));
    const time = needed(ClockTime, form.get('time'));
    const staffId = needed(Who, form.get('staffId'));
    const notes = textOf(form, 'notes');
    const confirmed = form.has('confirmed');
    const { timezone, today } = await api.clinic.current();
    let booking;
    try {
      booking = await api.bookings.book({
        patientId: needed(PatientId, form.get('patientId')),
        treatmentId: needed(TreatmentId, form.get('treatmentId')),
        staffId,
        startAt: instantAt(date, time, timezone),
        source: 'online',
        status: confirmed ? 'confirmed' : 'pending',
        ...(notes && { notes }),
      });
    } catch (thrown) {
      return refused(event, thrown, { form: 'book', date, time, staffId, notes, confirmed });
    }
    const { name: staff } = await api.staff.get({ id: booking.staffId });
    const at = formatTime(booking.startAt, timezone);
    const day = formatDay(booking.localDate, 'short-day');
    const message =
      date === today ? m.book_done_today({ time: at, staff }) : m.book_done({ day, time: at, staff });
    setFlash(event, message, { id: booking.id, undo: 'cancel' });
    redirect(303, paths.today(slug) + (date === today ? '' : `?date=${date}`));
  },
};
