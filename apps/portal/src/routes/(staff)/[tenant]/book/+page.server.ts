import { redirect } from '@sveltejs/kit';
import {
  CirceError,
  instantAt,
  LocalDate,
  PatientId,
  PaymentMethod,
  StaffId,
  TreatmentId,
} from '@paper-circe/api';
import { z } from 'zod';
import { formatDay, formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import { paths } from '#lib/paths.ts';
import { clinicApi, refuse, refused } from '#lib/server/api.ts';
import { patientChoice, treatmentChoice } from '#lib/server/choice.ts';
import { setFlash } from '#lib/server/flash.ts';
import { needed, sane, textOf } from '#lib/server/form.ts';
import { registerAndGoOn } from '#lib/server/patients.ts';
import { askedTime, ClockTime, slotChoice } from '#lib/server/slots.ts';
import { whyNot } from '#lib/server/why-not.ts';
import { amountIn } from '../board/board.ts';
import type { Actions, PageServerLoad } from './$types';

/** A booking in the making. All of it stands in the address: who, what, with whom, when, and over which rule. */
export const load: PageServerLoad = async (event) => {
  const { url } = event;
  const api = await clinicApi(event, event.params.tenant);
  try {
    const clinic = await api.clinic.current();
    const [who, what] = await Promise.all([patientChoice(api, url), treatmentChoice(api, url)]);
    const { treatment, staffId } = what;
    const chosen = { ...who, ...what, today: clinic.today };
    if (!treatment) return { ...chosen, slots: undefined, asked: undefined, why: undefined, isOver: false };
    const slots = await slotChoice(api, clinic, {
      treatmentId: treatment.id,
      staffId,
      date: url.searchParams.get('date'),
      from: url.searchParams.get('from'),
    });
    const asked = askedTime(slots, clinic, url, treatment.durationMin);
    if (!asked || asked.isOffered) return { ...chosen, slots, asked, why: undefined, isOver: false };
    const { startAt } = asked;
    const { staffIds, why } = await whyNot(api, { treatmentId: treatment.id, staffId, startAt });
    const isOver =
      url.searchParams.has('over') && staffId !== 'any' && why?.staff.every((one) => one.decidable) === true;
    return { ...chosen, slots, asked: { ...asked, staffIds }, why, isOver };
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
    const treatmentId = needed(TreatmentId, form.get('treatmentId'));
    const notes = textOf(form, 'notes');
    const confirmed = form.has('confirmed');
    const reason = textOf(form, 'reason');
    const deposit = textOf(form, 'deposit');
    const method = sane(PaymentMethod, form.get('method')) ?? 'cash';
    const typed = { form: 'book', date, time, staffId, notes, confirmed, reason, deposit, method };
    const { timezone, today } = await api.clinic.current();
    const amount = amountIn(deposit);
    let booking;
    try {
      // Before the booking is made: afterwards it would be there without the money.
      if (deposit) assertDeposit(amount, (await api.treatments.get({ id: treatmentId })).price);
      booking = await api.bookings.book({
        patientId: needed(PatientId, form.get('patientId')),
        treatmentId,
        staffId,
        startAt: instantAt(date, time, timezone),
        source: 'online',
        status: confirmed ? 'confirmed' : 'pending',
        ...(notes && { notes }),
        ...(form.has('reason') && { override: { reason } }),
      });
    } catch (thrown) {
      return refused(event, thrown, typed);
    }
    if (deposit) {
      try {
        await api.bookings.pay({ id: booking.id, method, amount });
      } catch {
        setFlash(event, m.book_deposit_failed(), { id: booking.id, undo: 'cancel' });
        redirect(303, paths.booking(slug, booking.id));
      }
    }
    const { name: staff } = await api.staff.get({ id: booking.staffId });
    const at = formatTime(booking.startAt, timezone);
    const day = formatDay(booking.localDate, 'short-day');
    const message =
      date === today ? m.book_done_today({ time: at, staff }) : m.book_done({ day, time: at, staff });
    setFlash(event, message, { id: booking.id, undo: 'cancel' });
    if (form.get('then') === 'message') redirect(303, `${paths.booking(slug, booking.id)}#message`);
    redirect(303, paths.today(slug) + (date === today ? '' : `?date=${date}`));
  },
};

/** @throws VALIDATION unless it is some money, and no more than the price */
function assertDeposit(amount: number, price: number) {
  if (amount >= 1 && amount <= price) return;
  const message = 'A deposit is more than nothing and no more than the price.';
  throw new CirceError('VALIDATION', message, { issues: [{ path: 'amount', message }] });
}
