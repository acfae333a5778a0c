import { redirect, type RequestEvent } from '@sveltejs/kit';
import { BookingId, instantAt, LocalDate, PaymentMethod, StaffId, type Booking } from '@paper-circe/api';
import { z } from 'zod';
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, everybodyAt, refuse, refused, type Clinic, type ClinicApi } from '#lib/server/api.ts';
import { setFlash } from '#lib/server/flash.ts';
import { inPath, needed, sane, textOf } from '#lib/server/form.ts';
import { ClockTime, slotChoice } from '#lib/server/slots.ts';
import type { Actions, PageServerLoad } from './$types';

/** One booking, and where it could be moved to when that is asked for (`move`). */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  const id = inPath(BookingId, event.params.id);
  try {
    const [clinic, me, booking, everybody] = await Promise.all([
      api.clinic.current(),
      api.auth.me(),
      api.bookings.get({ id }),
      everybodyAt(api),
    ]);
    const [patient, history, staffName] = await Promise.all([
      api.patients.get({ id: booking.patientId }),
      me.role === 'admin' ? historyOf(api, id) : undefined,
      everybody.find((one) => one.id === booking.staffId)?.name ??
        api.staff.get({ id: booking.staffId }).then(({ name }) => name),
    ]);
    const moving = url.searchParams.has('move')
      ? await moveOf(api, clinic, booking, url, everybody)
      : undefined;
    return { booking, patient, staffName, history, moving, today: clinic.today, now: clinic.now };
  } catch (error) {
    refuse(event, error);
  }
};

/** The latest that happened to a booking, the first of it first. */
async function historyOf(api: ClinicApi, id: BookingId) {
  const { items } = await api.audit.historyOf({ collection: 'bookings', documentId: id, limit: 200 });
  return items.toReversed();
}

async function moveOf(
  api: ClinicApi,
  clinic: Clinic,
  booking: Booking,
  url: URL,
  everybody: readonly { id: StaffId; name: string }[],
) {
  if (booking.status !== 'pending' && booking.status !== 'confirmed') return undefined;
  const treatment = await api.treatments.get({ id: booking.treatmentId });
  const staff = everybody
    .filter(({ id }) => treatment.assignedStaff.includes(id))
    .map(({ id, name }) => ({ id, name }));
  const asked = url.searchParams.get('staff') ?? booking.staffId;
  const staffId = staff.find(({ id }) => id === asked)?.id ?? ('any' as const);
  const date = url.searchParams.get('date') ?? booking.localDate;
  const slots = await slotChoice(api, clinic, {
    treatmentId: booking.treatmentId,
    staffId,
    date,
    from: url.searchParams.get('from'),
    moving: booking.id,
  });
  const time = slots.date === date ? sane(ClockTime, url.searchParams.get('time')) : undefined;
  const startAt = time && instantAt(slots.date, time, clinic.timezone);
  const endAt = startAt && new Date(startAt.getTime() + booking.durationMin * 60_000);
  const chosen = time && startAt && endAt ? { date: slots.date, time, startAt, endAt } : undefined;
  return { staff, staffId, slots, chosen };
}

/** Does one act and says so; a refusal is said in place. */
function act(
  run: (api: ClinicApi, id: BookingId, form: FormData, event: RequestEvent) => Promise<string>,
  undoable = true,
) {
  return async (event: RequestEvent<{ tenant: string; id: string }>) => {
    const slug = event.params.tenant;
    const api = await clinicApi(event, slug);
    const id = inPath(BookingId, event.params.id);
    const form = await event.request.formData();
    let message;
    try {
      message = await run(api, id, form, event);
    } catch (thrown) {
      return refused(event, thrown, {
        date: textOf(form, 'date'),
        time: textOf(form, 'time'),
        amount: textOf(form, 'amount'),
      });
    }
    setFlash(event, message, undoable ? { id, undo: 'undo' } : undefined);
    redirect(303, paths.booking(slug, id));
  };
}

const Who = z.union([z.literal('any'), StaffId]);
const Rupiah = z.coerce.number().int();

export const actions: Actions = {
  confirm: act(async (api, id) => {
    await api.bookings.confirm({ id });
    return m.booking_done_confirm();
  }),
  cancel: act(async (api, id) => {
    await api.bookings.cancel({ id });
    return m.booking_done_cancel();
  }),
  noShow: act(async (api, id) => {
    await api.bookings.noShow({ id });
    return m.booking_done_no_show();
  }),
  call: act(async (api, id) => {
    await api.queue.callIn({ id });
    return m.booking_done_call();
  }),
  start: act(async (api, id) => {
    await api.queue.start({ id });
    return m.booking_done_start();
  }),
  complete: act(async (api, id, form) => {
    await api.bookings.complete({ id, method: sane(PaymentMethod, form.get('method')) ?? 'cash' });
    return m.booking_done_complete();
  }),
  pay: act(async (api, id, form) => {
    const amount = Rupiah.parse(textOf(form, 'amount').replace(/[^\d]/g, '') || '0');
    await api.bookings.pay({ id, method: needed(PaymentMethod, form.get('method')), amount });
    return m.booking_done_pay();
  }),
  undo: act(async (api, id) => {
    await api.bookings.undo({ id });
    return m.flash_undone();
  }, false),
  reschedule: act(async (api, id, form) => {
    const { timezone } = await api.clinic.current();
    const date = needed(LocalDate, form.get('date'));
    const time = needed(ClockTime, form.get('time'));
    const booking = await api.bookings.reschedule({
      id,
      startAt: instantAt(date, time, timezone),
      staffId: needed(Who, form.get('staffId')),
    });
    const { name } = await api.staff.get({ id: booking.staffId });
    return m.booking_done_move({ when: formatTime(booking.startAt, timezone, 'day-time'), staff: name });
  }),
};
